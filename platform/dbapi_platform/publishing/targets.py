"""Where a draft goes: the endpoint and the module that its caller may change."""

from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..errors import Conflict, NotFound
from ..store import Action, Endpoint, Module, ResourceType
from .endpoints import find_endpoint
from .modules import DEFAULT_MODULE, find_module


async def endpoint_to_change(
    session: AsyncSession, caller: Caller, method: str, path: str
) -> Endpoint | None:
    """The endpoint that is there already. Raises Forbidden, or Conflict if it is hidden."""
    found = await find_endpoint(session, method, path)
    if found is None:
        return None
    try:
        caller.require(ResourceType.ENDPOINT, Action.UPDATE, found.id, module_id=found.module_id)
    except NotFound:
        # Paths are shared by all, so that this one is taken cannot be kept from anybody.
        raise Conflict(f"{method} {path} is taken; choose another path") from None
    return found


async def target_module(
    session: AsyncSession, caller: Caller, endpoint: Endpoint | None, name: str | None
) -> Module | None:
    """Where the endpoint is or shall be; None when that is still to be made. Raises Forbidden."""
    if name is None and endpoint is not None:
        return await session.get_one(Module, endpoint.module_id)
    module = await module_to_know(session, caller, name)
    if module is None:
        # A module that the caller may not see is answered like one that is not there.
        caller.require(ResourceType.MODULE, Action.CREATE)
        caller.require(ResourceType.ENDPOINT, Action.CREATE)
    elif endpoint is None or endpoint.module_id != module.id:
        caller.require(ResourceType.ENDPOINT, Action.CREATE, module_id=module.id)
        if endpoint is not None:
            _require_gains_nothing(caller, endpoint, module)
    return module


async def module_to_know(session: AsyncSession, caller: Caller, name: str | None) -> Module | None:
    """The module that is named, else the usual one; None for one that the caller may not see."""
    module = await find_module(session, name or DEFAULT_MODULE)
    return module if module is not None and _may_know(caller, module) else None


def _require_gains_nothing(caller: Caller, endpoint: Endpoint, module: Module) -> None:
    """Raises Forbidden where it would be in a module that gives the caller more rights on it."""
    kind, key, here = ResourceType.ENDPOINT, endpoint.id, endpoint.module_id
    for action in Action:
        there = caller.allows(kind, action, key, module_id=module.id)
        if there and action is not Action.CREATE:
            caller.require(kind, action, key, module_id=here, known=True)


def _may_know(caller: Caller, module: Module) -> bool:
    return caller.allows(ResourceType.MODULE, Action.READ, module.id) or caller.allows(
        ResourceType.ENDPOINT, Action.CREATE, module_id=module.id
    )
