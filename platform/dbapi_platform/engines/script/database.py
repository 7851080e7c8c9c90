"""`db` and `tx`: a script's statements on its datasource, `%s` for a value on every product."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

from ...datasources.errors import DatasourceError, QueryFailed
from ...datasources.types import (
    Affected,
    Datasource,
    Dialect,
    Outcome,
    Rows,
    Statement,
    Transaction,
)
from ..sql.lexing import Unreadable
from ..sql.statements import Misplaced, Shape, analyse
from ..sql.text import MARK, PRIVATE

_Read = tuple[Shape, tuple[str | None, ...]]
_HOLDER: Final = re.compile(r"%(?:\((\w+)\)s|(.)|$)", re.DOTALL)
# To find a text's placeholders takes time in proportion to it, and others wait meanwhile.
_MAX_TEXT: Final = 65_536
_REMEMBERED: Final = 8_192


class Database:
    """One call's view of its datasource. Statements commit by themselves outside a transaction."""

    def __init__(self, datasource: Datasource, *, max_rows: int, deadline: float) -> None:
        self._datasource = datasource
        self._max_rows = max_rows
        self._deadline = deadline
        self._transaction: Transaction | None = None

    async def run(self, what: str, sql: str, params: Any) -> Any:
        """`query` and `query_one` answer columns and rows, `execute` a number of rows.

        Raises DatasourceError, ValueError.
        """
        statement = statement_of(sql, params, self._datasource.dialect)
        if what == "query_one":
            outcome = await self._outcome(statement, 1)
        else:
            outcome = await self._outcome(statement, self._max_rows)
            self._refuse_cut(outcome)
        if what == "execute":
            return outcome.count if isinstance(outcome, Affected) else len(outcome.rows)
        if isinstance(outcome, Affected):
            raise QueryFailed(
                "The statement answers no rows", hint="db.execute() is for statements that write"
            )
        return outcome.columns, outcome.rows

    async def step(self, name: str) -> None:
        """`begin`, `commit`, `rollback`. Raises DatasourceError."""
        if name == "begin":
            if self._transaction is not None:
                raise QueryFailed("A transaction is under way already")
            self._transaction = await self._datasource.begin(timeout_s=self._left())
            return
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            raise QueryFailed("No transaction is under way", hint="tx.begin() begins one")
        if name == "commit":
            await transaction.commit()
        else:
            await transaction.rollback()

    async def end(self) -> None:
        """Roll back what is under way."""
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            with suppress(DatasourceError):
                # To its end, also when the caller has gone.
                await asyncio.shield(transaction.rollback())

    async def _outcome(self, statement: Statement, max_rows: int) -> Outcome:
        if self._transaction is not None:
            return await self._transaction.execute(
                statement, max_rows=max_rows, timeout_s=self._left()
            )
        outcomes = await self._datasource.execute(
            [statement], max_rows=max_rows, timeout_s=self._left()
        )
        return outcomes[0]

    def _refuse_cut(self, outcome: Outcome) -> None:
        # A sum over some of the rows is a wrong sum.
        if isinstance(outcome, Rows) and outcome.truncated:
            raise QueryFailed(
                f"The query answers more than {self._max_rows:,} rows",
                hint="let the database filter or add up; max_rows is the endpoint's limit",
            )

    def _left(self) -> float:
        return max(0.001, self._deadline - asyncio.get_running_loop().time())


def statement_of(sql: str, params: Any, dialect: Dialect) -> Statement:
    """A statement with its values bound. Raises QueryFailed.

    `params` is None, and then a `%` is itself; a list for `%s`, or a mapping for `%(name)s`;
    with values, `%%` is a percent sign.
    """
    if len(sql) > _MAX_TEXT:
        raise QueryFailed(
            f"The SQL has more than {_MAX_TEXT:,} characters", hint="send it in several statements"
        )
    shape, names = _read(sql, dialect, params is not None)
    if params is None:
        return Statement(shape.text, (), shape.is_query)
    values = _values(names, params)
    return Statement(shape.text, tuple(values[i] for i in shape.indexes), shape.is_query)


def _values(names: Sequence[str | None], params: Any) -> Sequence[Any]:
    if isinstance(params, Mapping):
        missing = [name for name in names if name not in params]
        if missing:
            wrong = f"%({missing[0]})s has no value" if missing[0] else "%s needs a list of values"
            raise QueryFailed(wrong)
        return [params[name] for name in names]
    if any(name is not None for name in names):
        raise QueryFailed("%(name)s needs a mapping of values")
    if len(params) != len(names):
        raise QueryFailed(
            f"Placeholders and values differ in number: there are {len(names)} and {len(params)}",
            hint="write %s for each value; a list takes one for each of its elements",
        )
    return list(params)


def _names(sql: str) -> tuple[str | None, ...]:
    """A name or None for each placeholder."""
    return tuple(found[1] for found in _HOLDER.finditer(sql) if found[1] or found[2] == "s")


def _read(sql: str, dialect: Dialect, has_values: bool) -> _Read:  # noqa: FBT001
    if len(sql) > _REMEMBERED:
        return _analyse(sql, dialect, has_values)
    return _remembered(sql, dialect, has_values)


def _analyse(sql: str, dialect: Dialect, has_values: bool) -> _Read:  # noqa: FBT001
    if not PRIVATE.isdisjoint(sql) or "\0" in sql:
        raise QueryFailed("The SQL holds a character that is not possible there")
    text = _HOLDER.sub(_marked, sql) if has_values else sql
    try:
        shapes = analyse(text, dialect)
    except Misplaced as error:
        raise QueryFailed(
            "A placeholder stands within quotes, or is glued to a word",
            hint="write = %s without quotes: the value is bound",
        ) from error
    except Unreadable as error:
        raise QueryFailed(str(error)) from None
    if len(shapes) != 1:
        raise QueryFailed(
            "Expected one statement" if shapes else "The SQL is empty",
            hint="call db.execute() for each; tx.begin() and tx.commit() keep them together",
        )
    return shapes[0], _names(sql) if has_values else ()


def _marked(found: re.Match[str]) -> str:
    if found[1] or found[2] == "s":
        return MARK
    if found[2] == "%":
        return "%"
    raise QueryFailed(
        "A percent sign stands alone", hint="with values, write %% for one: LIKE 'a%%'"
    )


_remembered: Final = lru_cache(maxsize=1024)(_analyse)
