"""Times: which time words of a question become a filter on the published date, and which do not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.times import TimeFilter, read_times

TODAY = date(2026, 11, 23)
"""A Monday."""
LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "zh", "und"]


def read(question: str, language: str = "en", **arguments: date) -> TimeFilter | None:
    return read_times(question, language=language, **({"today": TODAY} | arguments))


FILTERS = [
    # told from today: a beginning only
    ("en", "What happened yesterday in Kelmouth?", "2026-11-22", None, "yesterday"),
    ("en", "What happened last week?", "2026-11-16", None, "last week"),
    ("en", "Who resigned last week?", "2026-11-13", None, "last week"),
    ("en", "What did the auditor say this month?", "2026-10-29", None, "this month"),
    ("en", "Which horse won this year's race?", "2026-01-01", None, "this year"),
    ("en", "Who was fired in the past 10 days?", "2026-11-13", None, "in the past 10 days"),
    ("en", "What did she announce two months ago?", "2026-09-01", None, "two months ago"),
    (
        "en",
        "What happened the day before yesterday?",
        "2026-11-21",
        None,
        "the day before yesterday",
    ),
    ("en", "Who won last Friday?", "2026-11-19", None, "last Friday"),
    ("en", "What happened at the weekend?", "2026-11-21", None, "at the weekend"),
    ("en", "what happened today", "2026-11-23", None, "today"),
    ("de", "Was geschah vor zwei Wochen?", "2026-11-06", None, "vor zwei Wochen"),
    ("de", "Was ist gestern Abend passiert?", "2026-11-22", None, "gestern Abend"),
    ("de", "Wer trat letzte Woche zurück?", "2026-11-13", None, "letzte Woche"),
    ("de", "Was ist heute passiert?", "2026-11-23", None, "heute"),
    (
        "de",
        "Was geschah in den letzten drei Tagen?",
        "2026-11-20",
        None,
        "in den letzten drei Tagen",
    ),
    ("de", "Was geschah am vergangenen Freitag?", "2026-11-20", None, "am vergangenen Freitag"),
    ("fr", "Que s’est-il passé la semaine dernière ?", "2026-11-16", None, "la semaine dernière"),
    ("fr", "Que s'est-il passé il y a deux semaines ?", "2026-11-06", None, "il y a deux semaines"),
    ("fr", "Qui a démissionné hier ?", "2026-11-21", None, "hier"),
    ("es", "¿Qué pasó ayer?", "2026-11-22", None, "ayer"),
    ("es", "¿Quién dimitió hace tres días?", "2026-11-20", None, "hace tres días"),
    ("es", "¿Qué pasó el ano pasado?", "2025-01-01", None, "el ano pasado"),
    ("it", "Che cosa è successo la settimana scorsa?", "2026-11-16", None, "la settimana scorsa"),
    ("it", "Chi si è dimesso due giorni fa?", "2026-11-21", None, "due giorni fa"),
    ("pt", "O que aconteceu na semana passada?", "2026-11-16", None, "na semana passada"),
    ("pt", "Quem se demitiu há duas semanas?", "2026-11-06", None, "há duas semanas"),
    ("nl", "Wat gebeurde er vorige week?", "2026-11-16", None, "vorige week"),
    ("nl", "Wie trad drie dagen geleden af?", "2026-11-20", None, "drie dagen geleden"),
    # since
    ("en", "What has changed since Monday?", "2026-11-16", None, "since Monday"),
    ("en", "What has changed since last week?", "2026-11-16", None, "since last week"),
    ("en", "What has changed since June 2024?", "2024-06-01", None, "since June 2024"),
    ("en", "What has changed since 2024?", "2024-01-01", None, "since 2024"),
    ("en", "What has happened after 3 May 2025?", "2025-05-04", None, "after 3 May 2025"),
    ("de", "Was hat sich seit Juni getan?", "2026-06-01", None, "seit Juni"),
    ("de", "Was geschah seit Dezember?", "2025-12-01", None, "seit Dezember"),
    (
        "en",
        "What changed since the start of the month?",
        "2026-11-01",
        None,
        "since the start of the month",
    ),
    ("en", "Is there anything newer than March 2025?", "2025-04-01", None, "newer than March 2025"),
    ("de", "Was geschah seit Anfang des Jahres?", "2026-01-01", None, "seit Anfang des Jahres"),
    ("fr", "Quoi de neuf depuis lundi ?", "2026-11-16", None, "depuis lundi"),
    ("es", "¿Qué ha pasado desde junio?", "2026-06-01", None, "desde junio"),
    ("it", "Che cosa è cambiato dal 3 maggio 2025?", "2025-05-03", None, "dal 3 maggio 2025"),
    ("nl", "Wat is er veranderd sinds juni?", "2026-06-01", None, "sinds juni"),
    # a month just past, a span of months
    ("en", "What did the council decide in March?", "2026-03-01", None, "in March"),
    ("en", "What happened in March?", "2026-03-01", "2026-05-15", "in March"),
    ("de", "Was hat der Rat im Dezember beschlossen?", "2025-12-01", None, "im Dezember"),
    ("fr", "Qu’a décidé le conseil en mars ?", "2026-03-01", None, "en mars"),
    ("pt", "O que decidiu o conselho em março? Quem foi?", "2026-03-01", None, "em março"),
    (
        "de",
        "Was geschah zwischen Mai und Juli 2024?",
        "2024-05-01",
        "2024-09-14",
        "zwischen Mai und Juli 2024",
    ),
    (
        "en",
        "Who was hurt between November and February?",
        "2025-11-01",
        None,
        "between November and February",
    ),
    # beside a word about publication: exactly
    (
        "en",
        "articles from March 2024 about the tunnel",
        "2024-03-01",
        "2024-03-31",
        "from March 2024",
    ),
    ("en", "What do reports from March say?", "2026-03-01", "2026-03-31", "from March"),
    ("en", "news of May 2024", "2024-05-01", "2024-05-31", "of May 2024"),
    ("en", "Articles about the tunnel published in 2024", "2024-01-01", "2024-12-31", "in 2024"),
    ("en", "March 2024 tunnel articles", "2024-03-01", "2024-03-31", "March 2024"),
    (
        "en",
        "articles between 1 May and 3 June 2024",
        "2024-05-01",
        "2024-06-03",
        "between 1 May and 3 June 2024",
    ),
    (
        "en",
        "articles 2024-05-01 - 2024-06-03",
        "2024-05-01",
        "2024-06-03",
        "2024-05-01 - 2024-06-03",
    ),
    ("en", "articles published before 3 May 2025", None, "2025-05-02", "before 3 May 2025"),
    ("en", "What was known before May 3, 2025?", None, "2025-05-02", "before May 3, 2025"),
    ("en", "As of March 2025, how many were affected?", None, "2025-03-31", "As of March 2025"),
    ("de", "Kosten des Tunnels, Stand: März 2025", None, "2025-03-31", "Stand: März 2025"),
    ("fr", "Que disait la presse avant le 3 mai 2025 ?", None, "2025-05-02", "avant le 3 mai 2025"),
    (
        "es",
        "artículos antes del 3 de mayo de 2025",
        None,
        "2025-05-02",
        "antes del 3 de mayo de 2025",
    ),
    ("en", "articles from last week", "2026-11-16", "2026-11-22", "from last week"),
    ("en", "yesterday's news about the dike", "2026-11-22", "2026-11-22", "yesterday"),
    ("en", "The tunnel, only since May 2025", "2025-05-01", None, "since May 2025"),
    ("de", "Artikel vom 3. Mai 2025", "2025-05-03", "2025-05-03", "vom 3. Mai 2025"),
    ("de", "Artikel vom 03.05.2025", "2025-05-03", "2025-05-03", "vom 03.05.2025"),
    ("de", "Was ist im März 2024 erschienen?", "2024-03-01", "2024-03-31", "im März 2024"),
    ("de", "Meldungen vom Freitag", "2026-11-20", "2026-11-20", "vom Freitag"),
    (
        "de",
        "Zeitungsartikel im Herbst 2024 zum Deich",
        "2024-09-01",
        "2024-11-30",
        "im Herbst 2024",
    ),
    ("fr", "Les articles publiés en mars 2024", "2024-03-01", "2024-03-31", "en mars 2024"),
    ("es", "noticias de mayo de 2024", "2024-05-01", "2024-05-31", "de mayo de 2024"),
    ("it", "articoli di marzo 2024", "2024-03-01", "2024-03-31", "di marzo 2024"),
    ("pt", "notícias de maio de 2024", "2024-05-01", "2024-05-31", "de maio de 2024"),
    ("nl", "artikelen van maart 2024", "2024-03-01", "2024-03-31", "van maart 2024"),
    ("zh", "2024年3月的报道", "2024-03-01", "2024-03-31", "2024年3月"),
    ("ru", "статьи 2024-03-05", "2024-03-05", "2024-03-05", "2024-03-05"),
]


@pytest.mark.parametrize(
    ("language", "question", "since", "until", "words"),
    [pytest.param(*row, id=f"{row[0]}: {row[1]}") for row in FILTERS],
)
def test_a_time_about_publication_is_a_filter(
    language: str, question: str, since: str | None, until: str | None, words: str
) -> None:
    found = read(question, language)
    assert found is not None
    assert (found.since, found.until, found.words) == (since, until, words)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Who won the election in 1945?"),
        ("en", "What happened in the flood of January 2024?"),
        ("en", "Who was mayor of Kelmouth in March 2024?"),
        ("en", "What article was published in 1937?"),
        ("en", "Which novel was published in 2012?"),
        ("en", "What happened 66 million years ago?"),
        ("en", "How much did prices rise over the last ten years?"),
        ("en", "How did he spend the last year of the war?"),
        ("en", "Where is the company today?"),
        ("en", "Which anchor left Fox News in March 2024?"),
        ("en", "Who hosts Last Week Tonight?"),
        ("en", "What does “last week” mean?"),
        ("en", "Which tournament will be played this week?"),
        ("en", "What is scheduled for next month?"),
        ("en", "Which festival is held in March?"),
        ("en", "What temperature is usual in July? It was hot every summer."),
        ("en", "In 1969, what happened in July?"),
        ("en", "Who may march in may?"),
        ("en", "Who has been president since 1960?"),
        ("en", "Who was mayor before May 2025?"),
        ("en", "What did he do on 3/5/2024?"),
        ("en", "How many seats did the party win in 2024?"),
        ("en", "Which team was founded between 1950 and 1960?"),
        ("en", "What changed after July 2012?"),
        ("en", "Could you send it by May at the latest?"),
        ("de", "Wer gewann die Wahl 1945?"),
        ("de", "Was geschah bei der Flut im Januar 2024?"),
        ("de", "Was stand im Bericht vom Mai 2024?"),
        ("de", "Wie viele Pfähle stehen heute unter Element 9?"),
        ("de", "Wann war die letzte Eiszeit?"),
        ("de", "Wer war im letzten Jahr des Krieges Kanzler?"),
        ("de", "Wovon leben die Tiere im April?"),
        ("de", "Wer steht seit 1954 unter Denkmalschutz?"),
        ("fr", "Qui a gagné les élections en mars 1945 ?"),
        ("fr", "Y a-t-il de l’eau sur Mars ?"),
        ("es", "¿Qué ocurrió hace 66 millones de años?"),
        ("es", "¿Qué tormenta azotó la ciudad en mayo de 2012?"),
        ("it", "Chi vinse le elezioni nel 1948?"),
        ("pt", "Quem ganhou a eleição em 1945?"),
        ("nl", "Wie won de verkiezingen in 1945?"),
        ("zh", "谁在1945年赢得了选举?"),
        ("ru", "Кто победил на выборах в 2024 году?"),
        ("en", ""),
        ("und", "2024"),
    ],
)
def test_a_time_that_belongs_to_the_content_is_no_filter(language: str, question: str) -> None:
    assert read(question, language) is None


@pytest.mark.parametrize(
    ("language", "question", "words"),
    [
        ("en", "What is the latest estimate of the cost?", "latest"),
        ("en", "What's new about the tunnel?", "What's new"),
        ("en", "Show the most recent reports", "most recent reports"),
        ("de", "Was sind die neuesten Zahlen?", "neuesten Zahlen"),
        ("de", "Was sind die jüngsten Meldungen zur Flut?", "jüngsten Meldungen"),
        ("fr", "Quelles sont les dernières nouvelles ?", "dernières nouvelles"),
        ("es", "¿Cuáles son las últimas noticias?", "últimas noticias"),
        ("it", "Quali sono le ultime notizie?", "ultime notizie"),
        ("pt", "Quais são as últimas notícias?", "últimas notícias"),
        ("nl", "Wat is het laatste nieuws?", "laatste nieuws"),
    ],
)
def test_the_newest_are_asked_for_without_a_date(language: str, question: str, words: str) -> None:
    assert read(question, language) == TimeFilter(None, None, words, True)


def test_the_newest_within_a_time() -> None:
    found = read("What is the latest news since Friday?")
    assert found == TimeFilter("2026-11-20", None, "since Friday", True)


def test_last_week_of_a_corpus_that_ended_earlier_is_its_newest() -> None:
    found = read("What happened last week?", newest=date(2025, 2, 18))
    assert found == TimeFilter(None, None, "last week", True)


def test_articles_from_last_week_stay_a_filter_even_when_there_are_none() -> None:
    found = read("articles from last week", newest=date(2025, 2, 18))
    assert found == TimeFilter("2026-11-16", "2026-11-22", "from last week", False)


def test_a_bare_month_is_one_the_corpus_can_know() -> None:
    found = read("What did the council decide in June?", newest=date(2026, 3, 21))
    assert found is not None and found.since == "2025-06-01"


def test_a_time_that_is_still_to_come_is_no_filter() -> None:
    assert read("articles from 2030") is None


def test_a_bare_month_not_yet_over_is_this_one() -> None:
    found = read("Who resigned in November?")
    assert found is not None and found.since == "2026-11-01"


def test_the_29th_of_february_without_a_year_in_a_common_year() -> None:
    assert read("articles from 29 February") is None
    found = read("articles from 29 February 2024")
    assert found is not None and found.since == "2024-02-29"


def test_the_end_of_the_calendar_is_no_obstacle() -> None:
    assert read("What happened last year?", today=date.min) is not None
    assert read("Who resigned yesterday?", today=date.min) is not None
    assert read("What happened two weeks ago?", today=date.max) is not None


WORDS = (
    "what happened in since before between and from the last past this week month year ago two 3 "
    "march may 2024 1999 2024-05-03 articles news published latest of monday yesterday “ ” ? "
    "im seit vor zwischen und letzte woche mai juli 3. artikel erschienen en depuis hier hace "
    "ultimi fa há atrás vorige 2024年3月 ٢٠٢٤-٠٥-٠٣ 00/00/0000 31 february 0000 9999"
)
words = st.sampled_from(WORDS.split())
questions = st.one_of(st.text(max_size=80), st.lists(words, max_size=12).map(" ".join))


@given(questions, st.sampled_from(LANGUAGES), st.dates(), st.none() | st.dates())
def test_any_question_is_read_without_an_error(
    question: str, language: str, today: date, newest: date | None
) -> None:
    found = read_times(question, language=language, today=today, newest=newest)
    if found is None:
        return
    assert found.words and found.words in question
    assert found.since or found.until or found.latest
    for day in (found.since, found.until):
        assert day is None or date.fromisoformat(day).isoformat() == day
    if found.since and found.until:
        assert found.since <= found.until
