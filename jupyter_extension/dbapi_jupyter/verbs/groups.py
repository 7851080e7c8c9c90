"""groups: sets of endpoints that clients are given together."""

import argparse
from functools import partial

from ..arguments import Parser, add_endpoint
from ..asking import add_yes, confirm
from ..client import if_allowed
from ..consumer_shapes import Client, Group
from ..notebook import Notebook
from ..results import Listing, Message
from ..text import count_text
from .base import Verb
from .clients import add_search, links_text, none_like, state_of


def groups(notebook: Notebook, options: argparse.Namespace) -> Listing:
    """List them."""
    clients = if_allowed(notebook.consumers.clients)
    rows = [
        (
            group["name"],
            state_of(group["is_active"]),
            links_text(group["endpoints"]),
            ", ".join(_inside(group, clients)),
            group["description"] or "",
        )
        for group in notebook.consumers.groups(options.search)
    ]
    return Listing(
        ("name", "state", "endpoints", "clients", "description"),
        rows,
        empty=none_like(options.search, ACTIONS, "group"),
    )


def _members(notebook: Notebook, group: Group) -> list[str]:
    return _inside(group, if_allowed(notebook.consumers.clients))


def _inside(group: Group, clients: list[Client]) -> list[str]:
    return [
        client["name"]
        for client in clients
        if any(link["id"] == group["id"] for link in client["groups"])
    ]


def _named(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME")


def _new_arguments(parser: Parser) -> None:
    _named(parser)
    parser.add_argument("--description", metavar="TEXT", help="what it holds")


def new(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Under Run All: one that is there is as good as a new one."""
    name = options.name
    if any(group["name"] == name for group in notebook.consumers.groups()):
        return Message(f"Group {name} is there already")
    notebook.consumers.create_group(name, options.description)
    notebook.catalog.forget("groups")
    return Message(f"Group {name} is made; %dbapi groups add {name} METHOD PATH fills it", "good")


def show(notebook: Notebook, options: argparse.Namespace) -> Listing:
    """All about one."""
    group = notebook.consumers.group(options.name)
    rows = [
        ("name", group["name"]),
        ("description", group["description"] or ""),
        ("state", state_of(group["is_active"])),
    ]
    rows += [("endpoint", f"{each['method']} {each['path']}") for each in group["endpoints"]]
    rows += [("client", name) for name in _members(notebook, group)]
    return Listing(("what", "value"), rows)


def _member_arguments(parser: Parser) -> None:
    _named(parser)
    add_endpoint(parser, optional=True)


def add(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Idempotent."""
    group = notebook.consumers.group(options.name)
    endpoint = notebook.endpoint(options.method, options.path)
    notebook.consumers.add(group, endpoint)
    who = _members(notebook, group)
    name = f"{endpoint['method']} {endpoint['path']}"
    may = f"; {', '.join(who)} may call it" if who else ""
    return Message(f"Group {group['name']} holds {name}{may}", "good")


def remove(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Idempotent."""
    group = notebook.consumers.group(options.name)
    endpoint = notebook.endpoint(options.method, options.path)
    notebook.consumers.remove(group, endpoint["id"])
    name = f"{endpoint['method']} {endpoint['path']}"
    return Message(f"Group {group['name']} no longer holds {name}", "good")


def _set_active(notebook: Notebook, options: argparse.Namespace, *, active: bool) -> Message:
    group = notebook.consumers.group(options.name)
    notebook.consumers.change_group(group, is_active=active)
    what = "is active" if active else "is inactive: it lets nobody call anything from now"
    return Message(f"Group {group['name']} {what}", "good")


def _rename_arguments(parser: Parser) -> None:
    _named(parser)
    parser.add_argument("to", metavar="NEW")


def rename(notebook: Notebook, options: argparse.Namespace) -> Message:
    """What it holds and who is in it stays."""
    notebook.consumers.change_group(notebook.consumers.group(options.name), name=options.to)
    notebook.catalog.forget("groups")
    return Message(f"Group {options.name} is called {options.to} now", "good")


def _delete_arguments(parser: Parser) -> None:
    _named(parser)
    add_yes(parser)


def delete(notebook: Notebook, options: argparse.Namespace) -> Message:
    """For good."""
    group = notebook.consumers.group(options.name)
    lose = count_text(len(_members(notebook, group)), "client")
    question = f"Delete group {group['name']}? What only it gave is taken from {lose}."
    confirm(question, yes=options.yes)
    notebook.consumers.delete_group(group)
    notebook.catalog.forget("groups")
    return Message(f"Group {group['name']} is deleted", "good")


ONE = ("group",)
WITH_ENDPOINT = ("group", "method", "path")
ACTIONS = (
    Verb(
        "groups new",
        "Make an empty group",
        new,
        _new_arguments,
        example="%dbapi groups new reporting",
    ),
    Verb(
        "groups show", "Show what is in a group", show, _named, ONE, "%dbapi groups show reporting"
    ),
    Verb(
        "groups add",
        "Let all clients of a group call an endpoint",
        add,
        _member_arguments,
        WITH_ENDPOINT,
        "%dbapi groups add reporting GET orders/{customer_id}",
    ),
    Verb(
        "groups remove",
        "Take an endpoint out of a group",
        remove,
        _member_arguments,
        WITH_ENDPOINT,
        "%dbapi groups remove reporting GET orders/{customer_id}",
    ),
    Verb(
        "groups rename",
        "Give a group another name",
        rename,
        _rename_arguments,
        ONE,
        "%dbapi groups rename reporting reports",
    ),
    Verb(
        "groups activate",
        "Let a group count again",
        partial(_set_active, active=True),
        _named,
        ONE,
        "%dbapi groups activate reporting",
    ),
    Verb(
        "groups deactivate",
        "Make a group count for nothing",
        partial(_set_active, active=False),
        _named,
        ONE,
        "%dbapi groups deactivate reporting",
    ),
    Verb(
        "groups delete",
        "Delete a group",
        delete,
        _delete_arguments,
        ONE,
        "%dbapi groups delete reporting",
    ),
)
VERBS = (
    Verb(
        "groups",
        "List the groups of endpoints; make, fill, delete one",
        groups,
        add_search,
        example="%dbapi groups new reporting",
        actions=ACTIONS,
    ),
)
