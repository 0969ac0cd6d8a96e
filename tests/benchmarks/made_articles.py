"""Made articles: words of no language for sizes, sentences of the sample for a real embedder."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

SAMPLE = Path(__file__).parents[2] / "corpus"
WORDS, FIRST_DAY, DAYS = 30_000, date(2022, 1, 1), 1096
OUTLETS = tuple(f"Outlet {letter}" for letter in "ABCDEFGHI")
RARE = "Gazette"
RARE_EVERY = 100
PARAGRAPHS, SENTENCES, SENTENCE_WORDS = 5, 9, 16
PASSAGE = 1000
"""Characters of a passage of the sample's sentences."""
SYLLABLES = (
    *("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "wu"),
    *("za", "bre", "cli", "dro", "fru", "gla"),
)
FUNCTION_WORDS = {
    "en": (
        *("the", "of", "and", "to", "in", "that", "was", "for", "on", "with"),
        *("as", "by", "is", "at", "from", "it", "this", "which", "had", "are"),
    ),
    "de": (
        *("der", "die", "und", "in", "den", "von", "zu", "das", "mit", "sich"),
        *("des", "auf", "für", "ist", "im", "dem", "nicht", "ein", "eine", "als"),
    ),
}
"""Half of all words, so that the language is known; no keywords."""


class Words:
    """Made words, the first ones frequent and the last ones rare (Zipf's law)."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        made: dict[str, None] = {}
        while len(made) < WORDS:
            made["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
        self.all = list(made)
        self._weights = np.cumsum(1 / np.arange(3, WORDS + 3)).tolist()

    def draw(self, count: int) -> list[str]:
        return self._chance.choices(self.all, cum_weights=self._weights, k=count)


def write_corpus(folder: Path, *, passages: int, seed: str = "speed") -> None:
    """Articles of five passages each as Markdown files; those that are there stay."""
    words = Words(random.Random("words"))
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(passages // PARAGRAPHS):
        file = folder / f"{number // 1000:03}" / f"{number:06}.md"
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_text(_article(number, words, random.Random(f"{seed} {number}")), "utf-8")


def _article(number: int, words: Words, chance: random.Random) -> str:
    words._chance = chance
    language = chance.choice(("en", "de"))
    paragraphs = [
        " ".join(_sentence(words, chance, language) for _ in range(SENTENCES))
        for _ in range(PARAGRAPHS)
    ]
    facts = {
        "title": " ".join(words.draw(5)).capitalize(),
        "language": language,
        "outlet": RARE if number % RARE_EVERY == 0 else chance.choice(OUTLETS),
        "date": (FIRST_DAY + timedelta(days=chance.randrange(DAYS))).isoformat(),
    }
    front = "\n".join(f"{name}: {value}" for name, value in facts.items())
    return f"---\n{front}\n---\n\n" + "\n\n".join(paragraphs) + "\n"


def _sentence(words: Words, chance: random.Random, language: str) -> str:
    """Made words with function words between them."""
    known = FUNCTION_WORDS[language]
    parts = [f"{chance.choice(known)} {word}" for word in words.draw(SENTENCE_WORDS // 2)]
    return " ".join(parts).capitalize() + "."


def questions(count: int, *, seed: str = "questions") -> list[str]:
    """Eight made words each, as frequent as those of the texts; no two alike."""
    chance = random.Random(seed)
    words = Words(random.Random("words"))
    words._chance = chance
    return [" ".join([*words.draw(5), *chance.sample(words.all, 3)]) + "?" for _ in range(count)]


def real_passages(count: int, *, seed: str = "passages") -> list[str]:
    """Distinct passages of about 1,000 characters of the sample's sentences in a drawn order."""
    chance, made = random.Random(seed), list[str]()
    while len(made) < count:
        drawn = chance.sample(_sample_sentences(), 60)
        text, length = list[str](), 0
        for sentence in drawn:
            if text and length + len(sentence) > PASSAGE:
                break
            text.append(sentence)
            length += len(sentence) + 1
        made.append(" ".join(text))
    return made


def write_real(folder: Path, *, passages: Sequence[str], each: int = 4) -> None:
    """Articles of some of these passages each, as plain Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(0, len(passages), each):
        body = "\n\n".join(passages[at : at + each])
        (folder / f"{at:05}.md").write_text(f"# Report {at}\n\n{body}\n", "utf-8")


@cache
def _sample_sentences() -> list[str]:
    return list(dict.fromkeys(_read_sample()))


def _read_sample() -> Iterator[str]:
    from assistant.languages import sentences
    from assistant.readers import read

    for file in sorted(SAMPLE.rglob("*.*")):
        if file.suffix in {".md", ".txt", ".html"} and file.name != "README.md":
            document = read(file)
            for start, end in sentences(document.text, language=document.language or "und"):
                if 60 < end - start < 400:
                    yield " ".join(document.text[start:end].split())
