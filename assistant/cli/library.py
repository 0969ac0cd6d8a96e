"""The commands that look after the corpus: `add`, `sync`, `articles`, `show`, `remove` and more."""

from pathlib import Path
from typing import Annotated

import typer

from assistant import render
from assistant.cli import options, output, session
from assistant.cli.progress import ProgressDisplay
from assistant.errors import UsageError
from assistant.records import Report

SOME_FAILED = 1
"""The exit code when an input failed and the rest was done."""


def add(
    context: typer.Context,
    sources: Annotated[
        list[str], typer.Argument(metavar="PATH|URL...", help="Files, folders or addresses.")
    ],
    json: options.Json = False,
) -> int:
    """Copy articles into the corpus and index them.

    Of a folder everything in it is taken; of an address the article on the page.

    \b
    Example:
      assistant add report.pdf ~/clippings https://example.org/article
    """
    with session.opened(context) as assistant, ProgressDisplay() as progress:
        report = assistant.add(*sources, on_progress=progress)
    return _finish(report, as_json=json)


def sync(
    context: typer.Context,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on: index what changes until you press Ctrl-C.")
    ] = False,
    json: options.Json = False,
) -> int:
    """Make the index equal to the corpus folder.

    New, changed, renamed and deleted files are noticed. With --watch it goes on; a file that is
    still being copied is waited for.

    \b
    Example:
      assistant sync --watch
    """
    if watch and json:
        raise UsageError(
            "--watch goes on until you stop it, so it cannot end in one JSON document.",
            hint="Leave out --json or --watch.",
        )
    with session.opened(context) as assistant:
        with ProgressDisplay() as progress:
            report = assistant.sync(on_progress=progress)
        code = _finish(report, as_json=json)
        if watch:
            output.say("Watching the corpus folder; Ctrl-C ends it.")
            assistant.watch(on_report=lambda report: output.emit_text(render.report_text(report)))
    return code


def articles(
    context: typer.Context,
    since: options.Since = None,
    until: options.Until = None,
    language: options.Language = None,
    outlet: options.Outlet = None,
    article: options.ArticleId = None,
    tag: options.Tag = None,
    json: options.Json = False,
) -> int:
    """List the articles.

    A line has ID, date, language, words, title and outlet.

    \b
    Example:
      assistant articles --language fr --since 2024-01-01
    """
    filters = options.filters(
        since=since, until=until, language=language, outlet=outlet, article=article, tag=tag
    )
    with session.reading(context) as assistant:
        found = assistant.articles(**filters)
        why = "" if found else assistant.why_none(**filters)
    output.emit(
        json,
        document=lambda: render.articles_document(found),
        text=lambda: render.articles_text(found),
    )
    if not json:
        output.say(why or f"{len(found):,} article{'' if len(found) == 1 else 's'}.")
    return 0


def show(
    context: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ID", help="An ID that `articles` shows.")],
    json: options.Json = False,
) -> int:
    """Print one article.

    First what is known about it, then its text as `start` and `end` count it.

    \b
    Example:
      assistant show 4f2a9c01
    """
    with session.opened(context) as assistant:
        shown = assistant.show(article_id)
    output.emit(
        json,
        document=lambda: render.show_document(shown),
        text=lambda: render.show_text(shown),
    )
    return 0


def remove(context: typer.Context, ids: options.Ids, json: options.Json = False) -> int:
    """Move articles to the trash and take them out of the index.

    \b
    Example:
      assistant remove 4f2a9c01
    """
    with session.opened(context) as assistant:
        report = assistant.remove(*ids)
    return _finish(report, as_json=json)


def restore(context: typer.Context, ids: options.Ids, json: options.Json = False) -> int:
    """Bring removed articles back from the trash.

    \b
    Example:
      assistant restore 4f2a9c01
    """
    with session.opened(context) as assistant:
        report = assistant.restore(*ids)
    return _finish(report, as_json=json)


def rebuild(
    context: typer.Context,
    back: Annotated[
        bool, typer.Option("--back", help="Put the index from before the last rebuild in force.")
    ] = False,
    json: options.Json = False,
) -> int:
    """Make a new index beside the old one, then switch to it.

    Needed after the embedder or the length of passages was changed; what you made is kept. The old
    index answers meanwhile. Stopped, it goes on where it was when you type it again.

    \b
    Example:
      assistant rebuild
      assistant rebuild --back
    """
    with session.opened(context) as assistant, ProgressDisplay() as progress:
        if back:
            report = assistant.back(on_progress=progress)
        else:
            report = assistant.rebuild(on_progress=progress)
    return _finish(report, as_json=json)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    json: options.Json = False,
) -> int:
    """Write articles, what you made and the index into one file.

    It is a plain tar file.

    \b
    Example:
      assistant export backup.tar
    """
    with session.opened(context) as assistant:
        written = assistant.export(file)
    output.emit(
        json,
        document=lambda: {"file": str(written)},
        text=lambda: render.printable(f"Wrote {written}."),
    )
    return 0


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `export` wrote.")],
    json: options.Json = False,
) -> int:
    """Bring an export into an empty corpus.

    Every file is checked against its hash before anything is put in place.

    \b
    Example:
      assistant --corpus ~/articles import backup.tar
    """
    with session.opened(context) as assistant:
        report = assistant.import_(file)
    return _finish(report, as_json=json)


def _finish(report: Report, *, as_json: bool) -> int:
    output.emit(
        as_json,
        document=lambda: render.report_document(report),
        text=lambda: render.report_text(report),
    )
    return SOME_FAILED if report.failed else 0
