"""The options that several commands share, and what the assistant calls them."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.records import FilterArguments

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Since = Annotated[
    str | None, typer.Option(metavar="DATE", help="Only articles from this day on (2024-10-01).")
]
Until = Annotated[
    str | None, typer.Option(metavar="DATE", help="Only articles up to this day, included.")
]
Language = Annotated[
    list[str] | None, typer.Option(metavar="CODE", help="Only this language (de); repeatable.")
]
Outlet = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Only this outlet; repeatable.")
]
ArticleId = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Only this article; repeatable.")
]
Tag = Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this tag; repeatable.")]
NoInferred = Annotated[
    bool, typer.Option("--no-inferred-filters", help="Ignore dates read out of the question.")
]
Today = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="The day from which “last week” is told, if it is another."),
]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="IDs as `articles` shows them.")]


def filters(
    *,
    since: str | None,
    until: str | None,
    language: list[str] | None,
    outlet: list[str] | None,
    article: list[str] | None,
    tag: list[str] | None,
) -> "FilterArguments":
    """The filters as the assistant takes them; it alone judges their values."""
    return {
        "since": since,
        "until": until,
        "language": language or None,
        "outlet": outlet or None,
        "article": article or None,
        "tag": tag or None,
    }
