"""What the faces show: the promised JSON documents, the terminal's text, and Markdown."""

import json
from dataclasses import replace

import pytest
from fake_assistant import ANSWER, ARTICLE, COPY, HITS, REFUSAL, TEXT
from hypothesis import given
from hypothesis import strategies as st

from assistant import render
from assistant.errors import ServiceError
from assistant.records import (
    Answer,
    ArticleText,
    Change,
    Check,
    Citation,
    Failure,
    Hits,
    Report,
    Sentence,
)

CITED = ["id", "title", "outlet", "author", "published", "language", "url", "path"]
FILTERS = ["since", "until", "languages", "outlets", "articles", "tags", "inferred"]


def test_ask_has_every_promised_key_in_order() -> None:
    document = render.answer_document(ANSWER)
    assert list(document) == [
        *("question", "text", "language", "engine", "model", "outcome", "answered", "missing"),
        *("choices", "nearest", "filters", "sentences", "citations", "passages", "notices"),
        *("timings", "tokens", "as_of", "differing"),
    ]
    assert document["as_of"] == "2024-10-07"
    assert list(document["nearest"][0]) == ["article", "about"]
    assert list(document["nearest"][0]["article"]) == CITED
    assert list(document["filters"]) == FILTERS
    assert list(document["sentences"][0]) == ["text", "citations", "support", "reason"]
    assert list(document["citations"][0]) == [
        *("number", "article", "passage_id", "quote", "start", "end", "page", "page_label")
    ]
    assert list(document["citations"][0]["article"]) == CITED
    assert list(document["passages"][0]) == [
        *("id", "article_id", "text", "score", "start", "end", "page", "language")
    ]
    assert list(document["timings"]) == ["retrieval_s", "first_token_s", "total_s"]
    assert list(document["tokens"]) == ["prompt", "answer"]


def test_ask_gives_the_values_of_the_answer() -> None:
    document = render.answer_document(ANSWER)
    assert (document["outcome"], document["answered"]) == ("partly", True)
    assert document["sentences"][1] == {
        "text": "Two were hurt [1].",
        "citations": [1],
        "support": "unsupported",
        "reason": "The figure is in no article.",
    }
    citation = document["citations"][0]
    assert TEXT[citation["start"] : citation["end"]] == citation["quote"]
    passage = document["passages"][0]
    assert TEXT[passage["start"] : passage["end"]] == passage["text"]
    assert render.answer_document(REFUSAL)["answered"] is False


def test_search_has_every_promised_key_in_order() -> None:
    document = render.hits_document(HITS)
    assert list(document) == ["query", "filters", "notices", "hits"]
    assert list(document["hits"][0]) == [
        *("rank", "score", "article", "passage_id", "text", "start", "end", "page", "page_label"),
        "copies",
    ]
    assert list(document["hits"][0]["article"]) == CITED
    assert document["hits"][0]["copies"] == [render.article_document(COPY)]
    assert list(document["filters"]) == FILTERS


def test_a_report_has_every_promised_key_in_order() -> None:
    report = Report(
        added=(Change("1", "a.txt", "A"),),
        updated=(Change("2", "b.txt", "B"),),
        removed=(Change("3", "c.txt", "C"),),
        unchanged=4,
        failed=(Failure("d.pdf", "It is encrypted.", "Decrypt it."),),
    )
    assert render.report_document(report) == {
        "added": [{"id": "1", "path": "a.txt", "title": "A"}],
        "updated": [{"id": "2", "path": "b.txt", "title": "B"}],
        "removed": [{"id": "3", "path": "c.txt", "title": "C"}],
        "unchanged": 4,
        "failed": [{"path": "d.pdf", "error": "It is encrypted.", "hint": "Decrypt it."}],
    }
    assert list(render.report_document(report)) == [
        *("added", "updated", "removed", "unchanged", "failed")
    ]


def test_articles_show_and_doctor_have_the_promised_keys() -> None:
    listed = render.articles_document([ARTICLE])["articles"][0]
    assert list(listed) == [
        *("id", "title", "outlet", "author", "published", "language", "path", "pages", "words"),
        *("added", "tags", "copies"),
    ]
    shown = render.show_document(ArticleText(ARTICLE, TEXT))
    assert list(shown) == ["article", "text"]
    assert shown["text"] == TEXT
    assert shown["article"]["url"] == ARTICLE.url
    checks = render.checks_document([Check("disk", True, "Enough.")])
    assert checks == {"checks": [{"name": "disk", "ok": True, "message": "Enough.", "hint": ""}]}


def test_an_error_is_a_document_with_message_hint_and_code() -> None:
    assert render.error_document("No.", hint="Do.", code=3) == {
        "error": {"message": "No.", "hint": "Do.", "code": 3}
    }


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(render.answer_document(ANSWER), id="answer"),
        pytest.param(render.answer_document(REFUSAL), id="refusal"),
        pytest.param(render.hits_document(HITS), id="hits"),
        pytest.param(render.report_document(Report()), id="empty report"),
    ],
)
def test_every_document_survives_json(document: dict[str, object]) -> None:
    assert json.loads(json.dumps(document)) == document


def test_a_terminal_shows_answer_doubts_sources_and_notices() -> None:
    assert render.answer_text(ANSWER) == (
        "It was closed on Monday [1]. Two were hurt [1]. (⚠ The figure is in no article.)\n\n"
        "Why it was closed.\n\n"
        "- The bridge or the road?\n\n"
        "[1] Bridge closed · Harbour Post · 2024-10-07 · p. ii  (a1b2c3d4)\n"
        "    “The bridge was closed on Monday.”\n"
        "    = Evening Mail\n\n"
        "As of 2024-10-07, the newest article cited.\n\n"
        "~ Bridge shut · Evening Mail  (e5f6)\n"
        "    the same bridge\n\n"
        "⚠ Dates were read out of the question."
    )


