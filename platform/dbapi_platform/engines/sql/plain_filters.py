"""Jinja's own filters and tests, as far as they are harmless, bounded, and kind to None.

An absent parameter is None here, so `default`, `defined` and `none` take None and what has no
value for the same.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any, Final

from jinja2 import pass_environment
from jinja2.environment import Environment
from jinja2.filters import FILTERS, make_attrgetter
from jinja2.tests import TESTS as JINJA_TESTS

from .budget import BUDGET, bounded, joined_texts, plain_text, weighed
from .filters import elements_of, is_absent

FROM_JINJA: Final = (
    "abs", "dictsort", "first", "float", "groupby", "int", "items", "last", "list", "map",
    "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique",
)  # fmt: skip
TESTS_FROM_JINJA: Final = (
    "!=", "<", "<=", "==", ">", ">=", "boolean", "eq", "equalto", "false", "float", "ge",
    "greaterthan", "gt", "in", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping",
    "ne", "number", "sequence", "string", "true", "upper",
)  # fmt: skip


def default(value: object, other: object = "", boolean: bool = False) -> object:  # noqa: FBT001, FBT002 - Jinja's
    """The value, or the other when there is none (with `boolean`, when it is empty)."""
    return other if is_absent(value) or (boolean and not value) else value


def length(value: Any) -> int:
    """How many elements or characters; none when there is no value."""
    return 0 if is_absent(value) else len(value)


def join_text(value: object, separator: str = "") -> str:
    """The elements as one text."""
    return joined_texts(elements_of(value), plain_text(separator))


def replace(value: object, old: object, new: object, count: int = -1) -> str:
    """The text with one part put for another."""
    text, part, other = plain_text(value), plain_text(old), plain_text(new)
    BUDGET.get().charge(len(text) + text.count(part) * len(other))
    return text.replace(part, other, count)


def round_number(value: Any, precision: int = 0) -> object:
    """The number rounded; to an integer without a precision."""
    if is_absent(value):
        return None
    _check_number(value)
    if not -30 <= precision <= 30:
        raise ValueError("round is for up to 30 digits")
    return round(value, precision) if precision else round(value)


@pass_environment
def sum_numbers(environment: Environment, value: object, attribute: str | None = None) -> object:
    """The sum of numbers; sums of lists and texts would grow without end."""
    get = make_attrgetter(environment, attribute) if attribute is not None else None
    numbers: list[Any] = [get(element) if get else element for element in elements_of(value)]
    if not all(isinstance(number, int | float | Decimal) for number in numbers):
        raise TypeError("sum is for numbers")
    return sum(numbers)


def trim(value: object, characters: str | None = None) -> str:
    """The text without blanks around it, or without these characters."""
    text = plain_text(value)
    BUDGET.get().charge(len(text) * len(characters or ""))
    return text.strip(characters)


def divisible(value: Any, number: Any) -> bool:
    """Whether the number divides the value: Jinja's own would format texts with it."""
    _check_number(value)
    _check_number(number)
    return bool(value % number == 0)


def even(value: Any) -> bool:
    """Whether two divides the number."""
    return divisible(value, 2)


def odd(value: Any) -> bool:
    """Whether two does not divide the number."""
    return not divisible(value, 2)


def _check_number(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError(f"a {type(value).__name__} is not a number")


def _text(change: Callable[[str], str]) -> Callable[..., Any]:
    def filter_(value: object) -> str | None:
        return None if is_absent(value) else change(plain_text(value))

    return filter_


def _metered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Paid for before and after; `wraps` keeps Jinja's mark of what it wants passed."""

    @wraps(function)
    def filter_(*args: Any, **kwargs: Any) -> Any:
        BUDGET.get().spend()
        made = function(*args, **kwargs)
        return weighed(made) if isinstance(made, Iterator) else bounded(made)

    return filter_


_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    **{name: FILTERS[name] for name in FROM_JINJA},
    "capitalize": _text(str.capitalize),
    "count": length,
    "d": default,
    "default": default,
    "join": join_text,
    "length": length,
    "lower": _text(str.lower),
    "replace": replace,
    "round": round_number,
    "string": _text(lambda text: text),
    "sum": sum_numbers,
    "title": _text(str.title),
    "trim": trim,
    "upper": _text(str.upper),
}
PLAIN_FILTERS: Final = {name: _metered(function) for name, function in _FILTERS.items()}

# Jinja's own annotation calls them `function`, which is not known to be callable.
_JINJA_TESTS: Final[Mapping[str, Any]] = JINJA_TESTS

TESTS: Final[Mapping[str, Callable[..., Any]]] = {
    **{name: _metered(_JINJA_TESTS[name]) for name in TESTS_FROM_JINJA},
    "divisibleby": _metered(divisible),
    "even": _metered(even),
    "odd": _metered(odd),
    "defined": lambda value: not is_absent(value),
    "undefined": is_absent,
    "none": is_absent,
}
