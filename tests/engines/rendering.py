"""Short ways to compile and render templates."""

from typing import Any

from dbapi_platform.datasources import DUCKDB, MYSQL, POSTGRESQL, SQLITE, Dialect, Statement
from dbapi_platform.engines.errors import DefinitionProblem, InvalidDefinition, InvalidParameters
from dbapi_platform.engines.sql import MacroSource, SqlLimits, SqlProgram, compile_sql

DIALECTS = (POSTGRESQL, MYSQL, DUCKDB, SQLITE)


def compiled(
    content: str,
    *,
    dialect: Dialect = POSTGRESQL,
    macro: str | None = None,
    limits: SqlLimits | None = None,
) -> SqlProgram:
    macros = [MacroSource("shared", macro)] if macro else []
    return compile_sql(content, dialect=dialect, macros=macros, limits=limits or SqlLimits())


def render(content: str, /, *, dialect: Dialect = POSTGRESQL, **values: Any) -> list[Statement]:
    """The statements of a template with these parameters."""
    return list(compiled(content, dialect=dialect).render(values))


def one(content: str, /, *, dialect: Dialect = POSTGRESQL, **values: Any) -> tuple[str, Any]:
    """A template's only statement: its text, blanks collapsed, and its values."""
    (statement,) = render(content, dialect=dialect, **values)
    return " ".join(statement.text.split()), statement.values


def refused(content: str, /, *, dialect: Dialect = POSTGRESQL, **values: Any) -> str:
    """What a caller is told of a value that a filter refuses: `name: message`."""
    try:
        render(content, dialect=dialect, **values)
    except InvalidParameters as error:
        return str(error)
    raise AssertionError("nothing was refused")


def problems(content: str, **options: Any) -> tuple[DefinitionProblem, ...]:
    """What an author is told of a template."""
    try:
        compiled(content, **options)
    except InvalidDefinition as error:
        return error.problems
    raise AssertionError("nothing is wrong")
