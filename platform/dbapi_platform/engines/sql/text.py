"""SQL text with its bound values beside it: the one type that is ever taken for SQL."""

import math
from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final, Self
from uuid import UUID

from .budget import BUDGET, MAX_BITS

# Private-use characters: templates that hold one are refused, values never become text.
MARK: Final = "\ue000"
EMPTY_LIST: Final = "\ue001"
# Stands for printed SQL text where a template is checked without values.
PRINTED: Final = "\ue003"
PRIVATE: Final = frozenset({MARK, EMPTY_LIST, "\ue002", PRINTED})
# Shorter texts are paid for by the step that prints them.
LONG_TEXT: Final = 1024
BINDABLE: Final = (Decimal, date, time, timedelta, UUID)


class Sql(str):
    """SQL text, a MARK wherever a value belongs; `values` are these, in the text's order.

    Every operation of `str` (joining, slicing, upper-casing) gives a plain `str`, which is bound
    as a value like any other: only the engine makes SQL text.
    """

    __slots__ = ("values",)
    values: tuple[object, ...]

    def __new__(cls, text: str, values: Iterable[object] = ()) -> Self:
        """`text` holds as many MARKs as there are values."""
        made = super().__new__(cls, text)
        made.values = tuple(values)
        return made

    def __str__(self) -> str:
        return self

    @property
    def plain(self) -> str:
        """The text alone, for keys of caches: a caller's values must not be kept in them."""
        return str.__str__(self)


class Unbindable(ValueError):
    """No database could take this for a value; the message says why."""


def bound(value: object) -> Sql:
    """A placeholder for a single value. Raises Unbindable."""
    return Sql(MARK, (bindable(value),))


def bindable(value: object) -> object:
    """A single value as drivers take it. Raises Unbindable."""
    if isinstance(value, str):
        # Drivers adapt by exact type, so subclasses (Sql among them) stay behind.
        value = str.__str__(value)
        _check_text(value)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise Unbindable("a number that is not finite cannot be bound as a value")
    elif isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            raise Unbindable("a number of so many digits cannot be bound as a value")
    elif value is not None and not isinstance(value, BINDABLE):
        raise Unbindable(f"a {type(value).__name__} cannot be bound as a value")
    return value


def _check_text(text: str) -> None:
    if "\0" in text:
        raise Unbindable("a text with a NUL character cannot be bound as a value")
    if len(text) > LONG_TEXT:
        BUDGET.get().charge(len(text))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Unbindable("a text of invalid Unicode cannot be bound as a value") from None


def join(pieces: Iterable[str], separator: str = "") -> Sql:
    """Pieces of SQL text as one; plain text among them is the template's own."""
    collected = list(pieces)
    BUDGET.get().charge(sum(map(len, collected)))
    values: list[object] = []
    for piece in collected:
        if type(piece) is Sql:
            values.extend(piece.values)
    return Sql(separator.join(collected), values)
