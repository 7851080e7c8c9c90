"""Statements on a DuckDB cursor: how each is sent, read, and how its errors are told."""

import re
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import duckdb
from duckdb import DuckDBPyConnection

from .batches import batches
from .duckdb_values import Convert, converter, kind_of, plain, plain_rows, text_type
from .errors import QueryFailed
from .plain import unique_names
from .types import Affected, Outcome, Rows, Statement

_REMEMBERED: Final = 1000
_VALID_S: Final = 60.0  # a change of a table's columns is noticed no later than this
_PLACE: Final = re.compile(r"\n\nLINE (\d+): (.*)\n( *)\^")
_RETURNING: Final = re.compile(r"\breturning\b", re.IGNORECASE)

_FAILURES: Final = (duckdb.Error, ValueError, TypeError, RuntimeError, RecursionError)
_Key = tuple[str, tuple[type, ...]]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a query yields, the text around it that selects it, and what makes it plain."""

    names: tuple[str, ...]
    before: str
    after: str
    converters: tuple[Convert | None, ...]
    kinds: tuple[str, ...]
    expires: float


class Call:
    """One call in its thread. `interrupt` comes from another."""

    def __init__(self) -> None:
        self.cursor: DuckDBPyConnection | None = None

    def interrupt(self) -> None:
        cursor = self.cursor
        if cursor is not None:
            with suppress(duckdb.Error):  # it may be closed by now
                cursor.interrupt()


class Queries:
    """Runs statements, from many threads at once; remembers what queries yield."""

    def __init__(self) -> None:
        self._shapes: OrderedDict[_Key, _Shape] = OrderedDict()

    def run(
        self, cursor: DuckDBPyConnection, statements: Sequence[Statement], max_rows: int
    ) -> list[Outcome]:
        """One outcome each; several statements are a transaction. Raises QueryFailed."""
        # What RETURNING yields may prove impossible to read: then nothing must be written.
        is_transaction = len(statements) > 1 or any(
            not statement.is_query and _RETURNING.search(statement.text) for statement in statements
        )
        if not is_transaction:
            return self.run_bare(cursor, statements, max_rows)
        try:
            cursor.begin()
            outcomes = self.run_bare(cursor, statements, max_rows)
            cursor.commit()
        except duckdb.Error as error:
            raise failed(error, "", len(statements) - 1) from None
        # A transaction that did not get here is undone when its cursor is closed.
        return outcomes

    def run_bare(
        self, cursor: DuckDBPyConnection, statements: Sequence[Statement], max_rows: int
    ) -> list[Outcome]:
        """The same without a transaction around them."""
        outcomes: list[Outcome] = []
        number = 0
        try:
            for number, statement in enumerate(statements):  # noqa: B007
                outcomes.append(self._outcome(cursor, statement, max_rows))
        except QueryFailed as error:
            error.statement = number
            raise
        except _FAILURES as error:
            raise failed(error, statements[number].text, number) from None
        return outcomes

    def read(
        self, cursor: DuckDBPyConnection, statement: Statement, max_rows: int, size: int
    ) -> Iterator[Rows]:
        """A query's rows in batches. Raises QueryFailed."""
        try:
            shape = self._shape(cursor, statement)
            text = f"{shape.before}{statement.text}{shape.after}{max_rows + 1}"
            cursor.execute(text, list(statement.values))
            yield from batches(
                shape.names,
                cursor.fetchmany,
                lambda rows: plain_rows(rows, shape.converters),
                max_rows=max_rows,
                size=size,
                kinds=shape.kinds,
            )
        except _FAILURES as error:
            raise failed(error, statement.text, 0) from None

    def _outcome(self, cursor: DuckDBPyConnection, statement: Statement, max_rows: int) -> Outcome:
        if not statement.is_query:
            check_single(cursor, statement.text)
            return _other(cursor, statement, max_rows)
        shape = self._shape(cursor, statement)
        text = f"{shape.before}{statement.text}{shape.after}{max_rows + 1}"
        rows = cursor.execute(text, list(statement.values)).fetchall()
        return Rows(
            shape.names,
            plain_rows(rows[:max_rows], shape.converters),
            truncated=len(rows) > max_rows,
            kinds=shape.kinds,
        )

    def _shape(self, cursor: DuckDBPyConnection, statement: Statement) -> _Shape:
        key = (statement.text, tuple(type(value) for value in statement.values))
        found = self._shapes.get(key)
        if found is not None and found.expires > time.monotonic():
            return found
        check_single(cursor, statement.text)
        shape = self._shapes[key] = _look(cursor, statement)
        while len(self._shapes) > _REMEMBERED:
            self._shapes.popitem(last=False)
        return shape


