"""`dbapi client …`: clients and what they may call, for operators at the server."""

from datetime import timedelta
from typing import Annotated, Any

import typer
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access import clients as access
from ..errors import InvalidRequest
from ..store import Client, ClientEndpoint, ClientGroup
from .acting import acting
from .finding import client_named, endpoint_at, group_named
from .output import AsJson, Yes, confirm, print_fields, print_json, print_table, say
from .running import run

clients = typer.Typer(
    help="Clients: the programs that may call private endpoints.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The client's name or client_id.")]
Description = Annotated[str | None, typer.Option(help="What it is for.")]
Method = Annotated[str | None, typer.Argument(help="GET, POST, PUT, PATCH or DELETE.")]
EndpointPath = Annotated[str | None, typer.Argument(help="The endpoint's path: orders/{id}.")]
InGroup = Annotated[str | None, typer.Option("--group", help="All endpoints of this group.")]
# A limit of 0 takes it away.
Limit = Annotated[int | None, typer.Option(min=0, help="Calls a minute; 0: no limit of its own.")]
AtOnce = Annotated[int | None, typer.Option(min=0, help="Calls at once; 0: no limit of its own.")]
TokenSeconds = Annotated[
    int | None, typer.Option(min=60, max=86_400, help="How long its tokens are good.")
]


@clients.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show every client with what it may call."""

    async def work() -> list[access.ClientView]:
        async with acting("client.list") as session:
            rows = await access.list_clients(session)
            return [await access.view_client(session, row) for row in rows]

    views = run(work)
    if as_json:
        print_json([_fields(view) for view in views])
    elif not views:
        say("There are no clients yet; make one with `dbapi client create NAME`.")
    else:
        columns = ("name", "client_id", "active", "endpoints", "groups")
        rows = (_fields(view) for view in views)
        print_table(columns, ([row[column] for column in columns] for row in rows))


@clients.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """Show one client: its limits, and what it may call."""

    async def work() -> access.ClientView:
        async with acting("client.show") as session:
            return await access.view_client(session, await client_named(session, name))

    fields = _fields(run(work))
    print_json(fields) if as_json else print_fields(fields)


@clients.command("create")
def create(
    name: Annotated[str, typer.Argument(help="A name for people.")],
    description: Description = None,
    as_json: AsJson = False,
) -> None:
    """Make a client and print its secret, this once."""

    async def work() -> tuple[Client, str]:
        async with acting("client.create") as session:
            return await access.create_client(session, name=name, description=description)

    client, secret = run(work)
    _print_secret(client, secret, as_json=as_json)


@clients.command("update")
def update(
    name: Name,
    rename: Annotated[str | None, typer.Option(help="Another name.")] = None,
    description: Description = None,
    rate_limit: Limit = None,
    max_concurrent: AtOnce = None,
    token_seconds: TokenSeconds = None,
) -> None:
    """Change a client's name, description or limits; what is not given stays."""
    limits = {"rate_limit_per_minute": rate_limit, "max_concurrent": max_concurrent}
    given = {"name": rename, "description": description, "token_seconds": token_seconds}
    fields: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    fields |= {key: value or None for key, value in limits.items() if value is not None}
    _update(name, "client.update", fields)
    say(f"{name} is changed.")


@clients.command("activate")
def activate(name: Name) -> None:
    """Let the client call again."""
    _update(name, "client.activate", {"is_active": True})
    say(f"{name} may call again.")


@clients.command("deactivate")
def deactivate(name: Name) -> None:
    """Refuse the client and its tokens until it is activated again."""
    _update(name, "client.deactivate", {"is_active": False})
    say(f"{name} is refused from now on.")


@clients.command("grant")
def grant(
    name: Name, method: Method = None, path: EndpointPath = None, group: InGroup = None
) -> None:
    """Let the client call an endpoint, or all endpoints of a group."""

    async def work() -> None:
        async with acting("client.grant") as session:
            await access.add_link(session, await _link(session, name, method, path, group))

    run(work)
    say(f"{name} may call {_target(method, path, group)}.")


@clients.command("revoke")
def revoke(
    name: Name, method: Method = None, path: EndpointPath = None, group: InGroup = None
) -> None:
    """Take an endpoint or a group from the client; what another grant gives too stays."""

    async def work() -> None:
        async with acting("client.revoke") as session:
            await access.remove_link(session, await _link(session, name, method, path, group))

    run(work)
    say(f"{name} may no longer call {_target(method, path, group)}.")


@clients.command("rotate")
def rotate(
    name: Name,
    overlap_hours: Annotated[
        float, typer.Option(min=0, max=720, help="How long the old one is good beside the new.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Replace the client's secret; without an overlap the old one and its tokens end at once."""
    overlap = timedelta(hours=overlap_hours)

    async def work() -> tuple[Client, str]:
        async with acting("client.rotate") as session:
            client = await client_named(session, name)
            return client, await access.replace_secret(session, client, overlap=overlap)

    client, secret = run(work)
    _print_secret(client, secret, as_json=as_json)


@clients.command("delete")
def delete(name: Name, yes: Yes = False) -> None:
    """Delete a client; its tokens are refused at once, its access records stay."""
    confirm(f"Delete the client '{name}'?", yes=yes)

    async def work() -> None:
        async with acting("client.delete") as session:
            await access.delete_client(session, await client_named(session, name))

    run(work)
    say(f"{name} is deleted.")


def _update(name: str, action: str, fields: dict[str, Any]) -> None:
    async def work() -> None:
        async with acting(action) as session:
            await access.update_client(session, await client_named(session, name), fields)

    run(work)


async def _link(
    session: AsyncSession, name: str, method: str | None, path: str | None, group: str | None
) -> SQLModel:
    client = await client_named(session, name)
    if group is not None and method is None:
        return ClientGroup(client_id=client.id, group_id=(await group_named(session, group)).id)
    if group is not None or method is None or path is None:
        raise InvalidRequest("Name an endpoint, such as GET orders/{id}, or --group NAME")
    endpoint = await endpoint_at(session, method, path)
    return ClientEndpoint(client_id=client.id, endpoint_id=endpoint.id)


def _target(method: str | None, path: str | None, group: str | None) -> str:
    return f"all of the group {group}" if group else f"{(method or '').upper()} {path}"


def _fields(view: access.ClientView) -> dict[str, Any]:
    client = view.client
    return {
        "name": client.name,
        "client_id": client.client_id,
        "description": client.description,
        "active": client.is_active,
        "rate_limit": client.rate_limit_per_minute,
        "max_concurrent": client.max_concurrent,
        "token_seconds": client.token_seconds,
        "endpoints": [f"{endpoint.method} {endpoint.path}" for endpoint in view.endpoints],
        "groups": [group.name for group in view.groups],
        "created_at": client.created_at,
    }


def _print_secret(client: Client, secret: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"name": client.name, "client_id": client.client_id, "client_secret": secret})
        return
    say(f"client_id      {client.client_id}")
    say(f"client_secret  {secret}")
    say("The secret is not kept and not shown again.")
