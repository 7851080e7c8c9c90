"""`dbapi group …`: sets of endpoints that clients are given together."""

from typing import Annotated, Any

import typer
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access import clients as access
from ..store import Group, GroupEndpoint
from .acting import acting
from .finding import Method, PathArgument, endpoint_at, group_named
from .output import AsJson, Yes, confirm, print_fields, print_json, print_table, say
from .running import run

groups = typer.Typer(
    help="Groups: endpoints that clients are given together.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The group's name.")]


@groups.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show every group with its endpoints."""

    async def work() -> list[dict[str, Any]]:
        async with acting("group.list") as session:
            rows = await session.exec(select(Group).order_by(Group.name))
            return [await _fields(session, row) for row in list(rows)]

    rows = run(work)
    if as_json:
        print_json(rows)
    elif not rows:
        say("There are no groups yet; make one with `dbapi group create NAME`.")
    else:
        columns = ("name", "description", "active", "endpoints")
        print_table(columns, ([row[column] for column in columns] for row in rows))


@groups.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """Show one group."""

    async def work() -> dict[str, Any]:
        async with acting("group.show") as session:
            return await _fields(session, await group_named(session, name))

    fields = run(work)
    print_json(fields) if as_json else print_fields(fields)


@groups.command("create")
def create(
    name: Name, description: Annotated[str | None, typer.Option(help="What it is for.")] = None
) -> None:
    """Make an empty group."""

    async def work() -> None:
        async with acting("group.create") as session:
            await access.create_group(session, name=name, description=description)

    run(work)
    say(f"The group {name} is made; fill it with `dbapi group add`.")


@groups.command("add")
def add(name: Name, method: Method, path: PathArgument) -> None:
    """Put an endpoint into the group: all its clients may call it."""

    async def work() -> None:
        async with acting("group.add") as session:
            await access.add_link(session, await _link(session, name, method, path))

    run(work)
    say(f"{method.upper()} {path} is in {name}.")


@groups.command("remove")
def remove(name: Name, method: Method, path: PathArgument) -> None:
    """Take an endpoint out of the group."""

    async def work() -> None:
        async with acting("group.remove") as session:
            await access.remove_link(session, await _link(session, name, method, path))

    run(work)
    say(f"{method.upper()} {path} is no longer in {name}.")


@groups.command("delete")
def delete(name: Name, yes: Yes = False) -> None:
    """Delete a group; its clients lose what only it gave them."""
    confirm(f"Delete the group '{name}'?", yes=yes)

    async def work() -> None:
        async with acting("group.delete") as session:
            await access.delete_group(session, await group_named(session, name))

    run(work)
    say(f"{name} is deleted.")


async def _link(session: AsyncSession, name: str, method: str, path: str) -> GroupEndpoint:
    group = await group_named(session, name)
    endpoint = await endpoint_at(session, method, path)
    return GroupEndpoint(group_id=group.id, endpoint_id=endpoint.id)


async def _fields(session: AsyncSession, group: Group) -> dict[str, Any]:
    endpoints = await access.group_endpoints(session, group)
    return {
        "name": group.name,
        "description": group.description,
        "active": group.is_active,
        "endpoints": [f"{endpoint.method} {endpoint.path}" for endpoint in endpoints],
    }
