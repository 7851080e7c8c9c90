"""What a run of an endpoint answered, whichever engine it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ..datasources.types import Affected, JsonRows, Outcome, Rows, Statement
from .script.envelope import Envelope
from .script.errors import LogLine


@dataclass(frozen=True, slots=True)
class Page:
    """That an answer is a page; `following` asks for the next, as fields of a query string."""

    following: Mapping[str, str] | None


# Not frozen: made in every call, and to freeze it would take most of the time of that.
@dataclass(slots=True)
class Answer:
    """Outcomes of SQL, or the envelope that a script or a transform made; then `outcomes` are
    those that it was made from.
    """

    outcomes: tuple[Outcome | JsonRows, ...] = ()
    statements: tuple[Statement, ...] = ()
    envelope: Envelope | None = None
    logs: tuple[LogLine, ...] = ()
    page: Page | None = None

    @property
    def truncated(self) -> bool:
        """Whether the row limit cut any of the outcomes."""
        # In loops, here and below: generators would cost more than all else.
        for outcome in self.outcomes:
            if not isinstance(outcome, Affected) and outcome.truncated:
                return True
        return False

    @property
    def has_written(self) -> bool:
        """Whether a statement did more than ask."""
        for statement in self.statements:  # noqa: SIM110
            if not statement.is_query:
                return True
        return False

    @property
    def rows(self) -> int | None:
        """How many rows are answered."""
        if self.envelope is not None:
            return self.envelope.rows
        count = 0
        for outcome in self.outcomes:
            if not isinstance(outcome, Affected):
                count += outcome.count if isinstance(outcome, JsonRows) else len(outcome.rows)
        return count

    def data(self) -> Any:
        """`data` as Python values."""
        return to_data(self.outcomes) if self.envelope is None else self.envelope.value()


def table_of(answer: Answer) -> Rows:
    """The answer as rows of one table, for formats that hold nothing else.

    A number of rows that were changed is a table of one number. An object is a row, and of a list
    each object is one; what is no object stands in a column `value`.
    """
    if answer.envelope is not None:
        return _as_rows(answer.envelope.value())
    (outcome,) = answer.outcomes
    match outcome:
        case Rows():
            return outcome
        case Affected(count):
            return Rows(("affected",), [(count,)], kinds=("integer",))
        case JsonRows(truncated=truncated):
            rows = _as_rows(msgspec.json.decode(outcome.data, type=list[Any]))
            return Rows(rows.columns, rows.rows, truncated)


def _as_rows(data: Any) -> Rows:
    found = data if isinstance(data, list) else [data]
    objects = [each if isinstance(each, dict) else {"value": each} for each in found]
    columns = tuple(dict.fromkeys(name for each in objects for name in each))
    return Rows(columns, [tuple(each.get(name) for name in columns) for each in objects])


def to_data(outcomes: Sequence[Outcome | JsonRows]) -> Any:
    """What an answer's `data` is: rows, a number, or a list of those for several statements."""
    data = [_data(outcome) for outcome in outcomes]
    return data[0] if len(data) == 1 else data


def _data(outcome: Outcome | JsonRows) -> object:
    match outcome:
        case Rows(columns, rows):
            return [dict(zip(columns, row, strict=True)) for row in rows]
        case Affected(count):
            return count
        case JsonRows():
            return msgspec.json.decode(outcome.data)
