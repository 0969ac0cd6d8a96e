"""The named endpoints for programs: ask, search, add, articles, show; JSON as of the commands."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from assistant.chat.collecting import addresses_in
from assistant.errors import AssistantError
from assistant.render import (
    answer_document,
    articles_document,
    error_document,
    hits_document,
    report_document,
    show_document,
)

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.records import FilterArguments

MOST_HITS = 100


def offer_endpoints(assistant: "Assistant") -> None:
    """Declare the endpoints inside the Blocks that is open."""
    import gradio as gr

    def outward(name: str) -> Any:
        function = tools(assistant)[name]

        @wraps(function)
        def called(*given: Any) -> dict[str, Any]:
            return as_document(lambda: function(*given))

        return called

    api = gr.events.api  # `gr.api`, by the name its types know
    api(outward("ask"), api_name="ask", concurrency_limit="default", concurrency_id="answer")
    for name in ("search", "articles", "show"):
        api(outward(name), api_name=name, queue=False)
    _offer_add(assistant)


def tools(assistant: "Assistant") -> dict[str, Callable[..., dict[str, Any]]]:
    """What programs may ask, by name; each gives the JSON document of its command."""

    def articles() -> dict[str, Any]:
        """List the articles of the corpus."""
        return articles_document(assistant.articles())

    def show(article_id: str) -> dict[str, Any]:
        """Give one article with its whole text."""
        return show_document(assistant.show(article_id))

    return {
        "ask": _ask(assistant),
        "search": _search(assistant),
        "articles": articles,
        "show": show,
    }


def _ask(assistant: "Assistant") -> Any:
    def ask(
        question: str,
        since: str = "",
        until: str = "",
        languages: list[str] | None = None,
        outlets: list[str] | None = None,
        articles: list[str] | None = None,
        inferred_filters: bool = True,
    ) -> dict[str, Any]:
        """Answer a question from the articles, with citations."""
        filters = _filters(since, until, languages, outlets, articles)
        return answer_document(
            assistant.ask(question, inferred_filters=inferred_filters, **filters)
        )

    return ask


def _search(assistant: "Assistant") -> Any:
    def search(
        query: str,
        k: int = 10,
        since: str = "",
        until: str = "",
        languages: list[str] | None = None,
        outlets: list[str] | None = None,
        articles: list[str] | None = None,
    ) -> dict[str, Any]:
        """Find passages without answering."""
        filters = _filters(since, until, languages, outlets, articles)
        most = max(1, min(k, MOST_HITS))
        return hits_document(assistant.search(query, k=most, **filters))

    return search


def _filters(
    since: str,
    until: str,
    languages: list[str] | None,
    outlets: list[str] | None,
    articles: list[str] | None,
) -> "FilterArguments":
    return {
        "since": since or None,
        "until": until or None,
        "language": languages or None,
        "outlet": outlets or None,
        "article": articles or None,
    }


def _offer_add(assistant: "Assistant") -> None:
    """`add` takes uploads through a File component, which lets no path but an uploaded one pass."""
    import gradio as gr

    def add(files: list[str] | None, addresses: str) -> dict[str, Any]:
        """Add uploaded files and web addresses (one on each line) to the corpus."""
        sources = [*(files or []), *addresses_in(addresses or "")]
        return as_document(lambda: report_document(assistant.add(*sources)))

    files = gr.File(file_count="multiple", visible=False, label="files")
    addresses = gr.Textbox(visible=False, label="addresses")
    report = gr.JSON(visible=False, label="report")
    call = gr.Button(visible=False)
    call.click(add, [files, addresses], [report], api_name="add", concurrency_id="adding")


def as_document(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The document, or the document of the error that came instead."""
    try:
        return make()
    except AssistantError as error:
        return error_document(error.message, hint=error.hint, code=error.exit_code)
