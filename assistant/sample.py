"""Provides the sample corpus: a newcomer's own folder begins as a copy of it."""

import shutil
from pathlib import Path

from assistant.errors import DataError
from assistant.settings import Settings


def shared_folder(name: str) -> Path:
    """The folder `corpus` or `prompts` that came with the package, or that of the checkout."""
    package = Path(__file__).parent
    installed = package / "_shared" / name
    return installed if installed.is_dir() else package.parent / name


def provide_corpus(folder: Path, *, settings: Settings) -> None:
    """Make the corpus folder if it is missing; the user's default one begins with the sample.

    A folder the user named is only made, never filled. Raises DataError if it cannot be made.
    """
    if folder.is_dir():
        return
    try:
        if settings.corpus is None:
            folder.parent.mkdir(parents=True, exist_ok=True)
            ignore = shutil.ignore_patterns(".*")
            partial = folder.with_name(folder.name + ".new")
            shutil.copytree(shared_folder("corpus"), partial, ignore=ignore, dirs_exist_ok=True)
            partial.rename(folder)
        else:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"The corpus folder {folder} cannot be made: {error.strerror}.",
            hint="Name another one: --corpus DIR",
        ) from error
