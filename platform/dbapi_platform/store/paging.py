"""Lists in pages: what comes after a row is found by its sort key, however far down it is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import AutoString

from .base import UtcDateTime

LARGEST = 2**63
Key = tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The columns (mapped or not) that a list is sorted by; the last makes every key different.

    `after` takes a key as `key_of` gave it and answers the condition for the rows that follow.
    """

    columns: tuple[Any, ...]
    descending: bool = False

    def by(self) -> list[ColumnElement[Any]]:
        """For `order_by`."""
        return [column.desc() if self.descending else column.asc() for column in self.columns]

    def after(self, key: Key) -> ColumnElement[bool]:
        """The rows that come after the one with this key. Raises ValueError for another list's."""
        if len(key) != len(self.columns):
            raise ValueError("a key of another list")
        values = [_typed(column, part) for column, part in zip(self.columns, key, strict=True)]
        # Written out, not as a row comparison: columns may be computed, and each has a type.
        steps = or_(*(self._step(values, depth) for depth in range(len(values))))
        # The first column's bound again: of alternatives no database makes the start of a range.
        first, value = self.columns[0], values[0]
        return and_(first <= value if self.descending else first >= value, steps)

    def _step(self, values: Sequence[Any], depth: int) -> ColumnElement[bool]:
        column = self.columns[depth]
        beyond = column < values[depth] if self.descending else column > values[depth]
        same = [self.columns[i] == values[i] for i in range(depth)]
        return and_(*same, beyond)


def key_of(values: Sequence[Any]) -> Key:
    """A row's values of the order's columns, as JSON takes them."""
    return tuple(_plain(value) for value in values)


def _plain(value: Any) -> str | int | float:
    match value:
        case datetime():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
        case str() | int() | float():
            return value
    raise TypeError(f"no sort key is made of {type(value).__name__}")


def _typed(column: Any, part: str | float) -> Any:
    # SQLModel's own type for text does not tell that it is one.
    python = str if isinstance(column.type, AutoString) else column.type.python_type
    if isinstance(column.type, UtcDateTime) or python is datetime:
        return _moment(str(part))
    if python is uuid.UUID:
        return uuid.UUID(str(part))
    is_large = isinstance(part, int) and abs(part) >= LARGEST
    if not isinstance(part, python) or is_large or "\0" in str(part):
        raise ValueError("a key of another list")
    str(part).encode()  # Raises UnicodeEncodeError, a ValueError, for half a character.
    return part


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:
        # Before the first or after the last year, once its offset is taken off.
        raise ValueError("a key of another list") from None
