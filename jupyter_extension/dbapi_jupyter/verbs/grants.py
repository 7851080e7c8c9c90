"""grant, revoke, token: letting a client call a private endpoint, and trying it."""

import argparse
import time

from ..arguments import Parser, add_endpoint
from ..consumer_shapes import Group
from ..errors import UsageError
from ..gateway import client_token
from ..notebook import Notebook
from ..results import Message
from ..secret import add_into, put
from ..text import count_text
from .base import Verb


def _grant_arguments(parser: Parser) -> None:
    parser.add_argument("client", metavar="CLIENT")
    add_endpoint(parser, optional=True)
    parser.add_argument("--group", metavar="NAME", help="all that a group holds, not one endpoint")


def grant(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Idempotent."""
    client = notebook.consumers.client(options.client)
    if options.group:
        group = _group(notebook, options)
        notebook.consumers.link(client, "groups", group["id"])
        what = count_text(len(group["endpoints"]), "endpoint")
        said = f"may call all that group {options.group} holds ({what} now)"
        return Message(f"Client {options.client} {said}", "good")
    endpoint = notebook.endpoint(options.method, options.path)
    notebook.consumers.link(client, "endpoints", endpoint["id"])
    name = f"{endpoint['method']} {endpoint['path']}"
    note = "" if client["is_active"] else ", once it is active: it is not now"
    if endpoint["access"] == "public":
        note += ". It is public: anybody may"
    return Message(f"Client {options.client} may call {name}{note}", "good")


def revoke(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Idempotent."""
    client = notebook.consumers.client(options.client)
    if options.group:
        group = _group(notebook, options)
        notebook.consumers.unlink(client, "groups", group["id"])
        return Message(f"Client {options.client} is no longer in group {options.group}", "good")
    endpoint = notebook.endpoint(options.method, options.path)
    notebook.consumers.unlink(client, "endpoints", endpoint["id"])
    name = f"{endpoint['method']} {endpoint['path']}"
    return Message(f"Client {options.client} may no longer call {name}, unless by a group", "good")


def _group(notebook: Notebook, options: argparse.Namespace) -> Group:
    if options.method:
        raise UsageError(
            "Give an endpoint or --group, not both",
            hint=f"%dbapi groups add {options.group} METHOD PATH puts an endpoint into a group",
        )
    return notebook.consumers.group(options.group)


def _token_arguments(parser: Parser) -> None:
    parser.add_argument("client", nargs="?", metavar="CLIENT")
    parser.add_argument("--forget", action="store_true", help="call without a client's token again")
    add_into(parser)


def token(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Get one from the client's secret; calls are made with it from then on."""
    if options.forget:
        notebook.caller = None
        notebook.client_tokens.clear()
        return Message("%dbapi call calls without a client's token again")
    name = options.client or notebook.caller
    if name is None:
        raise UsageError("The token of which client?", hint="%dbapi token CLIENT")
    text = client_token(notebook, name, notebook.resources.about()["gateway_url"])
    notebook.caller = name
    _, ends_at = notebook.client_tokens[notebook.connection.url, name]
    minutes = count_text(max(1, round((ends_at - time.monotonic()) / 60)), "minute")
    said = [f"`%dbapi call` calls as {name} now. The token is kept in this session"]
    if options.into:
        put(notebook, options.into, text)
        said.append(f"It is in the variable `{options.into}` too, good for {minutes} more")
    return Message("\n".join([f"{said[0]} and not shown", *said[1:]]), "good")


VERBS = (
    Verb(
        "grant",
        "Let a client call a private endpoint, or all of a group",
        grant,
        _grant_arguments,
        completes=("client", "method", "path"),
        example="%dbapi grant billing GET orders/{customer_id}",
    ),
    Verb(
        "revoke",
        "Take an endpoint, or a group, from a client",
        revoke,
        _grant_arguments,
        completes=("client", "method", "path"),
        example="%dbapi revoke billing GET orders/{customer_id}",
    ),
    Verb(
        "token",
        "Get a client's token and call with it from now on",
        token,
        _token_arguments,
        completes=("client",),
        example="%dbapi token billing --into token",
    ),
)
