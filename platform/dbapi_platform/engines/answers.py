"""What a run of an endpoint answered, whichever engine it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ..datasources.types import Affected, JsonRows, Outcome, Rows, Statement
from .script.envelope import Envelope
from .script.errors import LogLine


@dataclass(frozen=True, slots=True)
class Answer:
    """Outcomes of SQL, or the envelope that a script or a transform made; then `outcomes` are
    those that it was made from.
    """

    outcomes: tuple[Outcome | JsonRows, ...] = ()
    statements: tuple[Statement, ...] = ()
    envelope: Envelope | None = None
    logs: tuple[LogLine, ...] = ()

    @property
    def truncated(self) -> bool:
        """Whether the row limit cut any of the outcomes."""
        return any(
            outcome.truncated for outcome in self.outcomes if isinstance(outcome, Rows | JsonRows)
        )

    @property
    def rows(self) -> int | None:
        """How many rows are answered."""
        if self.envelope is not None:
            return self.envelope.rows
        return sum(
            outcome.count if isinstance(outcome, JsonRows) else len(outcome.rows)
            for outcome in self.outcomes
            if isinstance(outcome, Rows | JsonRows)
        )

    def data(self) -> Any:
        """`data` as Python values."""
        return to_data(self.outcomes) if self.envelope is None else self.envelope.value()


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
        case JsonRows(data):
            return msgspec.json.decode(data)
