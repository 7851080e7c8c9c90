"""Modules: folders of endpoints."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..errors import Conflict, InvalidRequest, NotFound
from ..store import Endpoint, Macro, Module, announce_change, lock

DEFAULT_MODULE = "default"


async def seed_default_module(session: AsyncSession) -> None:
    """Make the module that cells without one go to."""
    if await find_module(session, DEFAULT_MODULE) is None:
        await create_module(session, name=DEFAULT_MODULE)


async def create_module(
    session: AsyncSession, *, name: str, description: str | None = None
) -> Module:
    """A new, empty module. Raises InvalidRequest or Conflict."""
    module = await add_module(session, name=name, description=description)
    await session.commit()
    return module


async def add_module(session: AsyncSession, *, name: str, description: str | None = None) -> Module:
    """`create_module` as a part of something larger: the caller commits."""
    if not name.strip():
        raise InvalidRequest.of("module", "expected a name")
    if await find_module(session, name):
        raise Conflict(f"A module named '{name}' exists already")
    module = Module(name=name, description=description)
    session.add(module)
    await session.flush()
    return module


async def find_module(session: AsyncSession, name: str) -> Module | None:
    """The module of this name."""
    return (await session.exec(select(Module).where(Module.name == name))).first()


async def get_module(session: AsyncSession, module_id: uuid.UUID) -> Module:
    """Raises NotFound."""
    module = await session.get(Module, module_id)
    if module is None:
        raise NotFound("There is no such module")
    return module


async def lock_module(session: AsyncSession, module_id: uuid.UUID) -> Module:
    """The module, kept from other writers until this transaction ends. Raises NotFound."""
    module = await lock(session, Module, module_id)
    if module is None:
        raise NotFound("There is no such module")
    return module


async def list_modules(session: AsyncSession) -> list[Module]:
    """Every module in its order."""
    return list(await session.exec(select(Module).order_by(col(Module.sort_order), Module.name)))


async def save_module(session: AsyncSession, module: Module, fields: Mapping[str, Any]) -> Module:
    """Change the given fields; an inactive module's endpoints stop answering. Raises Conflict."""
    name = fields.get("name", module.name)
    if name != module.name and await find_module(session, name):
        raise Conflict(f"A module named '{name}' exists already")
    module.sqlmodel_update(dict(fields))
    session.add(module)
    await announce_change(session)
    await session.commit()
    return module


async def delete_module(session: AsyncSession, module: Module) -> None:
    """Raises Conflict while anything is in it."""
    for table, what in ((Endpoint, "endpoints"), (Macro, "macros")):
        inside = await session.exec(select(table).where(table.module_id == module.id).limit(1))
        if inside.first():
            raise Conflict(f"The module '{module.name}' still has {what}; move or delete them")
    await session.delete(module)
    await session.commit()
