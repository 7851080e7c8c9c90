"""login, logout, status, use."""

import argparse

from .. import __version__
from ..arguments import Parser
from ..connection import ask_password, ask_token, chosen_url, connect, forget
from ..errors import NotConnected, UsageError
from ..notebook import Notebook
from ..results import Listing, Message
from .base import Verb

ASK = "ask"


def _login_arguments(parser: Parser) -> None:
    parser.add_argument(
        "url",
        nargs="?",
        metavar="URL",
        help="without it: DBAPI_URL, else the platform of the last login",
    )
    parser.add_argument("--username", metavar="NAME", help="log in as this user")
    parser.add_argument(
        "--token",
        nargs="?",
        const=ASK,
        metavar="",
        help="ask for a personal access token instead of a password",
    )


def login(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Ask nothing when a token that is kept is still good."""
    if options.token not in (None, ASK):
        raise UsageError(
            "A token on the line would be saved with the notebook",
            hint="Write --token alone to be asked for it, or set DBAPI_TOKEN. "
            "Revoke this one if the notebook has been shared",
        )
    url = chosen_url(notebook.store, options.url)
    connection = None if options.token else connect(notebook.store, options.url)
    if connection and options.username not in (None, connection.username):
        connection = None
    if connection is None:
        connection = (
            ask_token(notebook.store, url)
            if options.token
            else ask_password(notebook.store, url, options.username)
        )
    notebook.attach(connection)
    notebook.catalog.warm()
    return Message(f"Connected to {connection.url} as {connection.username}", "good")


def logout(notebook: Notebook, _options: argparse.Namespace) -> Message:
    """End the token."""
    try:
        connection = notebook.connection
    except NotConnected:
        return Message("Not logged in")
    forgotten = forget(notebook.store, connection.url)
    notebook.attach(None)
    if not forgotten:
        return Message("Nothing is kept: the token is from DBAPI_TOKEN, unset it to log out")
    return Message(f"Logged out of {connection.url}; the token has ended")


def status(notebook: Notebook, _options: argparse.Namespace) -> Listing:
    """What this notebook uses."""
    connection = notebook.connection
    about = connection.resources.about()
    last = " ".join(notebook.last) if notebook.last else None
    return Listing(
        ("what", "value"),
        [
            ("platform", connection.url),
            ("user", connection.username),
            ("platform version", about["version"]),
            ("dbapi-jupyter version", __version__),
            ("datasource", notebook.datasource or "none chosen"),
            ("module", notebook.module or "default"),
            ("last cell", last or "none"),
        ],
    )


def _use_arguments(parser: Parser) -> None:
    parser.add_argument("datasource", nargs="?", metavar="DATASOURCE")
    parser.add_argument("--module", metavar="NAME", help="where new endpoints are kept")


def use(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Set what cells need not say."""
    if options.datasource is None and options.module is None:
        raise UsageError("Use what?", hint="%dbapi use DATASOURCE, or %dbapi use --module NAME")
    if options.datasource is not None:
        notebook.resources.datasource(options.datasource)
        notebook.datasource = options.datasource
        notebook.catalog.tables(options.datasource)
    if options.module is not None:
        notebook.module = options.module
    said = [f"datasource {notebook.datasource}"] if notebook.datasource else []
    said += [f"module {notebook.module}"] if notebook.module else []
    return Message(f"Cells now use {' and '.join(said)}", "good")


VERBS = (
    Verb(
        "login",
        "Connect to a platform; asks for a password only when no kept token is good",
        login,
        _login_arguments,
        example="%dbapi login https://data.example.com --username ada",
    ),
    Verb("logout", "End and forget the kept token", logout),
    Verb("status", "Show the platform, the user, the versions, and what is in use", status),
    Verb(
        "use",
        "Choose the datasource (and module) of cells that name none",
        use,
        _use_arguments,
        completes=("datasource",),
        example="%dbapi use shop",
    ),
)
