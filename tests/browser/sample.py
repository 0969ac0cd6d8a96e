"""Articles and scripted answers for the page's tests; the articles are our own words."""

from dataclasses import dataclass
from typing import Any

from assistant.records import Article, ArticleText, Heading, Page

HARBOUR = """The new harbour bridge

The bridge over the river Aller was opened on Friday. It is 412 metres long and carries two lanes, \
a tramway and a broad path for bicycles.

Costs

The city council put the cost at 84 million euros, nine million more than planned. The mayor, Ines \
Okafor, said that the steel had become dearer twice during the work. An auditor is to look at the \
contracts until March.

What comes next

The old ferry will go on until the end of October. After that the two boats are to be sold."""

BRUECKE = """Hafenbrücke teurer als geplant

Die neue Hafenbrücke hat nach Angaben des Rechnungshofs 91 Millionen Euro gekostet. Das sind \
sieben Millionen mehr, als die Stadt bisher sagte.

Der Stadtrat berät am Dienstag über die Folgen. Die Fähre fährt vorerst weiter."""

ARABIC = """جسر الميناء الجديد

افتتح الجسر الجديد فوق النهر يوم الجمعة. يبلغ طول الجسر 412 مترا."""

HOSTILE = """A quiet text <script>window.hacked = 1</script>

It says <img src=x onerror="window.hacked = 2"> and links to {{value}} and ${value} and `ticks`. \
The picture ![x](http://evil.example/pixel.png) must not load."""


def article(id: str, title: str, text: str, **known: Any) -> ArticleText:
    """An article with its text and whatever else is known about it."""
    words = len(text.split())
    pages = known.pop("pages", ())
    headings = known.pop("headings", ())
    listed = Article(id, f"{id}.md", title, words=words, pages=len(pages), **known)
    return ArticleText(listed, text, pages, headings)


def sample() -> list[ArticleText]:
    """Five articles: English with headings and pages, German, Arabic, and two hostile ones."""
    cut = HARBOUR.index("What comes next")
    return [
        article(
            "harbour",
            "The new harbour bridge",
            HARBOUR,
            outlet="Harbour Post",
            author="Mara Lindqvist",
            published="2024-10-05",
            language="en",
            url="https://harbour-post.example/bridge",
            pages=(Page(1, "1", 0, cut), Page(2, "2", cut, len(HARBOUR))),
            headings=(
                Heading(1, "The new harbour bridge", 0),
                Heading(2, "Costs", HARBOUR.index("Costs")),
                Heading(2, "What comes next", cut),
            ),
        ),
        article(
            "bruecke",
            "Hafenbrücke teurer als geplant",
            BRUECKE,
            outlet="Aller-Zeitung",
            published="2024-11-12",
            language="de",
        ),
        article("jisr", "جسر الميناء الجديد", ARABIC, published="2024-10-06", language="ar"),
        article(
            "hostile",
            '<img src=x onerror="window.hacked = 3">Title "quoted" <b>bold</b>',
            HOSTILE,
            outlet="<script>window.hacked = 4</script>",
            language="en",
            url="javascript:window.hacked=5",
        ),
        article("ferry", "The ferry's last autumn", "The ferry runs until October.", language="en"),
    ]


@dataclass(frozen=True)
class Said:
    """A scripted sentence: its words, and the quotes it rests on as (article ID, quote)."""

    text: str
    quotes: tuple[tuple[str, str], ...] = ()
    support: Any = "supported"
    reason: str = ""


COST = (
    Said(
        "The city council put the cost of the bridge at 84 million euros.",
        (
            (
                "harbour",
                "The city council put the cost at 84 million euros, "
                "nine million more than planned.",
            ),
        ),
    ),
    Said(
        "The audit office later spoke of 91 million euros.",
        (
            (
                "bruecke",
                "Die neue Hafenbrücke hat nach Angaben des Rechnungshofs "
                "91 Millionen Euro gekostet.",
            ),
        ),
    ),
    Said(
        "Most people in the city think it was worth the money.",
        support="unsupported",
        reason="No article says this.",
    ),
)
ARAB = (Said("يبلغ طول الجسر 412 مترا.", (("jisr", "يبلغ طول الجسر 412 مترا."),)),)
EVIL = (
    Said(
        "It says <script>window.hacked = 6</script> ![x](http://evil.example/a.png) "
        "[go](http://evil.example/) <img src=http://evil.example/b.png>.",
        (("hostile", "must not load."),),
    ),
)
LONG = tuple(
    Said(f"This is sentence number {number} of a long answer.") for number in range(1, 200)
)


def many(count: int) -> dict[str, ArticleText]:
    """A shelf of articles by their IDs, from forty outlets and fifteen years."""
    return {
        f"a{n}": article(
            f"a{n}",
            f"Article {n} about the harbour and the {'crane' if n % 10 else 'lighthouse'}",
            "x",
            outlet=f"Outlet {n % 40}",
            published=f"20{10 + n % 15}-0{1 + n % 9}-1{n % 10}",
            language="en",
        )
        for n in range(count)
    }