def test_a_refusal_names_the_nearest_articles() -> None:
    shown = render.answer_text(REFUSAL)
    assert shown.startswith("The articles do not answer this.\n\n~ Bridge shut")


def test_the_same_sentence_twice_is_marked_only_where_it_is_doubtful() -> None:
    answer = Answer(
        question="?",
        text="Yes [1]. Yes [1].",
        language="en",
        engine="quotes",
        outcome="answered",
        sentences=(
            Sentence("Yes [1].", (1,), "supported"),
            Sentence("Yes [1].", (1,), "partly", "weak"),
        ),
    )
    assert render.answer_text(answer) == "Yes [1]. Yes [1]. (⚠ weak)"


def test_streamed_sentences_and_details_say_what_the_whole_text_says() -> None:
    sentences = " ".join(render.sentence_text(sentence) for sentence in ANSWER.sentences)
    assert f"{sentences}\n\n{render.answer_details(ANSWER)}" == render.answer_text(ANSWER)


def test_a_long_quote_is_shortened_on_a_terminal_but_not_in_json() -> None:
    long = "word " * 200
    answer = replace(ANSWER, citations=(replace(ANSWER.citations[0], quote=long),))
    assert "…”" in render.answer_text(answer)
    assert render.answer_document(answer)["citations"][0]["quote"] == long


def test_hits_show_article_text_copies_and_notices() -> None:
    assert render.hits_text(HITS) == (
        "1. Bridge closed · Harbour Post · 2024-10-07 · p. ii  (a1b2c3d4)\n"
        f"   {TEXT}\n"
        "   also in: Evening Mail\n\n"
        "⚠ Few."
    )
    assert render.hits_text(Hits("nothing")) == ""


def test_a_report_lists_changes_failures_with_hints_and_sums() -> None:
    report = Report(
        added=(Change("1", "a.txt", "A"),),
        unchanged=2,
        failed=(Failure("d.pdf", "It is encrypted.", "Decrypt it."),),
    )
    assert render.report_text(report) == (
        "+ a.txt  A  (1)\n"
        "⚠ d.pdf: It is encrypted.\n    Decrypt it.\n"
        "1 added, 2 unchanged, 1 failed."
    )
    assert render.report_text(Report()) == "Nothing to do."


def test_many_changes_are_counted_instead_of_listed() -> None:
    report = Report(added=tuple(Change(str(n), f"{n}.txt", "T") for n in range(1_234)))
    lines = render.report_text(report).splitlines()
    assert lines[20:] == ["+ … and 1,214 more", "1,234 added."]


def test_articles_and_show_name_what_is_known() -> None:
    assert render.articles_text([ARTICLE]) == (
        "a1b2c3d4  2024-10-07  en        9  Bridge closed · Harbour Post"
    )
    shown = render.show_text(ArticleText(ARTICLE, TEXT))
    assert shown.startswith("Bridge closed · Harbour Post · 2024-10-07\nid: a1b2c3d4\n")
    assert shown.endswith(f"\n\n{TEXT}")


def test_a_problem_of_the_doctor_is_followed_by_what_mends_it() -> None:
    checks = [Check("disk", True, "Enough."), Check("ollama", False, "Silent.", "ollama serve")]
    assert render.checks_text(checks) == (
        "ok  disk: Enough.\n⚠   ollama: Silent.\n      ollama serve"
    )


def test_an_error_says_what_to_do_on_its_second_line() -> None:
    assert render.error_text(ServiceError("Silent.", hint="Start it.")) == "Silent.\nStart it."
    assert render.error_text(ServiceError("Silent.")) == "Silent."


def test_an_article_cannot_steer_the_terminal() -> None:
    evil = replace(ARTICLE, title="\x1b[2J\x9b31mNews\r\n[9] Fake")
    answer = replace(ANSWER, citations=(replace(ANSWER.citations[0], article=evil),))
    shown = render.answer_text(answer)
    assert "[2J31mNews [9] Fake" in shown
    assert not any(char in shown for char in "\x1b\x9b\r")


@given(st.text())
def test_what_is_printable_has_no_control_characters_and_stays_so(text: str) -> None:
    shown = render.printable(text)
    assert render.printable(shown) == shown
    assert all(char >= " " or char in "\n\t" for char in shown)
    shown.encode()


def test_markdown_has_footnotes_with_links() -> None:
    markdown = render.answer_markdown(ANSWER)
    assert markdown.startswith("## When was it closed?\n\nIt was closed on Monday [^1].")
    assert markdown.endswith(
        "[^1]: [Bridge closed · Harbour Post · 2024-10-07 · p. ii](<https://example.org/bridge>)"
        " “The bridge was closed on Monday.”"
    )


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("https://x.org/)[y](http://evil", id="a link that breaks out"),
        pytest.param("https://x.org/ a", id="white space"),
        pytest.param(None, id="none"),
    ],
)
def test_markdown_links_only_plain_web_addresses(url: str | None) -> None:
    citation: Citation = replace(ANSWER.citations[0], article=replace(ARTICLE, url=url))
    markdown = render.answer_markdown(replace(ANSWER, citations=(citation,)))
    assert "](<" not in markdown


def test_markdown_of_an_article_brings_no_image_or_html() -> None:
    evil = "![x](http://evil/y.png) <img src=x> [a](http://evil)"
    markdown = render.answer_markdown(replace(ANSWER, text=evil, sentences=()))
    assert r"\!\[x\](http://evil/y.png) \<img src=x\> \[a\](http://evil)" in markdown
