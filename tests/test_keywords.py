"""Keyword terms: what must match matches, and every term can be put into an FTS5 query."""

import sqlite3
import threading
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.keywords import LONGEST_TERM, index_terms, query_terms
from assistant.stopwords import stop_words

LANGUAGES = ["en", "de", "fr", "es", "ru", "ar", "hi", "th", "zh", "ja", "ko", "und"]


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        pytest.param("10,000", "etwa 10.000 Menschen", "de", id="german-thousands"),
        pytest.param("10.000", "some 10,000 people", "en", id="english-thousands"),
        pytest.param("10000", "10 000 personnes", "fr", id="space-between-thousands"),
        pytest.param("10000", "10\u202f000 personnes", "fr", id="narrow-space"),
        pytest.param("10000", "10’000 Franken", "de", id="swiss-apostrophe"),
        pytest.param("1,234,567.89", "1.234.567,89 Euro", "de", id="thousands-and-decimals"),
        pytest.param("3.5", "um 3,5 Prozent", "de", id="decimals"),
        pytest.param("10000", "१०,००० लोग", "hi", id="hindi-digits"),
        pytest.param("10000", "١٠٬٠٠٠ شخص", "ar", id="arabic-digits"),
        pytest.param("2024", "中国2024年的经济", "zh", id="number-inside-chinese"),
        pytest.param("Muller", "Herr Müller sprach", "de", id="umlaut-not-typed"),
        pytest.param("Mueller", "Herr Müller sprach", "de", id="umlaut-spelled-out"),
        pytest.param("Strasse", "auf der Straße", "de", id="sharp-s"),
        pytest.param("Haus", "viele Häuser", "de", id="german-plural"),
        pytest.param("cafe", "trois cafés", "fr", id="accents"),
        pytest.param("Erdogan", "Erdoğan sagte", "de", id="foreign-letter"),
        pytest.param("Lodz", "in Łódź", "en", id="letter-that-does-not-decompose"),
        pytest.param("running", "they run and run", "en", id="english-stem"),
        pytest.param("covid19", "since COVID-19 began", "en", id="name-with-digits"),
        pytest.param("10 km", "a 10km race", "en", id="unit-without-space"),
        pytest.param("US policy", "the U.S. decided", "en", id="dotted-acronym"),
        pytest.param("天気", "明日の天気は晴れです", "ja", id="japanese-word"),
        pytest.param("东京", "他去了东京大学", "zh", id="chinese-word"),
        pytest.param("서울", "서울에서 만났다", "ko", id="korean-with-particle"),
        pytest.param("ประเทศ", "ในประเทศไทย", "th", id="thai-word"),
        pytest.param("हिन्दी", "हिन्दी भाषा", "hi", id="hindi-vowel-signs"),
        pytest.param("ｗｉｄｅ", "wide letters", "en", id="full-width-letters"),
        pytest.param("office", "the o\ufb03ce", "en", id="ligature"),
        pytest.param("Donaudampfschiff", "Donau\u00addampf\u00adschiff", "de", id="soft-hyphens"),
    ],
)
def test_question_meets_text(question: str, text: str, language: str) -> None:
    assert set(query_terms(question, language=language)) & set(index_terms(text, language=language))


@pytest.mark.parametrize(
    ("text", "language", "terms"),
    [
        pytest.param("What is the capital of it?", "en", ["capit"], id="english"),
        pytest.param("Wer war das und warum?", "de", [], id="nothing-but-stop-words"),
        pytest.param("WHO and US", "en", ["who", "us"], id="capitals-are-no-pronouns"),
        pytest.param("25.09.2018", "de", ["25", "09", "2018"], id="a-date-is-no-number"),
        pytest.param("C", "en", ["c"], id="one-capital"),
        pytest.param("", "en", [], id="empty"),
        pytest.param("?! … —", "en", [], id="signs-only"),
        pytest.param("水", "zh", ["水"], id="one-chinese-character"),
        pytest.param("tide tides", "en", ["tide"], id="each-once"),
    ],
)
def test_terms_of_a_question(text: str, language: str, terms: list[str]) -> None:
    assert query_terms(text, language=language) == terms


def test_a_repeated_word_counts_twice_in_the_index() -> None:
    assert index_terms("Tides, tides", language="en") == ["tide", "tide"]


def test_an_endless_word_is_cut() -> None:
    assert [len(term) for term in index_terms("x" * 5000, language="und")] == [LONGEST_TERM]


def test_stop_words_exist_for_norwegian_by_either_code() -> None:
    assert stop_words("nb") == stop_words("no") != frozenset()
    assert stop_words("xx") == frozenset()


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_terms_are_letters_marks_and_digits(text: str, language: str) -> None:
    for term in index_terms(text, language=language):
        assert term
        assert all(unicodedata.category(character)[0] in "LMN" for character in term)


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_sqlite_keeps_every_term_as_it_is(text: str, language: str) -> None:
    terms = index_terms(text, language=language)
    with sqlite3.connect(":memory:") as database:
        database.execute("create virtual table words using fts5(terms, tokenize = 'ascii')")
        database.execute("create virtual table places using fts5vocab(words, instance)")
        database.execute("insert into words values (?)", (" ".join(terms),))
        kept = [row[0] for row in database.execute("select term from places order by offset")]
        assert kept == terms
    database.close()


def test_threads_do_not_disturb_each_other() -> None:
    words = [f"{start}ing{end}" for start in "bcdfghjklmnp" for end in ("s", "ed", "ly", "ness")]
    expected = [index_terms(word, language="en") for word in words]
    wrong: list[str] = []

    def work() -> None:
        from assistant.keywords import stem

        for _ in range(5):
            stem.cache_clear()
            for word, terms in zip(words, expected, strict=True):
                if index_terms(word, language="en") != terms:
                    wrong.append(word)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
