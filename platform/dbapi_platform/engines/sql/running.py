"""Running a compiled template on a datasource."""

from collections.abc import Mapping

from ...datasources.types import Datasource
from ..answers import Answer
from .program import SqlProgram


async def run_sql(
    program: SqlProgram,
    values: Mapping[str, object],
    *,
    datasource: Datasource,
    max_rows: int,
    timeout_s: float,
    client: Mapping[str, object] | None = None,
    prefer_json: bool = False,
) -> Answer:
    """Render and execute. Raises InvalidParameters, RenderFailed, DatasourceError.

    With `prefer_json`, the rows of a single query are JSON made by the database where it can.
    """
    statements = program.render(values, client)
    if prefer_json and len(statements) == 1 and statements[0].is_query:
        rows = await datasource.execute_json(statements[0], max_rows=max_rows, timeout_s=timeout_s)
        if rows is not None:
            return Answer((rows,), statements)
    outcomes = await datasource.execute(statements, max_rows=max_rows, timeout_s=timeout_s)
    return Answer(tuple(outcomes), statements)
