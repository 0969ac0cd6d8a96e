"""Small corpora: two plain articles, and four in two languages with dates."""

from collections.abc import Iterable
from pathlib import Path

from assistant.records import Hit

STORY = "The harbour bridge was opened in May. It cost 12 million crowns."
OTHER = "The museum received a globe. Its owner had kept it in a cellar."


def write_two(folder: Path) -> Path:
    """`bridge.txt` and `globe.txt`, with nothing but text."""
    folder.mkdir()
    (folder / "bridge.txt").write_text(STORY)
    (folder / "globe.txt").write_text(OTHER)
    return folder


def write_corpus(folder: Path) -> Path:
    """Four articles: three of two languages with dates, a long one without."""
    folder.mkdir()
    write(folder, "bridge", "en", "2024-03-01", "Courier", "The harbour bridge was opened in May.")
    write(folder, "ferry", "en", "2024-06-01", "Bote", "The ferry across the harbour was closed.")
    write(folder, "hafen", "de", "2024-06-02", "Bote", "Die Brücke im Hafen wurde eröffnet.")
    long = "\n\n".join(f"Paragraph {n} about the lighthouse. " * 20 for n in range(5))
    write(folder, "lighthouse", "en", None, "Courier", long)
    return folder


def write(folder: Path, name: str, language: str, day: str | None, outlet: str, body: str) -> None:
    """Write an article as Markdown with front matter; None for one without a date."""
    front = [f"title: {name}", f"language: {language}", f"outlet: {outlet}"]
    front += [f"date: {day}"] if day else []
    text = "\n".join(["---", *front, "---", body, ""])
    (folder / f"{name}.md").write_text(text, encoding="utf-8")


def titles(hits: Iterable[Hit]) -> list[str]:
    """The titles of hits in their order."""
    return [hit.article.title for hit in hits]
