"""`dbapi role …`: named sets of permissions."""

from typing import Annotated, Any

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access import roles as access
from ..access.permissions import Grant
from ..access.roles import RoleView
from ..errors import InvalidRequest
from ..store import Action, ResourceType
from .acting import acting, caller
from .finding import datasource_named, endpoint_at, module_named, role_named
from .output import AsJson, Yes, confirm, print_json, print_table, say
from .running import run

roles = typer.Typer(help="Roles: named sets of permissions.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The role's name.")]
PermissionName = Annotated[str, typer.Argument(help="Such as endpoint:read or module:publish.")]
OfModule = Annotated[str | None, typer.Option("--module", help="Only on this module.")]
OfDatasource = Annotated[str | None, typer.Option("--datasource", help="Only on this one.")]
OfEndpoint = Annotated[
    str | None, typer.Option("--endpoint", help='Only on this one: "GET orders/{id}".')
]


@roles.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show every role, and how many users have it."""

    async def work() -> list[RoleView]:
        async with acting("role.list") as session:
            return await access.list_roles(session)

    rows = [_fields(view) for view in run(work)]
    if as_json:
        print_json(rows)
        return
    columns = ("name", "description", "users", "permissions")
    print_table(
        columns,
        ((row["name"], row["description"], row["users"], len(row["permissions"])) for row in rows),
    )


@roles.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """Show what a role allows."""

    async def work() -> RoleView:
        async with acting("role.show") as session:
            return await access.get_role(session, (await role_named(session, name)).id)

    fields = _fields(run(work))
    if as_json:
        print_json(fields)
        return
    say(f"{name}: {fields['description'] or 'no description'}; {fields['users']} users")
    print_table(
        ("permission", "on"), ((row["permission"], row["on"]) for row in fields["permissions"])
    )


@roles.command("create")
def create(
    name: Name, description: Annotated[str | None, typer.Option(help="Whom it is for.")] = None
) -> None:
    """Make a role that allows nothing yet."""

    async def work() -> None:
        async with acting("role.create") as session:
            await access.create_role(session, caller(), name=name, description=description)

    run(work)
    say(f"The role {name} is made; say what it allows with `dbapi role grant`.")


@roles.command("grant")
def grant(
    name: Name,
    permission: PermissionName,
    module: OfModule = None,
    datasource: OfDatasource = None,
    endpoint: OfEndpoint = None,
) -> None:
    """Let everybody with the role do something: everywhere, or on one module, datasource, …"""
    _change("grant", name, (permission, module, datasource, endpoint))
    say(f"{name} allows {permission}{_place(module, datasource, endpoint)}.")


@roles.command("revoke")
def revoke(
    name: Name,
    permission: PermissionName,
    module: OfModule = None,
    datasource: OfDatasource = None,
    endpoint: OfEndpoint = None,
) -> None:
    """Take a permission from the role, named as it was granted."""
    _change("revoke", name, (permission, module, datasource, endpoint))
    say(f"{name} no longer allows {permission}{_place(module, datasource, endpoint)}.")


@roles.command("delete")
def delete(name: Name, yes: Yes = False) -> None:
    """Delete a role that nobody has."""
    confirm(f"Delete the role '{name}'?", yes=yes)

    async def work() -> None:
        async with acting("role.delete") as session:
            await access.delete_role(session, caller(), (await role_named(session, name)).id)

    run(work)
    say(f"{name} is deleted.")


Named = tuple[str, str | None, str | None, str | None]


def _change(verb: str, name: str, named: Named) -> None:
    async def work() -> None:
        async with acting(f"role.{verb}") as session:
            role_id = (await role_named(session, name)).id
            wanted = await _grant(session, named)
            held = set((await access.get_role(session, role_id)).grants)
            if verb == "revoke" and wanted not in held:
                raise InvalidRequest(f"The role '{name}' has no such permission")
            grants = held | {wanted} if verb == "grant" else held - {wanted}
            ordered = sorted(grants, key=str)
            await access.update_role(session, caller(), role_id, {"grants": ordered})

    run(work)


async def _grant(session: AsyncSession, named: Named) -> Grant:
    permission, module, datasource, endpoint = named
    kind, _, action = permission.partition(":")
    if kind not in list(ResourceType) or action not in list(Action):
        raise InvalidRequest(
            f"'{permission}' is no permission; write it as endpoint:read. "
            f"There are {', '.join(ResourceType)}, each with {', '.join(Action)}"
        )
    if sum(given is not None for given in (module, datasource, endpoint)) > 1:
        raise InvalidRequest("Name one module, datasource or endpoint at a time")
    if module is not None:
        # A permission on one module is written on the module, and covers what is in it.
        return Grant(ResourceType.MODULE, action, (await module_named(session, module)).id)
    if datasource is not None:
        return Grant(kind, action, (await datasource_named(session, datasource)).id)
    if endpoint is not None:
        method, _, path = endpoint.strip().partition(" ")
        return Grant(kind, action, (await endpoint_at(session, method, path)).id)
    return Grant(kind, action)


def _place(module: str | None, datasource: str | None, endpoint: str | None) -> str:
    named = module or datasource or endpoint
    return f" on {named}" if named else ""


def _fields(view: RoleView) -> dict[str, Any]:
    return {
        "name": view.role.name,
        "description": view.role.description,
        "users": view.users,
        "permissions": [
            {"permission": f"{grant.resource_type}:{grant.action}", "on": _on(view, grant)}
            for grant in view.grants
        ],
    }


def _on(view: RoleView, grant: Grant) -> str:
    if grant.resource_id is None:
        return "all"
    found = view.resource(grant)
    return found.name if found else f"gone ({grant.resource_id})"
