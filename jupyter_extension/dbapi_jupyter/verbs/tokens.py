"""tokens: personal access tokens, for programs that speak for the user."""

import argparse

from ..arguments import Parser, whole_number
from ..asking import add_yes, confirm
from ..connection import TOKEN_DAYS
from ..consumer_shapes import PersonalToken
from ..errors import DbapiError, UsageError
from ..notebook import Notebook
from ..results import Listing, Message
from ..secret import add_into, put
from ..suggest import suggestion
from .base import Verb


def tokens(notebook: Notebook, _options: argparse.Namespace) -> Listing:
    """Without their text, which is told once."""
    own = _own_id(notebook)
    rows = [
        (
            token["name"],
            _day(token["created_at"]),
            _day(token["expires_at"]) or "never",
            _day(token["last_used_at"]) or "never",
            "this notebook's" if token["id"] == own else "",
        )
        for token in _all(notebook)
    ]
    return Listing(
        ("name", "made", "ends", "last used", ""),
        rows,
        empty="You have no personal access token: %dbapi tokens new NAME --into VARIABLE",
    )


def _all(notebook: Notebook) -> list[PersonalToken]:
    found: list[PersonalToken] = notebook.resources.platform.items("tokens")
    return found


def _own_id(notebook: Notebook) -> str | None:
    return notebook.store.load(notebook.connection.url).token_id


def _day(moment: str | None) -> str:
    return moment[:10] if moment else ""


def _new_arguments(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="what it is for")
    parser.add_argument(
        "--days",
        type=whole_number(1, 3_650),
        default=TOKEN_DAYS,
        metavar="N",
        help=f"how long it is good; {TOKEN_DAYS} unless given",
    )
    add_into(parser, required=True)


def new(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Its text goes into a variable, for the program that is to have it."""
    body = {"name": options.name, "expires_in_days": options.days}
    made = notebook.resources.platform.post("tokens", body)
    notebook.catalog.forget("tokens")
    put(notebook, options.into, made["token"])
    return Message(
        f"Token {options.name} is good until {_day(made['expires_at'])}. Its text is in the "
        f"variable `{options.into}` and told only now: hand it on before the kernel ends",
        "good",
    )


def _revoke_arguments(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME")
    add_yes(parser)


def revoke(notebook: Notebook, options: argparse.Namespace) -> Message:
    """End it at once."""
    found = _all(notebook)
    token = next((each for each in found if each["name"] == options.name), None)
    if token is None:
        raise DbapiError(
            f"You have no token named '{options.name}'",
            hint=suggestion(options.name, [each["name"] for each in found], label="You have"),
        )
    if token["id"] == _own_id(notebook):
        raise UsageError(
            f"Token {options.name} is the one that this notebook uses",
            hint="%dbapi logout ends and forgets it",
        )
    confirm(f"End token {options.name}? Programs that use it are refused.", yes=options.yes)
    notebook.resources.platform.delete(f"tokens/{token['id']}")
    notebook.catalog.forget("tokens")
    return Message(f"Token {options.name} has ended", "good")


ACTIONS = (
    Verb(
        "tokens new",
        "Make a personal access token for a program",
        new,
        _new_arguments,
        example="%dbapi tokens new nightly-publish --days 90 --into token",
    ),
    Verb(
        "tokens revoke",
        "End one of your tokens",
        revoke,
        _revoke_arguments,
        ("token",),
        "%dbapi tokens revoke nightly-publish",
    ),
)
VERBS = (
    Verb(
        "tokens",
        "List your personal access tokens; make or end one",
        tokens,
        example="%dbapi tokens new nightly-publish --into token",
        actions=ACTIONS,
    ),
)
