"""Questions about the corpus itself are recognised, and no others."""

import pytest

from assistant.overview import Overview, read_overview

ENGLISH = {
    "What do I have on Kelmouth?": Overview("list", "Kelmouth"),
    "What articles do I have about the flood?": Overview("list", "flood"),
    "Which articles mention Salloway?": Overview("list", "Salloway"),
    "Is there anything about otters in my articles?": Overview("list", "otters"),
    "list all articles": Overview("list"),
    "How many articles mention the harbour tunnel?": Overview("count", "harbour tunnel"),
    "How many of my articles mention Memo 31?": Overview("count", "Memo 31"),
    "How many articles do I have?": Overview("count"),
    "What's new?": Overview("new"),
    "What is new since Monday?": Overview("new"),
    "Show me the latest articles about the tunnel": Overview("new", "tunnel"),
    "Summarise this article.": Overview("summary", pointed=True),
    "Can you please summarize this article in three sentences?": Overview("summary", pointed=True),
    "What is in my library?": Overview("list"),
    "What does this article say?": Overview("summary", pointed=True),
    "What is it about?": Overview("summary", pointed=True, certain=False),
    "Summarise the article about the audit": Overview("summary", named=("the audit",)),
    "What does “Bridge opened in the rain” say?": Overview(
        "summary", named=("Bridge opened in the rain",)
    ),
    "What does the mayor say?": Overview("summary", named=("the mayor",), certain=False),
    "Compare these two articles": Overview("compare", pointed=True),
    "How do the two reports differ?": Overview("compare", pointed=True),
    "Compare “A wet day” and “A dry day”": Overview("compare", named=("A wet day", "A dry day")),
    "Compare the article about the flood with the article about the tunnel": Overview(
        "compare", named=("the flood", "the tunnel")
    ),
}
GERMAN = {
    "Was habe ich zu Kelmouth?": Overview("list", "Kelmouth"),
    "Welche Artikel gibt es zum Hochwasser?": Overview("list", "Hochwasser"),
    "Welche Artikel erwähnen die USA?": Overview("list", "USA"),
    "Zeige mir alle Artikel über Nexal": Overview("list", "Nexal"),
    "Wie viele Artikel erwähnen den Hafentunnel?": Overview("count", "Hafentunnel"),
    "In wie vielen Artikeln wird Salloway erwähnt?": Overview("count", "Salloway"),
    "Wie viele Artikel habe ich?": Overview("count"),
    "Was gibt es Neues seit Montag?": Overview("new"),
    "Was ist neu?": Overview("new"),
    "Zeig mir die neuesten Artikel": Overview("new"),
    "Fasse diesen Artikel zusammen": Overview("summary", pointed=True),
    "Welche Artikel handeln vom Hochwasser?": Overview("list", "Hochwasser"),
    "Was steht im Artikel „Deich gebrochen“?": Overview("summary", named=("Deich gebrochen",)),
    "Was steht in meinen Artikeln?": Overview("list"),
    "Was steht in diesem Artikel?": Overview("summary", pointed=True),
    "Worum geht es in diesem Artikel?": Overview("summary", pointed=True),
    "Fass den Artikel über den Deichbruch zusammen.": Overview("summary", named=("Deichbruch",)),
    "Was steht in „Deich gebrochen“?": Overview("summary", named=("Deich gebrochen",)),
    "Vergleiche diese beiden Artikel": Overview("compare", pointed=True),
    "Worin unterscheiden sich die beiden Berichte?": Overview("compare", pointed=True),
}
FOR_THE_ARTICLES = {
    "en": (
        "How many articles does the constitution have?",
        "What is new in the budget?",
        "What does the mayor have on her desk?",
        "What do we know about the flood?",
        "How does the tunnel compare with the bridge?",
        "Who wrote the report?",
        "How many people crossed the bridge?",
    ),
    "de": (
        "Wie viele Artikel hat das Grundgesetz?",
        "Wer schrieb den Bericht?",
        "Was kostet der Tunnel?",
        "Wie viele Menschen kamen zur Eröffnung?",
    ),
    "fr": ("Combien d’articles mentionnent le pont ?",),
}


@pytest.mark.parametrize("question", ENGLISH)
def test_english(question: str) -> None:
    assert read_overview(question, language="en", times="since Monday") == ENGLISH[question]


@pytest.mark.parametrize("question", GERMAN)
def test_german(question: str) -> None:
    assert read_overview(question, language="de", times="seit Montag") == GERMAN[question]


@pytest.mark.parametrize(
    ("language", "question"),
    [(language, question) for language, some in FOR_THE_ARTICLES.items() for question in some],
)
def test_what_articles_answer_is_left_to_them(language: str, question: str) -> None:
    assert read_overview(question, language=language) is None


def test_words_that_only_look_for_the_newest_are_no_time() -> None:
    asked = read_overview("the latest articles", language="en", times="latest articles")
    assert asked == Overview("new")
