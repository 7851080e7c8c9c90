"""What a command names, found; what is not there is told with the command that lists it."""

from typing import Annotated

import typer
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access import clients as access
from ..access.roles import find_role
from ..access.users import find_user
from ..errors import NotFound
from ..publishing.datasources import find_datasource
from ..publishing.endpoints import find_endpoint
from ..publishing.modules import find_module
from ..publishing.paths import normalise_method, normalise_path
from ..store import Client, Datasource, Endpoint, Group, Module, Role, User

Method = Annotated[str, typer.Argument(help="GET, POST, PUT, PATCH or DELETE.")]
PathArgument = Annotated[str, typer.Argument(help="The endpoint's path, such as orders/{id}.")]


async def client_named(session: AsyncSession, name: str) -> Client:
    """By name or client_id. Raises NotFound."""
    found = await access.find_client(session, name)
    if found is None:
        raise NotFound(f"There is no client named '{name}'; see `dbapi client list`")
    return found


async def group_named(session: AsyncSession, name: str) -> Group:
    """Raises NotFound."""
    found = (await session.exec(select(Group).where(Group.name == name))).first()
    if found is None:
        raise NotFound(f"There is no group named '{name}'; see `dbapi group list`")
    return found


async def endpoint_at(session: AsyncSession, method: str, path: str) -> Endpoint:
    """Raises NotFound, or InvalidRequest for what is no method or no path."""
    found = await find_endpoint(session, normalise_method(method), normalise_path(path))
    if found is None:
        raise NotFound(f"There is no endpoint {method.upper()} {path}; see `dbapi endpoint list`")
    return found


async def datasource_named(session: AsyncSession, name: str) -> Datasource:
    """Raises NotFound."""
    found = await find_datasource(session, name)
    if found is None:
        raise NotFound(f"There is no datasource named '{name}'; see `dbapi datasource list`")
    return found


async def module_named(session: AsyncSession, name: str) -> Module:
    """Raises NotFound."""
    found = await find_module(session, name)
    if found is None:
        raise NotFound(f"There is no module named '{name}'")
    return found


async def user_named(session: AsyncSession, name: str) -> User:
    """Raises NotFound."""
    found = await find_user(session, name)
    if found is None:
        raise NotFound(f"There is no user named '{name}'; see `dbapi user list`")
    return found


async def role_named(session: AsyncSession, name: str) -> Role:
    """Raises NotFound."""
    found = await find_role(session, name)
    if found is None:
        raise NotFound(f"There is no role named '{name}'; see `dbapi role list`")
    return found