def _look(cursor: DuckDBPyConnection, statement: Statement) -> _Shape:
    """A relation is made but not run, which tells names and types."""
    values = list(statement.values)
    try:
        relation = cursor.sql(statement.text, params=values)
    except duckdb.Error:
        # Here an error does not tell its place; there it does.
        cursor.execute(f"DESCRIBE\n{statement.text}", values)
        raise
    columns = [f"c{n}" for n in range(len(relation.columns))]
    casts = [text_type(kind) for kind in relation.types]
    selected = ", ".join(
        f"CAST({column} AS {cast})" if cast else column
        for column, cast in zip(columns, casts, strict=True)
    )
    return _Shape(
        names=unique_names(relation.columns),
        before=f"SELECT {selected} FROM (\n",  # noqa: S608
        after=f"\n) AS _dbapi_rows({', '.join(columns)}) LIMIT ",
        converters=tuple(converter(kind) for kind in relation.types),
        kinds=tuple(kind_of(kind) for kind in relation.types),
        expires=time.monotonic() + _VALID_S,
    )


def _other(cursor: DuckDBPyConnection, statement: Statement, max_rows: int) -> Outcome:
    cursor.execute(statement.text, list(statement.values))
    described = [(name, str(kind)) for name, kind, *_ in cursor.description or ()]
    rows = cursor.fetchmany(max_rows + 1) if described else []
    if described == [("Count", "BIGINT")] and not _RETURNING.search(statement.text):
        return Affected(max(0, int(rows[0][0])) if rows else 0)
    if not described or (described == [("Success", "BOOLEAN")] and not rows):
        return Affected(0)
    return Rows(
        unique_names([name for name, _ in described]),
        plain_rows(rows[:max_rows], [plain] * len(described)),
        truncated=len(rows) > max_rows,
    )


def check_single(cursor: DuckDBPyConnection, text: str) -> None:
    """Raises QueryFailed for several statements in one text, and for BEGIN and its like."""
    found = cursor.extract_statements(text)
    if len(found) != 1:
        raise QueryFailed("The text must be a single statement")
    if found[0].type == duckdb.StatementType.TRANSACTION:
        raise QueryFailed(
            "The statements of a call are one transaction already",
            position=1,
            hint="Leave out BEGIN, COMMIT and ROLLBACK",
        )


def failed(error: Exception, text: str, number: int) -> QueryFailed:
    """The platform's error for one of DuckDB's, of statement `number` with this text."""
    message = str(error)
    if "pytz" in message:
        return QueryFailed(
            "A TIMESTAMP WITH TIME ZONE cannot be read here",
            statement=number,
            hint="Cast it to VARCHAR",
        )
    place = _PLACE.search(message)
    said = message[: place.start()] if place else message
    reason, _, hint = said.partition("\n")
    return QueryFailed(
        reason,
        statement=number,
        position=_position(place, text) if place else None,
        hint=hint.strip() or None,
    )


def _position(place: re.Match[str], text: str) -> int | None:
    """Where the marked excerpt stands in the author's text, wrapped by a line before it or not."""
    line, excerpt = int(place[1]), place[2].strip(".")
    column = len(place[3]) - len(f"LINE {line}: ") - (len(place[2]) - len(place[2].lstrip(".")))
    lines = text.split("\n")
    for number in (line - 1, line - 2):
        if 0 <= number < len(lines) and excerpt.strip() and excerpt in lines[number]:
            start = sum(len(before) + 1 for before in lines[:number])
            return start + lines[number].index(excerpt) + column + 1
    return None
