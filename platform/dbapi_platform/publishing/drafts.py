"""Drafts: saved when a cell runs, checked as a whole."""

import difflib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlmodel import inspect, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..datasources import ProductType, dialect_of
from ..engines.parameters import Parameter
from ..engines.sql import SqlProgram
from ..errors import InvalidRequest
from ..store import (
    Action,
    Datasource,
    Draft,
    Endpoint,
    Module,
    ResourceType,
    announce_change,
)
from ..store.base import now
from .compiled import CompiledEndpoint, Engines, freeze
from .datasources import find_datasource, list_datasources
from .definition import Definition
from .endpoints import EndpointView, lock_endpoint, settle_state, view_endpoint
from .examining import compile_definition, unused_parameters
from .macros import macros_for
from .modules import DEFAULT_MODULE, add_module
from .paths import path_key
from .targets import endpoint_to_change, target_module


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What saving did; `problems` are warnings that do not stand in the way.

    `frozen` is the draft as a version would keep it.
    """

    endpoint: Endpoint
    frozen: Definition
    created: bool
    changed: bool
    problems: tuple[str, ...]


async def named_datasource(session: AsyncSession, caller: Caller, name: str) -> Datasource:
    """The datasource that a definition names. Raises InvalidRequest for the field.

    One that the caller may not know of is answered like one that is not there.
    """
    row = await find_datasource(session, name)
    if row is None or not _may_know_of(caller, row):
        known = [other.name for other in await list_datasources(session)
                 if _may_know_of(caller, other)]  # fmt: skip
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean '{near[0]}'?" if near else None
        raise InvalidRequest.of("datasource", f"there is no datasource named '{name}'", hint)
    return row


def _may_know_of(caller: Caller, row: Datasource) -> bool:
    return any(
        caller.allows(ResourceType.DATASOURCE, action, row.id)
        for action in (Action.READ, Action.EXECUTE)
    )


async def compile_for(
    definition: Definition, datasource: Datasource, engines: Engines, *, is_kept: bool = False
) -> CompiledEndpoint:
    """Compile it for the product of its datasource; `is_kept` is a version's."""
    dialect = dialect_of(ProductType(datasource.product_type))
    return await compile_definition(definition, dialect=dialect, engines=engines, is_kept=is_kept)


async def save_draft(
    session: AsyncSession,
    caller: Caller,
    definition: Definition,
    *,
    datasource: Datasource,
    module: str | None,
    keep_transform: bool,
    engines: Engines,
    unchanged: Callable[[EndpointView | None], None] = lambda _current: None,
) -> SavedDraft:
    """Save the draft, making its endpoint and its module where they are new.

    Raises InvalidDefinition before anything is written, and Forbidden: whoever saves a draft
    can run it, so the datasource's execute permission is needed too. A `module` of None leaves
    an endpoint where it is; `keep_transform` leaves it the transform that it has. `unchanged` is
    asked with what is there, kept from others until this is done; what it raises ends the saving.
    """
    saved = await write_draft(
        session, caller, definition, datasource=datasource, module=module,
        keep_transform=keep_transform, engines=engines, unchanged=unchanged,
    )  # fmt: skip
    await session.commit()
    return saved


async def write_draft(
    session: AsyncSession,
    caller: Caller,
    definition: Definition,
    *,
    datasource: Datasource,
    module: str | None,
    keep_transform: bool,
    engines: Engines,
    unchanged: Callable[[EndpointView | None], None],
) -> SavedDraft:
    """`save_draft` as a part of something larger: the caller commits."""
    caller.require(ResourceType.DATASOURCE, Action.EXECUTE, datasource.id, known=True)
    endpoint = await _to_change(session, caller, definition)
    unchanged(await view_endpoint(session, endpoint.id) if endpoint else None)
    target = await target_module(session, caller, endpoint, module)
    definition = await completed(
        session, definition, endpoint, target, keep_transform=keep_transform, engines=engines
    )
    compiled = await compile_for(definition, datasource, engines)
    target = target or await add_module(session, name=module or DEFAULT_MODULE)
    return await _keep(session, caller, endpoint, target, compiled)


