"""`dbapi client …`: clients and what they may call, for operators at the server."""

from typing import Annotated

import typer
from rich.table import Table
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access import clients as access
from ..console import out
from ..errors import NotFound
from ..publishing.endpoints import find_endpoint
from ..publishing.paths import normalise_method, normalise_path
from ..store import Client, ClientEndpoint, Endpoint
from .running import load_settings, open_session, run

clients = typer.Typer(
    help="Clients: the programs that may call private endpoints.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The client's name or client_id.")]
Method = Annotated[str, typer.Argument(help="GET, POST, PUT, PATCH or DELETE.")]
PathArgument = Annotated[str, typer.Argument(help="The endpoint's path, such as orders/{id}.")]


@clients.command("create")
def create(
    name: Annotated[str, typer.Argument(help="A name for people.")],
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
) -> None:
    """Make a client and print its secret, this once."""

    async def work() -> tuple[Client, str]:
        async with open_session(load_settings()) as session:
            return await access.create_client(session, name=name, description=description)

    client, secret = run(work)
    _print_secret(client, secret)


@clients.command("list")
def list_() -> None:
    """Show every client with what it may call."""

    async def work() -> list[access.ClientView]:
        async with open_session(load_settings()) as session:
            rows = await access.list_clients(session)
            return [await access.view_client(session, row) for row in rows]

    views = run(work)
    if not views:
        out.print("There are no clients yet; make one with `dbapi client create NAME`.")
        return
    table = Table("name", "client_id", "active", "endpoints", "groups")
    for view in views:
        table.add_row(
            view.client.name,
            view.client.client_id,
            "yes" if view.client.is_active else "no",
            "\n".join(f"{endpoint.method} {endpoint.path}" for endpoint in view.endpoints),
            "\n".join(group.name for group in view.groups),
        )
    out.print(table)


@clients.command("grant")
def grant(name: Name, method: Method, path: PathArgument) -> None:
    """Let the client call the endpoint."""

    async def work() -> None:
        async with open_session(load_settings()) as session:
            await access.add_link(session, await _link(session, name, method, path))

    run(work)
    out.print(f"{name} may call {method.upper()} {path}.", markup=False)


@clients.command("revoke")
def revoke(name: Name, method: Method, path: PathArgument) -> None:
    """Take the endpoint from the client, unless a group gives it too."""

    async def work() -> None:
        async with open_session(load_settings()) as session:
            await access.remove_link(session, await _link(session, name, method, path))

    run(work)
    out.print(f"{name} may no longer call {method.upper()} {path}.", markup=False)


@clients.command("rotate")
def rotate(name: Name) -> None:
    """Replace the client's secret; the old one and its tokens end at once."""

    async def work() -> tuple[Client, str]:
        async with open_session(load_settings()) as session:
            client = await _client(session, name)
            return client, await access.replace_secret(session, client)

    client, secret = run(work)
    _print_secret(client, secret)


@clients.command("delete")
def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a client; its tokens are refused at once, its access records stay."""
    if not yes:
        typer.confirm(f"Delete the client '{name}'?", abort=True)

    async def work() -> None:
        async with open_session(load_settings()) as session:
            await access.delete_client(session, await _client(session, name))

    run(work)
    out.print(f"{name} is deleted.", markup=False)


async def _client(session: AsyncSession, name: str) -> Client:
    client = await access.find_client(session, name)
    if client is None:
        raise NotFound(f"There is no client named '{name}'; see `dbapi client list`")
    return client


async def _endpoint(session: AsyncSession, method: str, path: str) -> Endpoint:
    endpoint = await find_endpoint(session, normalise_method(method), normalise_path(path))
    if endpoint is None:
        raise NotFound(f"There is no endpoint {method.upper()} {path}")
    return endpoint


async def _link(session: AsyncSession, name: str, method: str, path: str) -> ClientEndpoint:
    client = await _client(session, name)
    endpoint = await _endpoint(session, method, path)
    return ClientEndpoint(client_id=client.id, endpoint_id=endpoint.id)


def _print_secret(client: Client, secret: str) -> None:
    out.print(f"client_id      {client.client_id}", markup=False)
    out.print(f"client_secret  {secret}", markup=False, soft_wrap=True)
    out.print("The secret is not kept and not shown again.")
