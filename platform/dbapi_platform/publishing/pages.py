"""Pages of a query's rows: which one is asked for, the statement that reads it, and the next."""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from ..datasources.types import Dialect, Rows, Statement
from ..engines.errors import InvalidParameters, ParameterProblem, RenderFailed
from .definition import Definition, PageRule

_BEFORE: Final = "SELECT * FROM (\n"
_AFTER: Final = "\n) AS _dbapi_page"
# Rows before an offset are read by the database and thrown away.
_LAST_PAGE: Final = 1_000_000
_MARK: Final = 6
NO_PLACE: Final = "a column of page.by is NULL: such rows have no place in the order"


@dataclass(frozen=True, slots=True)
class PageAsk:
    """What a caller asks for: a page by its number, or what comes after a row's keys."""

    size: int
    number: int = 1
    after: tuple[object, ...] | None = None


class Pager:
    """The pages of an endpoint. A cursor is good for the order that it was made for, only."""

    def __init__(self, definition: Definition, rule: PageRule, dialect: Dialect) -> None:
        self._rule = rule
        self._dialect = dialect
        self._keys = [
            (f"{dialect.quote}{name.lstrip('-')}{dialect.quote}", name.startswith("-"))
            for name in rule.by
        ]
        self._names = [name.lstrip("-") for name in rule.by]
        self._salt = repr((definition.method, definition.path, rule.by)).encode()
        self.prefix = len(_BEFORE)

    def ask(self, query: Mapping[str, Sequence[str]]) -> PageAsk:
        """The page that a query string names. Raises InvalidParameters."""
        rule = self._rule
        size = _number(query, "page_size", rule.size, rule.size)
        if rule.style == "offset":
            return PageAsk(size, _number(query, "page", 1, _LAST_PAGE))
        given = query.get("after")
        return PageAsk(size, after=self._read(given[-1]) if given and given[-1] else None)

    def first(self) -> PageAsk:
        """Where nothing is asked for."""
        return PageAsk(self._rule.size)

    def statement(self, statements: Sequence[Statement], ask: PageAsk) -> Statement:
        """What reads the page and one row more. Raises RenderFailed."""
        if len(statements) != 1 or not statements[0].is_query:
            raise RenderFailed("pages need a single query: one SELECT that writes nothing")
        (source,) = statements
        values = list(source.values)
        where = self._where(ask.after, values) if ask.after else ""
        order = ", ".join(f"{name} DESC" if down else name for name, down in self._keys)
        text = f"{_BEFORE}{source.text}{_AFTER}{where} ORDER BY {order} {self._part(ask)}"
        return Statement(text, tuple(values), is_query=True)

    def without_place(self, statements: Sequence[Statement], ask: PageAsk) -> Statement | None:
        """What finds a row whose key is NULL; None where no row can be left out unseen.

        Where the database puts them last, no page would have them, and nobody would know.
        """
        if self._rule.style == "offset" or ask.after is None:
            return None
        (source,) = statements
        ways = " OR ".join(f"{name} IS NULL" for name, _ in self._keys)
        text = f"{_BEFORE}{source.text}{_AFTER} WHERE {ways} LIMIT 1"
        return Statement(text, source.values, is_query=True)

    def following(self, rows: Rows, ask: PageAsk) -> dict[str, str] | None:
        """What to ask for next, as fields of a query string; None at the end.

        Args:
            rows: what the statement reads, with the first row of the next page if there is one.

        Raises RenderFailed where a row has no place in the order.
        """
        is_last = len(rows.rows) <= ask.size
        if self._rule.style == "offset":
            return None if is_last else {"page": str(ask.number + 1)}
        places = self._places(rows)
        if any(row[place] is None for row in rows.rows for place in places):
            raise RenderFailed(NO_PLACE)
        if is_last:
            return None
        last, first = ([row[place] for place in places] for row in rows.rows[ask.size - 1 :][:2])
        if last == first:
            raise RenderFailed(
                "the columns of page.by are not unique together, so that a row would be lost "
                "between two pages: add one that is, such as the key"
            )
        kinds = [rows.kinds[place] if rows.kinds else "" for place in places]
        keys = [self._tagged(value, kind) for value, kind in zip(last, kinds, strict=True)]
        if ask.after is not None and ask.after == _values(keys):
            raise RenderFailed(
                "a column of page.by is not found again by its value: cast it to another type"
            )
        return {"after": self._write(keys)}

    def _part(self, ask: PageAsk) -> str:
        limit = f"LIMIT {ask.size + 1}"
        if ask.number == 1:
            return limit
        offset = f"OFFSET {(ask.number - 1) * ask.size}"
        return f"{offset} {limit}" if self._dialect.is_offset_first else f"{limit} {offset}"

    def _where(self, after: tuple[object, ...], values: list[object]) -> str:
        """Rows after the keys; the first key is told by itself too, for indexes."""

        def mark(place: int) -> str:
            values.append(after[place])
            return self._dialect.placeholder.format(n=len(values))

        name, down = self._keys[0]
        bound = f"{name} {'<=' if down else '>='} {mark(0)}"
        ways = []
        for last, (name, down) in enumerate(self._keys):
            same = [f"{self._keys[place][0]} = {mark(place)}" for place in range(last)]
            beyond = f"{name} {'<' if down else '>'} {mark(last)}"
            ways.append(f"({' AND '.join([*same, beyond])})")
        return f" WHERE {bound} AND ({' OR '.join(ways)})"

    def _places(self, rows: Rows) -> list[int]:
        try:
            return [rows.columns.index(name) for name in self._names]
        except ValueError:
            missing = [name for name in self._names if name not in rows.columns]
            raise RenderFailed(f"page.by names {missing[0]}, which is no column") from None

    def _write(self, keys: Sequence[tuple[str, str]]) -> str:
        data = msgspec.json.encode(keys)
        return base64.urlsafe_b64encode(self._mark(data) + data).decode().rstrip("=")

    def _read(self, text: str) -> tuple[object, ...]:
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            mark, data = raw[:_MARK], raw[_MARK:]
            if mark == self._mark(data):
                keys = msgspec.json.decode(data, type=list[tuple[str, str]])
                return _values(keys)
        except (ValueError, ArithmeticError, KeyError, binascii.Error, msgspec.MsgspecError):
            pass
        message = "is not a place that this endpoint has told: begin again without it"
        raise _wrong("after", message)

    def _tagged(self, value: Any, kind: str) -> tuple[str, str]:
        """A key as text, with what it was. Raises RenderFailed."""
        if isinstance(value, str) and kind in _READERS:
            return kind, value
        if isinstance(value, float) and self._dialect.is_text_typed:
            # As a double it would differ from a column of fewer digits.
            return "s", repr(value)
        for tag, cls in (("b", bool), ("i", int), ("f", float), ("d", Decimal), ("s", str)):
            if isinstance(value, cls):
                return tag, repr(value) if tag == "f" else str(value)
        raise RenderFailed("a column of page.by holds lists or objects, which have no order")

    def _mark(self, data: bytes) -> bytes:
        """Tells cursors of other endpoints, and of another order; it is no secret."""
        return hashlib.blake2b(data, digest_size=_MARK, key=self._salt[:64]).digest()


def _number(query: Mapping[str, Sequence[str]], name: str, default: int, most: int) -> int:
    given = query.get(name)
    if not given or not given[-1].strip():
        return default
    text = given[-1].strip()
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= most or len(text) > 9:
        raise _wrong(name, f"expected 1 to {most:,}")
    return int(text)


def _wrong(name: str, message: str) -> InvalidParameters:
    return InvalidParameters((ParameterProblem(name, "query", message),))


def _values(keys: Sequence[tuple[str, str]]) -> tuple[object, ...]:
    return tuple(_READERS[tag](value) for tag, value in keys)


def _moment(text: str) -> object:
    """As text where Python cannot hold it, such as infinity: the database reads it."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _day(text: str) -> object:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


_READERS: Final[Mapping[str, Any]] = {
    "b": lambda text: text == "True",
    "i": int,
    "f": float,
    "d": Decimal,
    "s": str,
    "date": _day,
    "timestamp": _moment,
    "timestamptz": _moment,
    "uuid": UUID,
    "binary": base64.b64decode,
}