async def completed(
    session: AsyncSession,
    definition: Definition,
    endpoint: Endpoint | None,
    target: Module | None,
    *,
    keep_transform: bool,
    engines: Engines,
) -> Definition:
    """With the transform that is kept, and the texts of the macros that are used."""
    if keep_transform and endpoint is not None:
        definition = await _with_transform(session, endpoint, definition)
    macros = await macros_for(
        session, definition, target.id if target else None, engines.scripts.engine
    )
    return msgspec.structs.replace(definition, macros=macros)


async def save_as_it_is(
    session: AsyncSession,
    caller: Caller,
    definition: Definition,
    *,
    datasource: Datasource,
    module: str,
    engines: Engines,
) -> SavedDraft:
    """Save a draft with the texts of macros that it holds, not with the newest published ones.

    Raises what `save_draft` raises.
    """
    caller.require(ResourceType.DATASOURCE, Action.EXECUTE, datasource.id, known=True)
    endpoint = await _to_change(session, caller, definition)
    target = await target_module(session, caller, endpoint, module)
    compiled = await compile_for(definition, datasource, engines)
    target = target or await add_module(session, name=module)
    saved = await _keep(session, caller, endpoint, target, compiled)
    await session.commit()
    return saved


async def _keep(
    session: AsyncSession,
    caller: Caller,
    endpoint: Endpoint | None,
    target: Module,
    compiled: CompiledEndpoint,
) -> SavedDraft:
    created, frozen = endpoint is None, freeze(compiled)
    if endpoint is None:
        method = compiled.definition.method
        endpoint = Endpoint(module_id=target.id, method=method, path="", path_key="")
    changed = await _write(session, caller, endpoint, target, compiled.definition, frozen)
    return SavedDraft(
        endpoint,
        frozen,
        created,
        changed,
        tuple(
            f"parameter {name} is declared, but the template never uses it"
            for name in unused_parameters(compiled.definition, _found(compiled))
        ),
    )


def _found(compiled: CompiledEndpoint) -> tuple[Parameter, ...] | None:
    return compiled.program.discovered if isinstance(compiled.program, SqlProgram) else None


async def _to_change(
    session: AsyncSession, caller: Caller, definition: Definition
) -> Endpoint | None:
    """The endpoint that is there already, locked. Raises Forbidden, or Conflict if it is hidden."""
    found = await endpoint_to_change(session, caller, definition.method, definition.path)
    return await lock_endpoint(session, found.id) if found else None


async def _with_transform(
    session: AsyncSession, endpoint: Endpoint, definition: Definition
) -> Definition:
    draft = await _draft(session, endpoint)
    transform = draft.definition.get("transform") if draft else None
    return msgspec.structs.replace(definition, transform=transform)


async def _write(
    session: AsyncSession,
    caller: Caller,
    endpoint: Endpoint,
    module: Module,
    definition: Definition,
    frozen: Definition,
) -> bool:
    created = inspect(endpoint).transient
    draft = None if created else await _draft(session, endpoint)
    if draft is not None and says_the_same(draft, definition) and endpoint.module_id == module.id:
        return False
    if endpoint.published_version_id and endpoint.module_id != module.id:
        # The gateway answers for active modules only.
        await announce_change(session, endpoint.id)
    endpoint.path, endpoint.path_key = definition.path, path_key(definition.path)
    endpoint.name, endpoint.description = definition.name, definition.description
    endpoint.access, endpoint.datasource_id = definition.access, uuid.UUID(definition.datasource_id)
    endpoint.module_id, endpoint.updated_by = module.id, caller.username
    endpoint.updated_at = now()
    session.add(endpoint)
    await session.flush()
    fields: dict[str, Any] = {
        "endpoint_id": endpoint.id,
        "datasource_id": uuid.UUID(definition.datasource_id),
        "definition": definition.as_dict(),
        "params": frozen.params,
        "hash": frozen.hash(),
        "updated_at": now(),
        "updated_by": caller.username,
    }
    draft = draft.sqlmodel_update(fields) if draft else Draft(**fields)
    session.add(draft)
    if not created:
        await settle_state(session, endpoint, draft.hash)
    return True


def says_the_same(draft: Draft, definition: Definition) -> bool:
    """Whether saving the definition would leave the draft as it is."""
    return Definition.from_dict(draft.definition) == definition


async def _draft(session: AsyncSession, endpoint: Endpoint) -> Draft | None:
    rows = await session.exec(select(Draft).where(Draft.endpoint_id == endpoint.id))
    return rows.first()
