"""The SQL filters: each checks and converts, and gives a value to bind or a safe piece of SQL."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import msgspec
from jinja2 import Undefined, pass_environment
from jinja2.environment import Environment

from ...datasources.types import Dialect
from ..coercion import (
    Mismatch,
    to_boolean,
    to_date,
    to_datetime,
    to_decimal,
    to_integer,
    to_number,
    to_object,
    to_string,
    to_uuid,
)
from .budget import BUDGET, bounded
from .text import EMPTY_LIST, Sql, Unbindable, bound, join

MAX_LIST: Final = 10_000
COMPARISONS: Final = frozenset({">", ">=", "<", "<=", "=", "!="})
# Products whose LIKE takes a backslash as the escape without being told.
LIKE_ESCAPES: Final = frozenset({"postgres", "mysql", "starrocks"})

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_KEYWORDS = re.compile(r"[A-Za-z_]+( [A-Za-z_]+)*")
_NUMERIC = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_WILDCARD = re.compile(r"([\\%_])")


def _typed(convert: Callable[[object], object]) -> Callable[[object], object]:
    """A filter that converts; None and what is not given stay NULL."""

    def filter_(value: object) -> object:
        return None if is_absent(value) else convert(value)

    return filter_


def to_float(value: object) -> float:
    """A number as a float: bound as an integer, `10 / 4` would be 2 on some products."""
    return float(to_number(value))


def in_list(value: object) -> Sql:
    """`(a, b, c)` with every element bound; an empty list matches nothing."""
    if is_absent(value):
        return Sql(EMPTY_LIST)
    if not isinstance(value, list | tuple | set | frozenset | Iterator):
        raise Mismatch("a list", value)
    elements = list(islice(value, MAX_LIST + 1))
    BUDGET.get().charge(len(elements))
    if len(elements) > MAX_LIST:
        raise Mismatch(f"a list of at most {MAX_LIST:,} elements", value)
    if any(isinstance(element, list | tuple | dict) for element in elements):
        raise Mismatch("a list of single values", value)
    if not elements:
        return Sql(EMPTY_LIST)
    marks = [bound(None if is_absent(element) else element) for element in elements]
    return join(("(", join(marks, ", "), ")"))


def json_text(value: object) -> str:
    """The value as JSON text. Raises Unbindable."""
    try:
        text = _encoder.encode(value).decode()
    except (RecursionError, UnicodeError):
        raise Unbindable("what is bound as JSON is nested too deeply or is no text") from None
    bounded(text)
    return text


def _not_json(value: object) -> object:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Iterator):
        return list(value)
    raise Unbindable(f"a {type(value).__name__} cannot be bound as JSON")


_encoder = msgspec.json.Encoder(enc_hook=_not_json, decimal_format="number")


def from_json(value: object) -> object:
    """JSON text as what it says; what is no text is kept."""
    if is_absent(value) or not isinstance(value, str):
        return None if is_absent(value) else value
    BUDGET.get().charge(len(value))
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Mismatch("JSON", value) from None


def sql_json(value: object) -> object:
    """A value bound as its JSON text."""
    return None if is_absent(value) else json_text(value)


def _like(before: str, after: str) -> Callable[[Environment, object], object]:
    @pass_environment
    def filter_(environment: Environment, value: object) -> object:
        if is_absent(value):
            return None
        escaped = _WILDCARD.sub(r"\\\1", to_string(value))
        pattern = bound(f"{before}{escaped}{after}")
        dialect: Dialect = environment.dialect  # type: ignore[attr-defined]
        return pattern if dialect.sqlglot in LIKE_ESCAPES else join((pattern, " ESCAPE '\\'"))

    return filter_


@pass_environment
def sql_ident(environment: Environment, value: object, allowed: object = None) -> Sql:
    """A quoted identifier; with `allowed`, one of those only."""
    text = "" if is_absent(value) else to_string(value)
    if allowed is not None:
        # A text would allow every part of itself.
        if not isinstance(allowed, list | tuple | set | frozenset):
            raise TypeError("sql_ident(allowed=…) takes a list of names")
        if text not in allowed:
            raise Mismatch(f"one of {', '.join(map(str, allowed))}", value)
    if not _IDENTIFIER.fullmatch(text):
        raise Mismatch("a name of letters, digits and _", value)
    quote = environment.dialect.quote  # type: ignore[attr-defined]
    return Sql(".".join(f"{quote}{part}{quote}" for part in text.split(".")))


def sql_keyword(value: object, *words: str) -> Sql:
    """One of the author's own words, in the author's spelling; the first when none is given.

    That the words are constants of the template is checked where it is compiled.
    """
    if is_absent(value):
        return Sql(words[0])
    given = value.strip().lower() if isinstance(value, str) else value
    for word in words:
        if given == word.lower():
            return Sql(word)
    raise Mismatch(f"one of {', '.join(words)}", value)


def is_keywords(words: Sequence[object]) -> bool:
    """Whether these can be `sql_keyword`'s."""
    return bool(words) and all(isinstance(w, str) and _KEYWORDS.fullmatch(w) for w in words)


def compare(value: object) -> Sql:
    """`{"combinator": ">", "values": "100"}` as `> 100`, the numbers bound."""
    if is_absent(value):
        return Sql("")
    fields = to_object(value)
    combinator = str(fields.get("combinator", "=")).strip().lower()
    values = _operands(fields.get("values"))
    if combinator == "between" and len(values) == 2:
        return join((" BETWEEN ", bound(values[0]), " AND ", bound(values[1]), " "))
    if combinator in COMPARISONS and len(values) == 1:
        operator = "<>" if combinator == "!=" else combinator
        return join((f" {operator} ", bound(values[0]), " "))
    raise Mismatch("a combinator of > >= < <= = != with one value, or between with two", value)


def _operands(values: object) -> list[object]:
    if isinstance(values, str):
        values = [part.strip() for part in values.split(",")]
    if not isinstance(values, list):
        values = [values]
    if any(part is None or part == "" or isinstance(part, list | dict) for part in values):
        raise Mismatch("single values", values)
    return [
        to_number(part) if isinstance(part, str) and _NUMERIC.fullmatch(part) else part
        for part in values
    ]


def is_absent(value: object) -> bool:
    """Whether no value was given."""
    return value is None or isinstance(value, Undefined)


def elements_of(value: object) -> Iterable[object]:
    """What a filter for lists works on; an absent list is an empty one."""
    if is_absent(value):
        return ()
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise Mismatch("a list", value)
    return value


SQL_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "sql_string": _typed(to_string),
    "sql_int": _typed(to_integer),
    "sql_float": _typed(to_float),
    "sql_decimal": _typed(to_decimal),
    "sql_bool": _typed(to_boolean),
    "sql_date": _typed(to_date),
    "sql_datetime": _typed(to_datetime),
    "sql_uuid": _typed(to_uuid),
    "sql_in_list": in_list,
    "in_list": in_list,
    "sql_like": _like("", ""),
    "sql_like_start": _like("", "%"),
    "sql_like_end": _like("%", ""),
    "sql_like_contains": _like("%", "%"),
    "sql_ident": sql_ident,
    "sql_keyword": sql_keyword,
    "sql_json": sql_json,
    "json": sql_json,
    "fromjson": from_json,
    "compare": compare,
}
