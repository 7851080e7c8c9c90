"""Drafts and versions run with parameters, as the gateway would run them."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.calling import CallingClient
from ..access.permissions import Caller
from ..datasources import Datasources
from ..engines.answers import Answer
from ..errors import InvalidRequest, NotFound
from ..store import Action, Draft, Endpoint, ResourceType, Version
from .checks import Option
from .columns import Columns, columns_of, remember_columns
from .compiled import Engines, freeze
from .datasources import DatasourceRules, get_datasource
from .definition import Definition
from .drafts import compile_for
from .stored import get_version, live_version


@dataclass(frozen=True, slots=True)
class DebugRun:
    """What a draft, or the version with this number, answered to these values.

    `allowed` tells whether the gateway would let the client in that it was run for, if it was.
    """

    answer: Answer
    values: dict[str, object]
    elapsed_ms: float
    columns: Columns | None
    version: int | None = None
    allowed: bool | None = None


async def version_to_run(
    session: AsyncSession, endpoint: Endpoint, wanted: int | Literal["live"] | None
) -> Version | None:
    """The version of this number, or what is live; None for the draft. Raises NotFound."""
    if wanted is None:
        return None
    if wanted != "live":
        return await get_version(session, endpoint.id, wanted)
    live = await live_version(session, endpoint)
    if live is None:
        raise NotFound(f"{endpoint.method} {endpoint.path} is not live")
    return live


async def debug(
    session: AsyncSession,
    subject: Draft | Version,
    params: dict[str, Any],
    *,
    caller: Caller,
    rules: DatasourceRules,
    datasources: Datasources,
    engines: Engines,
    client: CallingClient | None = None,
) -> DebugRun:
    """Run the draft, or a version of it, as the gateway would run it for this client.

    A client that may not call it runs it all the same; `allowed` tells. Of a version nothing is
    kept. Raises InvalidParameters, DatasourceError.
    """
    row = await get_datasource(session, subject.datasource_id)
    caller.require(ResourceType.DATASOURCE, Action.EXECUTE, row.id, known=True)
    definition = Definition.from_dict(subject.definition)
    is_kept = isinstance(subject, Version)
    compiled = await compile_for(definition, row, engines, is_kept=is_kept)
    values = compiled.binder.bind_flat(params)
    datasource = datasources.get(rules.config(row))
    # The query may take long: no connection of the platform's own database waits with it.
    await session.close()
    is_public = definition.access == "public"
    # On public endpoints the gateway does not ask who calls.
    seen = None if client is None or is_public else client.visible
    started = perf_counter()
    answer = await compiled.run(values, datasource=datasource, client=seen)
    elapsed_ms = (perf_counter() - started) * 1000
    columns = columns_of(answer)
    if isinstance(subject, Draft):
        await remember_columns(session, subject, freeze(compiled).hash(), columns)
    return DebugRun(
        answer,
        values,
        elapsed_ms,
        columns,
        version=subject.number if isinstance(subject, Version) else None,
        allowed=None if client is None else is_public or client.may_call,
    )


async def options(
    session: AsyncSession,
    draft: Draft,
    name: str,
    *,
    caller: Caller,
    rules: DatasourceRules,
    datasources: Datasources,
    engines: Engines,
) -> Sequence[Option]:
    """The values of a parameter's `options` query. Raises InvalidRequest, DatasourceError."""
    row = await get_datasource(session, draft.datasource_id)
    caller.require(ResourceType.DATASOURCE, Action.EXECUTE, row.id, known=True)
    compiled = await compile_for(Definition.from_dict(draft.definition), row, engines)
    if name not in {parameter.name for parameter in compiled.parameters}:
        raise InvalidRequest.of(name, "is not a parameter of this endpoint")
    datasource = datasources.get(rules.config(row))
    await session.close()
    return await compiled.checks.options(name, datasource, compiled.timeout)
