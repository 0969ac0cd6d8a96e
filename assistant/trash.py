"""The trash of a corpus: removed articles' files, each with a note of where it was."""

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.errors import UnknownArticle
from assistant.records import Article

_NOTE = "entry.json"


@dataclass(frozen=True, slots=True)
class Trashed:
    """One removed article: its file, and its path in the corpus folder before."""

    article_id: str
    folder: Path
    file: Path
    path: str


class Trash:
    """The folder `trash/`, with a folder for each removed article, named by its ID."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, article: Article, *, file: Path) -> None:
        """Move an article's file here, in place of a former version."""
        entry = self.folder / article.id
        shutil.rmtree(entry, ignore_errors=True)
        entry.mkdir(parents=True)
        note = {"path": article.path, "title": article.title, "removed": date.today().isoformat()}
        (entry / _NOTE).write_text(json.dumps(note, ensure_ascii=False), "utf-8")
        if file.exists():
            shutil.move(file, entry / ("article" + file.suffix))

    def find(self, article_id: str) -> Trashed:
        """A removed article. Raises UnknownArticle, also for one that is not whole."""
        for entry in self.folder.glob("*"):
            if entry.name == article_id and len(files := sorted(entry.iterdir())) == 2:
                (file,) = (path for path in files if path.name != _NOTE)
                path = json.loads((entry / _NOTE).read_text("utf-8"))["path"]
                return Trashed(article_id, entry, file, path)
        raise UnknownArticle(
            f"There is no article with the ID {article_id!r} in the trash.",
            hint="It may never have been removed: assistant articles",
        )

    def drop(self, trashed: Trashed) -> None:
        """Forget a removed article at once: deleting its files takes steps that a kill may cut."""
        hidden = self.folder / f".{trashed.article_id}"
        shutil.rmtree(hidden, ignore_errors=True)  # what a kill left there
        trashed.folder.rename(hidden)
        shutil.rmtree(hidden, ignore_errors=True)
