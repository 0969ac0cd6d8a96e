"""The commands that open the page to people: `serve`, and `users` for who may enter."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant import render
from assistant.cli import output, session
from assistant.cli.progress import ProgressDisplay
from assistant.errors import UsageError

users_app = typer.Typer(rich_markup_mode=None)

AuthFile = Annotated[
    Path, typer.Option("--auth-file", metavar="FILE", help="The file with the users.")
]


def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Address to listen on; 127.0.0.1 if none.")
    ] = None,
    port: Annotated[int | None, typer.Option(metavar="N", help="Port; 7860 if none.")] = None,
    auth_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Only users of this file may enter (`users add`)."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name under which browsers reach it; repeatable."),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in your browser.")
    ] = False,
    watch: Annotated[
        bool,
        typer.Option("--watch/--no-watch", help="Index what changes in the folder, all the time."),
    ] = True,
    log: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Log every question as a line of JSON, without words."),
    ] = None,
    log_words: Annotated[
        bool, typer.Option("--log-words", help="Log the words of questions and answers, too.")
    ] = False,
) -> int:
    """Open the chat in the browser; Ctrl-C ends it.

    What is new in the corpus is indexed meanwhile, now and whenever the folder changes. Only this
    machine reaches the page; another address needs --auth-file.

    \b
    Example:
      assistant serve --port 8080
      assistant users add anna --auth-file users.json
      assistant serve --host 0.0.0.0 --auth-file users.json
    """
    from assistant.server import logs, run

    if log:
        logs.begin(log, words=log_words)
    settings = session.settings_of(context, host=host, port=port)
    with session.opened(context) as assistant:
        run.serve(
            assistant,
            host=settings.host,
            port=settings.port,
            auth_file=auth_file,
            names=tuple(allow_host or ()),
            open_browser=open_browser,
            watch=watch,
            display=ProgressDisplay(),
        )
    return 0


@users_app.callback()
def users() -> None:
    """Say who may open the page.

    With `serve --auth-file FILE` only they may.

    \b
    Example:
      assistant users add anna --auth-file users.json
    """


@users_app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")],
    auth_file: AuthFile,
    token: Annotated[
        bool,
        typer.Option("--token", help="Make a token for a program instead, and print it once."),
    ] = False,
) -> int:
    """Add a user, or give a known one a new password.

    The password is asked for, or read from stdin where that is no terminal.

    \b
    Example:
      assistant users add anna --auth-file users.json
      assistant users add backup-script --token --auth-file users.json
    """
    from assistant.server import users as file

    if token:
        output.emit_text(file.add_token(auth_file, name))
        output.say("Keep it: only its hash is stored. Send it as: Authorization: Bearer TOKEN")
    else:
        file.add_user(auth_file, name, password=_password())
        output.say(render.printable(f"{name} may enter now."))
    return 0


@users_app.command("list")
def list_users(auth_file: AuthFile) -> int:
    """List who may enter.

    \b
    Example:
      assistant users list --auth-file users.json
    """
    from assistant.server import users as file

    known = file.Users.load(auth_file)
    output.emit_text(render.printable("\n".join(known.names)))
    return 0


@users_app.command("remove")
def remove_user(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")],
    auth_file: AuthFile,
) -> int:
    """Take a user or a program out.

    They are out at once, even while the page is open.

    \b
    Example:
      assistant users remove anna --auth-file users.json
    """
    from assistant.server import users as file

    file.remove(auth_file, name)
    output.say(render.printable(f"{name} is out."))
    return 0


def _password() -> str:
    """Ask twice on a terminal, else read one line: a password never stands in the command line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise UsageError("The two passwords differ.", hint="Type the command again.")
    return password
