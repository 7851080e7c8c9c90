"""clients: the programs that may call private endpoints."""

import argparse
from collections.abc import Sequence
from functools import partial

from ..arguments import Parser, whole_number
from ..asking import add_yes, confirm
from ..config import ClientSecret
from ..consumer_shapes import Client, EndpointLink, NewSecret
from ..errors import DbapiError, UsageError
from ..moments import moment_text
from ..notebook import Notebook
from ..results import Listing, Message
from ..suggest import closest
from ..text import count_text
from .base import Verb

COLUMNS = ("name", "state", "may call", "groups", "secret")
# The field of a client, its flag, and what it may be.
LIMITS = {
    "rate_limit_per_minute": ("--rate", 1, 1_000_000),
    "max_concurrent": ("--concurrent", 1, 100_000),
    "token_seconds": ("--token-seconds", 60, 86_400),
}
NONE = "none"


def add_search(parser: Parser) -> None:
    """Part of a name."""
    parser.add_argument(
        "search", nargs="?", metavar="SEARCH", help="part of a name or a description"
    )


def none_like(search: str | None, actions: Sequence[Verb], what: str) -> str:
    """What an empty list says; a word may have been meant as an action."""
    if search is None:
        return f"There is no {what} yet: %dbapi {what}s new NAME"
    meant = closest(search, [action.word for action in actions])
    more = f". Did you mean %dbapi {what}s {meant}?" if meant else ""
    return f"No {what} is like '{search}'{more}"


def clients(notebook: Notebook, options: argparse.Namespace) -> Listing:
    """List them."""
    rows = [
        (
            client["name"],
            state_of(client["is_active"]),
            links_text(client["endpoints"]),
            ", ".join(group["name"] for group in client["groups"]),
            _where_secret(notebook, client),
        )
        for client in notebook.consumers.clients(options.search)
    ]
    return Listing(COLUMNS, rows, empty=none_like(options.search, ACTIONS, "client"))


def state_of(is_active: bool) -> str:  # noqa: FBT001 - the word for a field
    """As the lists say it."""
    return "active" if is_active else "inactive"


def links_text(links: Sequence[EndpointLink]) -> str:
    """`GET orders, GET orders/{id} and 3 more`."""
    names = [f"{link['method']} {link['path']}" for link in links]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"


def _where_secret(notebook: Notebook, client: Client) -> str:
    return "kept here" if _find_secret(notebook, client) else "not kept here"


