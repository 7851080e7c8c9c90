"""clients, grant, revoke: who may call private endpoints."""

import argparse

from ..arguments import Parser, add_endpoint
from ..config import ClientSecret
from ..errors import DbapiError, UsageError
from ..notebook import Notebook
from ..results import Listing, Message, Shown
from ..shapes import Client
from .base import Verb


def _arguments(parser: Parser) -> None:
    parser.add_argument("--create", metavar="NAME", help="make a client and keep its secret here")
    parser.add_argument(
        "--rotate", metavar="NAME", help="replace a client's secret; the old one ends at once"
    )


def clients(notebook: Notebook, options: argparse.Namespace) -> Shown:
    """List them, or make one."""
    if options.create and options.rotate:
        raise UsageError("Give --create or --rotate, not both")
    if options.create:
        return _create(notebook, options.create)
    if options.rotate:
        return _rotate(notebook, options.rotate)
    rows = [
        (
            client["name"],
            "active" if client["is_active"] else "inactive",
            ", ".join(f"{link['method']} {link['path']}" for link in client["endpoints"]),
            "kept here" if _find_secret(notebook, client) else "not kept here",
        )
        for client in notebook.resources.clients()
    ]
    return Listing(
        ("name", "state", "may call", "secret"),
        rows,
        empty="There is no client yet: %dbapi clients --create NAME",
    )


def _create(notebook: Notebook, name: str) -> Message:
    """Under Run All: a client that is there, with its secret here, is as good as a new one."""
    for client in notebook.resources.clients():
        if client["name"] != name:
            continue
        if _find_secret(notebook, client):
            return Message(f"Client {name} is there already, and its secret is kept here")
        raise DbapiError(
            f"Client {name} is there already, but its secret is not kept here",
            hint=f"%dbapi clients --rotate {name} makes a new secret and ends the old one: "
            "programs that use it must be told",
        )
    made = notebook.resources.platform.post("clients", {"name": name, "description": None})
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


def _rotate(notebook: Notebook, name: str) -> Message:
    client = notebook.resources.client(name)
    made = notebook.resources.platform.post(f"clients/{client['id']}/secret", {})
    return _keep(
        notebook, name, made, f"Client {name} has a new secret; the old one and its tokens end"
    )


def _keep(notebook: Notebook, name: str, made: dict[str, str], said: str) -> Message:
    url = notebook.connection.url
    credentials = notebook.store.load(url)
    credentials.clients[name] = ClientSecret(made["client_id"], made["client_secret"])
    notebook.store.save(url, credentials)
    notebook.client_tokens.pop((url, name), None)
    return Message(
        f"{said}. Its secret is kept in `{notebook.store.path}` and not shown here", "good"
    )


def _grant_arguments(parser: Parser) -> None:
    parser.add_argument("client", metavar="CLIENT")
    add_endpoint(parser)


def grant(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Idempotent."""
    path, name = _link(notebook, options)
    notebook.resources.platform.put(path)
    return Message(f"Client {options.client} may call {name}", "good")


def revoke(notebook: Notebook, options: argparse.Namespace) -> Message:
    """Idempotent."""
    path, name = _link(notebook, options)
    notebook.resources.platform.delete(path)
    return Message(f"Client {options.client} may no longer call {name}, unless by a group", "good")


def _link(notebook: Notebook, options: argparse.Namespace) -> tuple[str, str]:
    client = notebook.resources.client(options.client)
    endpoint = notebook.endpoint(options.method, options.path)
    name = f"{endpoint['method']} {endpoint['path']}"
    return f"clients/{client['id']}/endpoints/{endpoint['id']}", name


VERBS = (
    Verb(
        "clients",
        "List the clients, or make one",
        clients,
        _arguments,
        example="%dbapi clients --create billing",
    ),
    Verb(
        "grant",
        "Let a client call a private endpoint",
        grant,
        _grant_arguments,
        completes=("client", "method", "path"),
        example="%dbapi grant billing GET orders/{customer_id}",
    ),
    Verb(
        "revoke",
        "Take an endpoint from a client",
        revoke,
        _grant_arguments,
        completes=("client", "method", "path"),
        example="%dbapi revoke billing GET orders/{customer_id}",
    ),
)
