"""Running a compiled template on a datasource."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from ...datasources.types import Affected, Datasource, JsonRows, Outcome, Rows, Statement
from .program import SqlProgram


@dataclass(frozen=True, slots=True)
class SqlResult:
    """One outcome a statement, in their order."""

    outcomes: tuple[Outcome | JsonRows, ...]
    statements: tuple[Statement, ...]


async def run_sql(
    program: SqlProgram,
    values: Mapping[str, object],
    *,
    datasource: Datasource,
    max_rows: int,
    timeout_s: float,
    client: Mapping[str, object] | None = None,
    prefer_json: bool = False,
) -> SqlResult:
    """Render and execute. Raises InvalidParameters, RenderFailed, DatasourceError.

    With `prefer_json`, the rows of a single query are JSON made by the database where it can.
    """
    statements = program.render(values, client)
    if prefer_json and len(statements) == 1 and statements[0].is_query:
        rows = await datasource.execute_json(statements[0], max_rows=max_rows, timeout_s=timeout_s)
        if rows is not None:
            return SqlResult((rows,), statements)
    outcomes = await datasource.execute(statements, max_rows=max_rows, timeout_s=timeout_s)
    return SqlResult(tuple(outcomes), statements)


def to_data(outcomes: Sequence[Outcome | JsonRows]) -> object:
    """What an answer's `data` is: rows, a number, or a list of those for several statements."""
    data = [_data(outcome) for outcome in outcomes]
    return data[0] if len(data) == 1 else data


def _data(outcome: Outcome | JsonRows) -> object:
    match outcome:
        case Rows(columns, rows):
            return [dict(zip(columns, row, strict=True)) for row in rows]
        case Affected(count):
            return count
        case JsonRows(data):
            return msgspec.json.decode(data)