def _named(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME")


def _new_arguments(parser: Parser) -> None:
    _named(parser)
    parser.add_argument("--description", metavar="TEXT", help="what it is for")


def new(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Under Run All: a client that is there, with its secret here, is as good as a new one."""
    name = options.name
    for client in notebook.consumers.clients():
        if client["name"] != name:
            continue
        if _find_secret(notebook, client):
            return Message(f"Client {name} is there already, and its secret is kept here")
        raise DbapiError(
            f"Client {name} is there already, but its secret is not kept here",
            hint=f"%dbapi clients rotate {name} makes a new secret and ends the old one: "
            "programs that use it must be told",
        )
    made = notebook.consumers.create_client(name, options.description)
    notebook.catalog.forget("clients")
    return _keep(notebook, name, made, f"Client {name} is made")


def _find_secret(notebook: Notebook, client: Client) -> bool:
    """Whether its secret is here; it is kept for this address from then on."""
    url, name = notebook.connection.url, client["name"]
    secret = notebook.store.find_secret(url, name, client["client_id"])
    if secret is None:
        return False
    credentials = notebook.store.load(url)
    if credentials.clients.get(name) != secret:
        credentials.clients[name] = secret
        notebook.store.save(url, credentials)
    return True


def show(notebook: Notebook, options: argparse.Namespace) -> Listing:
    """All about one."""
    client = notebook.consumers.client(options.name)
    rows: list[tuple[str, object]] = [
        ("name", client["name"]),
        ("description", client["description"] or ""),
        ("state", state_of(client["is_active"])),
        ("client id", client["client_id"]),
        ("secret", _where_secret(notebook, client)),
        ("requests a minute", client["rate_limit_per_minute"] or "the platform's limit"),
        ("requests at once", client["max_concurrent"] or "the platform's limit"),
        ("a token is good for", _seconds(client["token_seconds"])),
        ("made", moment_text(client["created_at"])),
    ]
    if until := client.get("previous_secret_until"):
        rows.insert(5, ("secret before", f"good until {moment_text(until)} UTC"))
    rows += [("may call", f"{each['method']} {each['path']}") for each in client["endpoints"]]
    rows += [("in group", group["name"]) for group in client["groups"]]
    return Listing(("what", "value"), rows)


def _seconds(seconds: int | None) -> str:
    return count_text(seconds, "second") if seconds else "the platform's time"


def _limits_arguments(parser: Parser) -> None:
    _named(parser)
    said = {
        "--rate": "requests a minute",
        "--concurrent": "requests at the same time",
        "--token-seconds": "seconds that a token is good",
    }
    for field, (flag, least, most) in LIMITS.items():
        read = partial(_limit, least=least, most=most)
        parser.add_argument(
            flag,
            dest=field,
            metavar="N",
            type=read,
            help=f"{said[flag]}, or {NONE}: those of the platform",
        )


def _limit(text: str, *, least: int, most: int) -> int | str:
    return NONE if text == NONE else whole_number(least, most)(text)


def limits(notebook: Notebook, options: argparse.Namespace) -> Listing:
    """Change what is given, and show all."""
    given = {field: getattr(options, field) for field in LIMITS}
    fields = {name: None if to == NONE else to for name, to in given.items() if to is not None}
    if not fields:
        raise UsageError(
            "Which limit?", hint=f"%dbapi clients limits {options.name} --rate 60 --concurrent 4"
        )
    client = notebook.consumers.client(options.name)
    notebook.consumers.change_client(client, **fields)
    return show(notebook, options)


def _set_active(notebook: Notebook, options: argparse.Namespace, *, active: bool) -> Message:
    client = notebook.consumers.client(options.name)
    notebook.consumers.change_client(client, is_active=active)
    if active:
        return Message(f"Client {options.name} is active", "good")
    return Message(f"Client {options.name} is inactive: all its calls are refused from now", "good")


def _rotate_arguments(parser: Parser) -> None:
    _named(parser)
    parser.add_argument(
        "--overlap-hours",
        type=whole_number(0, 720),
        metavar="N",
        help="how long the old secret is good beside the new one; without it, it ends at once",
    )


def rotate(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Replace the secret."""
    name = options.name
    made = notebook.consumers.new_secret(notebook.consumers.client(name), options.overlap_hours)
    until = made.get("previous_secret_until")
    ends = f"is good until {moment_text(until)} UTC" if until else "and its tokens end"
    return _keep(notebook, name, made, f"Client {name} has a new secret; the old one {ends}")


def _keep(notebook: Notebook, name: str, made: NewSecret, said: str) -> Message:
    url = notebook.connection.url
    credentials = notebook.store.load(url)
    credentials.clients[name] = ClientSecret(made["client_id"], made["client_secret"])
    notebook.store.save(url, credentials)
    notebook.client_tokens.pop((url, name), None)
    return Message(
        f"{said}. Its secret is kept in `{notebook.store.path}` and not shown here", "good"
    )


def _delete_arguments(parser: Parser) -> None:
    _named(parser)
    add_yes(parser)


def delete(notebook: Notebook, options: argparse.Namespace) -> Message:
    """For good; what is kept of it here goes too."""
    name = options.name
    client = notebook.consumers.client(name)
    confirm(f"Delete client {name}? Programs that use it are refused at once.", yes=options.yes)
    notebook.consumers.delete_client(client)
    notebook.catalog.forget("clients")
    url = notebook.connection.url
    credentials = notebook.store.load(url)
    if credentials.clients.pop(name, None):
        notebook.store.save(url, credentials)
    notebook.client_tokens.pop((url, name), None)
    notebook.caller = None if notebook.caller == name else notebook.caller
    return Message(f"Client {name} is deleted", "good")


ONE = ("client",)
ACTIONS = (
    Verb(
        "clients new",
        "Make a client and keep its secret here",
        new,
        _new_arguments,
        example='%dbapi clients new billing --description "Invoices, every night"',
    ),
    Verb(
        "clients show", "Show what a client may do", show, _named, ONE,
        "%dbapi clients show billing",
    ),
    Verb(
        "clients limits",
        "Set a client's own limits",
        limits,
        _limits_arguments,
        ONE,
        "%dbapi clients limits billing --rate 60 --concurrent 4",
    ),
    Verb(
        "clients activate",
        "Let a client call again",
        partial(_set_active, active=True),
        _named,
        ONE,
        "%dbapi clients activate billing",
    ),
    Verb(
        "clients deactivate",
        "Refuse all calls of a client",
        partial(_set_active, active=False),
        _named,
        ONE,
        "%dbapi clients deactivate billing",
    ),
    Verb(
        "clients rotate",
        "Replace a client's secret",
        rotate,
        _rotate_arguments,
        ONE,
        "%dbapi clients rotate billing --overlap-hours 24",
    ),
    Verb(
        "clients delete",
        "Delete a client",
        delete,
        _delete_arguments,
        ONE,
        "%dbapi clients delete billing",
    ),
)  # fmt: skip
VERBS = (
    Verb(
        "clients",
        "List the clients; make, limit, rotate, delete one",
        clients,
        add_search,
        example="%dbapi clients new billing",
        actions=ACTIONS,
    ),
)
