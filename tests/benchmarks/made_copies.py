"""Articles of the data sets, and copies made of them as outlets take over a text."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.copies import Story

FOOTERS = (
    "This article first appeared elsewhere and is republished with permission.",
    "Reporting by our own staff; editing by the night desk.",
    "Sign up for our newsletter and get the day in five minutes.",
)
HAN, THAI = "\u3040-\u30ff\u3400-\u9fff", "\u0e00-\u0eff"


@dataclass(frozen=True)
class Original:
    """An article of a data set: its number from 1, language, title and paragraphs."""

    number: int
    language: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def story(self) -> Story:
        return Story(self.text, self.language)


def lines(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def read_ntrex(folder: Path) -> dict[str, list[Original]]:
    """The articles by language, in paragraphs of two sentences."""
    found = {}
    for file in sorted(folder.glob("articles.*.jsonl")):
        language = file.name.split(".")[1]
        found[language] = [
            Original(number, language, article["headline"], tuple(in_pairs(article["sentences"])))
            for number, article in enumerate(lines(file), start=1)
        ]
    return found


def in_pairs(sentences: Sequence[str]) -> list[str]:
    kept = [sentence for sentence in sentences if sentence.strip()]
    return [" ".join(kept[at : at + 2]) for at in range(0, len(kept), 2)]


def read_realtimeqa(folder: Path) -> list[Original]:
    return [
        Original(number, "en", article["title"], tuple(paragraphs_of(article["text"])))
        for number, article in enumerate(lines(folder / "articles.jsonl"), start=1)
    ]


def paragraphs_of(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text) if part.strip()]


def made_copies(
    paragraphs: Sequence[str], *, chance: random.Random, words: list[str], lead: str
) -> dict[str, list[str]]:
    """Five ways in which outlets take over a text, as paragraphs."""
    rate, footer = chance.uniform(0.05, 0.2), chance.choice(FOOTERS)
    kept = [part for part in paragraphs if chance.random() > 0.2] or list(paragraphs)
    chance.shuffle(kept)
    short = cut(paragraphs, chance.uniform(0.4, 0.9))
    changed = [edited(part, rate, chance, words) for part in paragraphs]
    return {
        "cut to 40–90 %": short,
        "5–20 % of the words changed": changed,
        "paragraphs dropped and moved": kept,
        "a lead and a footer added": [lead, *paragraphs, footer],
        "cut, changed, lead and footer": [lead, *changed[: len(short)], footer],
    }


def cut(paragraphs: Sequence[str], share: float) -> list[str]:
    """The first paragraphs, up to a share of the characters; at least one."""
    total, kept = sum(map(len, paragraphs)), 0
    for at, part in enumerate(paragraphs):
        if at and kept + len(part) / 2 > share * total:
            return list(paragraphs[:at])
        kept += len(part)
    return list(paragraphs)


def edited(text: str, rate: float, chance: random.Random, words: list[str]) -> str:
    """Of the words changed, three in five are replaced, one is dropped, one is added."""
    out = []
    for unit in units(text):
        draw = chance.random() / rate
        if draw >= 1:
            out.append(unit)
        elif draw < 0.6:
            out.append(chance.choice(words))
        elif draw >= 0.8:
            out += [unit, chance.choice(words)]
    return "".join(out)


def units(text: str) -> Iterator[str]:
    """Words with the spaces after them; a few letters at a time where there are no spaces."""
    for word in re.findall(r"\S+\s*", text):
        if re.search(f"[{HAN}{THAI}]", word):
            size = 2 if re.search(f"[{HAN}]", word) else 4
            yield from (word[at : at + size] for at in range(0, len(word), size))
        else:
            yield word
