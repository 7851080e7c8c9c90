"""The first rows of a table."""

import uuid
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from ...publishing.datasources import get_datasource
from ...publishing.sampling import find_table, first_rows
from ...store import Action, ResourceType, note
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..shapes import SampleAnswer, SampleQuery

router = APIRouter(prefix="/datasources", tags=["datasources"])

R, A = ResourceType.DATASOURCE, Action

# Decimals are exact, as in the answer of a run.
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


@router.get(
    "/{datasource_id}/sample",
    dependencies=[needs(R, A.EXECUTE)],
    response_class=Response,
    responses={200: {"model": SampleAnswer}},
)
async def sample(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    datasource_id: uuid.UUID,
    wanted: Annotated[SampleQuery, Query()],
) -> Response:
    """Some rows of a table, as running a draft on the datasource could show them."""
    caller.require(R, A.EXECUTE, datasource_id)
    row = await get_datasource(session, datasource_id)
    config, limits = services.rules.config(row), services.engines.limits
    datasource = services.datasources.get(config)
    # No connection of the platform's own database waits for another database.
    await session.close()
    table = find_table(await datasource.introspect(), wanted.table, wanted.schema_name)
    asked = {"schema": table.schema, "table": table.name, "limit": wanted.limit}
    note(session, R, datasource_id, config.name, change="executed", after=asked)
    await session.commit()
    await session.close()
    rows = await first_rows(
        datasource,
        table,
        limit=wanted.limit,
        max_rows=limits.max_rows,
        timeout_s=min(limits.default_timeout, config.statement_timeout_s),
    )
    types = {column.name: column.type for column in table.columns}
    answer = {
        "columns": [{"name": name, "type": types.get(name, "unknown")} for name in rows.columns],
        "rows": rows.rows,
        "truncated": rows.truncated,
    }
    return Response(_encoder.encode(answer), media_type="application/json")
