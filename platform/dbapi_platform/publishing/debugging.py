"""Drafts run with parameters: as the gateway would run them, and nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..datasources import Datasources
from ..engines.answers import Answer
from ..errors import InvalidRequest
from ..store import Action, Draft, ResourceType
from .checks import Option
from .columns import Columns, columns_of, remember_columns
from .compiled import Engines, freeze
from .datasources import DatasourceRules, get_datasource
from .definition import Definition
from .drafts import compile_for


@dataclass(frozen=True, slots=True)
class DebugRun:
    """What a draft answered to these values."""

    answer: Answer
    values: dict[str, object]
    elapsed_ms: float
    columns: Columns | None


async def debug(
    session: AsyncSession,
    draft: Draft,
    params: dict[str, Any],
    *,
    caller: Caller,
    rules: DatasourceRules,
    datasources: Datasources,
    engines: Engines,
) -> DebugRun:
    """Run the draft as the gateway would run it. Raises InvalidParameters, DatasourceError."""
    row = await get_datasource(session, draft.datasource_id)
    caller.require(ResourceType.DATASOURCE, Action.EXECUTE, row.id, known=True)
    compiled = await compile_for(Definition.from_dict(draft.definition), row, engines)
    values = compiled.binder.bind_flat(params)
    datasource = datasources.get(rules.config(row))
    # The query may take long: no connection of the platform's own database waits with it.
    await session.close()
    started = perf_counter()
    answer = await compiled.run(values, datasource=datasource)
    elapsed_ms = (perf_counter() - started) * 1000
    columns = columns_of(answer)
    await remember_columns(session, draft, freeze(compiled).hash(), columns)
    return DebugRun(answer, values, elapsed_ms, columns)


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
