"""What the page draws: escaped, complete, and marked at the right words."""

from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from browser.sample import HARBOUR, sample
from hypothesis import given
from hypothesis import strategies as st

from assistant.chat import cards, reader, shelf, turns, wording
from assistant.chat.conversation import Conversation, Exchange
from assistant.chat.markup import Markup, join, tag, web_address
from assistant.chat.prose import Doubt, prose
from assistant.chat.status_line import progress_bar, status_line
from assistant.records import (
    Answer,
    Article,
    ArticleText,
    Change,
    Citation,
    Failure,
    Filters,
    Heading,
    Hit,
    Page,
    Passage,
    Progress,
    Report,
    Sentence,
    Status,
)


class Seen(HTMLParser):
    """The tags, attributes and text of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.marked: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marked[-1] += data


# --- markup ---------------------------------------------------------------------------------------


def test_children_and_attributes_are_escaped_and_markup_is_not() -> None:
    made = tag("p", "<b> & ", Markup("<i>x</i>"), title='"quoted"', data_id=3, hidden=False)
    assert made == '<p title="&quot;quoted&quot;" data-id="3">&lt;b&gt; &amp; <i>x</i></p>'


def test_control_characters_and_lone_surrogates_are_dropped() -> None:
    assert join("a\x00b\x1b[31m\ud800c") == "ab[31mc"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        pytest.param("https://a.example/b?c=1", True, id="https"),
        pytest.param("http://a.example", True, id="http"),
        pytest.param("javascript:alert(1)", False, id="script"),
        pytest.param("JAVASCRIPT://a.example/%0aalert(1)", False, id="script with host"),
        pytest.param("data:text/html,x", False, id="data"),
        pytest.param("//a.example/b", False, id="no scheme"),
        pytest.param("https://", False, id="no host"),
        pytest.param("http://[", False, id="no address"),
        pytest.param(None, False, id="none"),
    ],
)
def test_only_web_addresses_become_links(url: str | None, kept: bool) -> None:
    assert web_address(url) == (url if kept else None)


# --- prose ----------------------------------------------------------------------------------------

CHIPS = {1: Markup('<a class="chip">1</a>'), 2: Markup('<a class="chip">2</a>')}


def test_marks_become_chips_and_numbers_without_a_citation_vanish() -> None:
    assert prose("One [1]. Two [1, 2][9].", chips=CHIPS) == (
        f"<p>One{CHIPS[1]}. Two{CHIPS[1]}{CHIPS[2]}.</p>\n"
    )


def test_while_it_is_written_every_number_is_a_plain_chip() -> None:
    assert prose("One [1].") == '<p>One<span class="chip waiting">1</span>.</p>\n'


def test_a_little_markdown_is_understood() -> None:
    seen = Seen(prose("# Title\n\n- **one**\n- *two* `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |"))
    assert {"h4", "ul", "li", "strong", "em", "code", "table", "td"} <= set(seen.tags)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](http://evil.example/a.png)",
        "[x](http://evil.example/)",
        "<http://evil.example/>",
        "[a]: http://evil.example/\n\n[a]",
        "http://evil.example/",
        "<style>*{display:none}</style>",
        "<!-- x --><iframe src=x>",
    ],
)
def test_no_html_link_or_image_of_the_model_is_made(hostile: str) -> None:
    seen = Seen(prose(f"Before {hostile} after"))
    assert set(seen.tags) <= {"p"}
    assert "evil" not in str(seen.attributes)


ALLOWED = {
    "p", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "hr", "br", "span",
    "button", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@given(
    st.text(alphabet=st.sampled_from("ab <>\"'&*_`#-[]()!|:/\n\\12.~>=\U00010a50\U00010a51")),
    st.text(max_size=8),
)
def test_whatever_a_model_says_only_harmless_tags_come_out(answer: str, doubted: str) -> None:
    for sentence in (doubted, answer[2:9]):
        seen = Seen(prose(answer, chips={}, doubts=[Doubt(sentence, '"><script>')]))
        assert set(seen.tags) <= ALLOWED
        names = {name for name, _ in seen.attributes}
        assert names <= {"class", "title", "type", "data-tip", "aria-label", "start", "style"}


def test_a_doubtful_sentence_is_wrapped_inside_emphasis_and_lists() -> None:
    html = prose(
        "Sure.\n\n- **Bold claim** here.\n- Fine.", doubts=[Doubt("- **Bold claim** here.", "why")]
    )
    assert '<li><strong><span class="doubtful" title="why">Bold claim</span></strong>' in html
    assert html.count("doubt-mark") == 1
    assert "Fine." in html.split("doubt-mark")[1]


def test_of_two_equal_sentences_each_doubt_marks_its_own() -> None:
    html = prose("Same. Same.", doubts=[Doubt("Same.", "one"), Doubt("Same.", "two")])
    assert html.index('title="one"') < html.index('title="two"')


# --- turns ----------------------------------------------------------------------------------------


def drawn(answer: Answer) -> str:
    return turns.turn(Exchange(1, answer.question, answer=answer), language="en")


REFUSED = Answer("Why?", "The articles do not say.", "en", "quotes", "refused")


def test_a_partly_answered_question_says_what_is_missing() -> None:
    answer = replace(REFUSED, outcome="partly", missing="the date")
    assert "Not answered: the date" in Seen(drawn(answer)).text


def test_a_question_asked_back_offers_its_choices_as_buttons() -> None:
    answer = replace(REFUSED, outcome="asked_back", choices=("The old bridge?", "The new one?"))
    seen = Seen(drawn(answer))
    assert ("data-ask", "The old bridge?") in seen.attributes


def test_a_rewritten_question_and_notices_are_shown() -> None:
    answer = replace(
        REFUSED, searched="Why did it cost more?", notices=("Two passages did not fit.",)
    )
    text = Seen(drawn(answer)).text
    assert "Searched as: Why did it cost more?" in text
    assert "Two passages did not fit." in text


def test_given_filters_are_named_without_an_offer_to_leave_them_out() -> None:
    filters = Filters(languages=("de",), articles=("a", "b"))
    seen = Seen(drawn(replace(REFUSED, filters=filters)))
    assert "Limited to language German, 2 chosen articles." in seen.text
    assert "data-everything" not in dict(seen.attributes)


def test_hostile_text_in_every_field_is_only_text() -> None:
    bad = '<img src=x onerror="x">\'</script>'
    article = Article("a", "a.md", bad, bad, bad, url="javascript:x", language='"><b>')
    citation = Citation(1, article, "a:0", bad, 0, len(bad), page_label=bad)
    hit = Hit(1, 1.0, article, Passage("a:0", "a", bad, 0, len(bad)), copies=(article,))
    answer = Answer(
        bad, f"{bad} [1]", bad, bad, "answered", model=bad, missing=bad, choices=(bad,),
        filters=Filters(since=bad, outlets=(bad,), tags=(bad,), inferred=("since",)),
        sentences=(Sentence(bad, reason=bad),), citations=(citation,), passages=(hit,),
        notices=(bad,), searched=bad + "x",
    )  # fmt: skip
    conversation = Conversation(
        bad, (Exchange(1, bad, answer=answer), Exchange(2, bad, answer=answer))
    )
    shown = ArticleText(article, bad + "\n\n" + bad)
    status = Status(bad, bad, bad, 1, 1, indexing=Progress(bad, 1, 2, item=bad, unit=bad))
    report = Report(added=(Change("a", bad, bad),), failed=(Failure(bad, bad, bad),))
    for html in (
        turns.past(conversation, language="en"),
        cards.panel(conversation, language="en"),
        reader.article_page(shown, marks=[(0, 5)], language="en"),
        status_line(status, language="en"),
        shelf.report(report, language="en"),
        shelf.undo(report.added, language="en"),
    ):
        seen = Seen(html)
        assert not {"img", "script"} & set(seen.tags)
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        assert "javascript:x" not in [value for _, value in seen.attributes]


# --- cards ----------------------------------------------------------------------------------------


def cited(text: str, quote: str, *, offset: int = 0) -> tuple[Citation, Hit]:
    article = Article("a", "a.md", "A title")
    start = text.index(quote) + offset
    hit = Hit(1, 1.0, article, Passage("a:0", "a", text, offset, offset + len(text)))
    return Citation(1, article, "a:0", quote, start, start + len(quote)), hit


def test_the_excerpt_is_the_quote_in_the_middle_of_its_passage() -> None:
    citation, hit = cited("Before it.\n\nThe quote. After it.", "The quote.", offset=40)
    assert cards.excerpt(citation, hit=hit) == cards.Excerpt(
        "Before it.\n", "The quote.", " After it."
    )


def test_a_long_passage_is_cut_at_words() -> None:
    citation, hit = cited("word " * 200 + "The quote." + " next" * 200, "The quote.")
    piece = cards.excerpt(citation, hit=hit, most=50)
    assert piece.before.startswith("… word")
    assert piece.after.endswith("next …")
    assert len(piece.before) <= 55


def test_a_quote_that_is_not_in_the_passage_stands_alone() -> None:
    citation, hit = cited("The quote. After it.", "The quote.")
    wrong = replace(citation, start=3, end=13)
    assert cards.excerpt(wrong, hit=hit) == cards.Excerpt("", "The quote.", "")
    assert cards.excerpt(citation, hit=None) == cards.Excerpt("", "The quote.", "")


# --- reader ---------------------------------------------------------------------------------------


def harbour() -> ArticleText:
    return sample()[0]


def test_headings_pages_and_paragraphs_become_blocks() -> None:
    found = list(reader.blocks(harbour()))
    headings = [HARBOUR[block.start : block.end] for block in found if block.level]
    assert headings == ["The new harbour bridge", "Costs", "What comes next"]
    assert [block.page for block in found if block.page] == ["1", "2"]


@given(
    st.text(alphabet="ab \n", max_size=60),
    st.lists(st.integers(0, 59), max_size=4),
    st.lists(st.integers(0, 59), max_size=3),
)
def test_no_word_of_an_article_is_lost_or_doubled(
    text: str, headings: list[int], pages: list[int]
) -> None:
    cuts = [0, *sorted({page for page in pages if page < len(text)}), len(text)]
    shown = ArticleText(
        Article("a", "a.md", "no such title"),
        text,
        tuple(Page(at, str(at), start, end) for at, (start, end) in enumerate(pairwise(cuts), 1)),
        tuple(Heading(2, "", start) for start in headings if start < len(text)),
    )
    found = list(reader.blocks(shown))
    kept = "".join(text[block.start : block.end] for block in found)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.integers(0, len(HARBOUR)), st.integers(0, len(HARBOUR)), st.integers(0, len(HARBOUR)))
def test_what_is_marked_is_the_quote(start: int, end: int, other: int) -> None:
    if start >= end:
        return
    marks = [(start, end), (min(other, end), max(other, end))]
    html = reader.article_page(harbour(), marks=marks[:1], language="en")
    assert "".join("".join(Seen(html).marked).split()) == "".join(HARBOUR[start:end].split())
    both = reader.article_page(harbour(), marks=marks, language="en")
    covered = "".join(
        char for at, char in enumerate(HARBOUR) if any(low <= at < high for low, high in marks)
    )
    assert "".join("".join(Seen(both).marked).split()) == "".join(covered.split())


def test_a_very_long_article_is_shown_around_the_quote() -> None:
    text = "\n\n".join(f"Paragraph {number}." for number in range(60_000))
    start = text.index("Paragraph 40000.")
    shown = ArticleText(Article("a", "a.md", "Long"), text)
    html = reader.article_page(shown, marks=[(start, start + 16)], language="en")
    assert Seen(html).marked == ["Paragraph 40000."]
    assert len(html) < 1_000_000
    assert "very long" in html


def test_the_title_is_not_said_twice() -> None:
    html = reader.article_page(harbour(), marks=[], language="en")
    assert Seen(html).text.count("The new harbour bridge") == 1


# --- library, status, wording ---


def test_a_report_counts_and_names() -> None:
    done = Report(
        added=(Change("a", "a.md", "A"),),
        unchanged=2,
        failed=(Failure("/tmp/x/y.pdf", "No.", "Do."),),
    )
    text = Seen(shelf.report(done, language="en")).text
    assert text == "One article added. 2 were there already. One could not be read.Ay.pdfNo.Do."
    assert "Nichts wurde hinzugefügt." in Seen(shelf.report(Report(), language="de")).text


def test_the_status_says_why_there_are_only_quotes() -> None:
    status = Status("quotes", "", "Ollama is not running.", 1, 1234)
    text = Seen(status_line(status, language="en")).text
    assert (
        text
        == "Quotes, without a language model · one article · 1,234 passagesOllama is not running."
    )
    assert "1.234 Textstellen" in status_line(status, language="de")


def test_progress_without_a_total_has_a_bar_without_an_end() -> None:
    seen = Seen(progress_bar(Progress("fetching", 0, 0), language="en"))
    assert seen.text == "Fetching"
    assert "value" not in dict(seen.attributes)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (89, "89 s"), (150, "2 min"), (5000, "83 min"), (9000, "2 h")],
)
def test_a_time_left_is_named_in_one_unit(seconds: float, said: str) -> None:
    assert wording.duration(seconds, language="en") == said
