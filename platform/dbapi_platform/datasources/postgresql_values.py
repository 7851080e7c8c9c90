"""What PostgreSQL answers, made plain: for every type the value that its own to_json writes.

Values travel as text in the session's fixed formats (UTC, ISO dates, ISO intervals), so most
types need no conversion at all. The exceptions are here. bytea alone differs from to_json:
base64 is what programs expect of bytes in JSON.
"""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec
from psycopg import postgres
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.pq.abc import PGresult
from psycopg.types import TypeInfo
from psycopg.types.array import register_array
from psycopg.types.bool import BoolLoader
from psycopg.types.numeric import IntLoader
from psycopg.types.string import TextLoader

# Their to_json is a number, true or false, their text in quotes, or the document itself: what
# the loaders below make of them. Not here: bytea (see above), composites, pseudo-types.
_JSON_EQUAL: Final = frozenset(
    """
    bool int2 int4 int8 float4 float8 numeric text varchar bpchar name uuid date time timetz
    timestamp timestamptz interval json jsonb inet cidr macaddr macaddr8 money bit varbit xml
    tsvector tsquery oid regclass pg_lsn point line lseg box path polygon circle
    int4range int8range numrange daterange tsrange tstzrange
    int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange
    """.split()  # noqa: SIM905
)

_decode_json = msgspec.json.Decoder(float_hook=Decimal).decode


class _NumericLoader(Loader):
    def load(self, data: Buffer) -> Decimal | str:
        text = str(data, "ascii")
        return text if text[-1] in "Ny" else Decimal(text)  # NaN, Infinity, -Infinity


class _FloatLoader(Loader):
    def load(self, data: Buffer) -> float | str:
        text = str(data, "ascii")
        return text if text[-1] in "Ny" else float(text)


class _TimestampLoader(Loader):
    def load(self, data: Buffer) -> str:
        return str(data, "ascii").replace(" ", "T", 1)


class _TimestampTzLoader(Loader):
    def load(self, data: Buffer) -> str:
        text = str(data, "ascii")
        # The session is in UTC: `2024-01-31 10:00:00+00`, or `… +00 BC`, or `infinity`.
        return text.replace(" ", "T", 1).replace("+00", "+00:00", 1)


class _JsonLoader(Loader):
    def load(self, data: Buffer) -> Any:
        try:
            return _decode_json(data)
        except msgspec.DecodeError:
            # Numbers such as 1e400 are too large for msgspec, not for Decimal.
            return json.loads(bytes(data), parse_float=Decimal, parse_int=_parse_int)


class _ByteaLoader(Loader):
    def load(self, data: Buffer) -> str:
        return base64.b64encode(bytes.fromhex(str(data, "ascii")[2:])).decode()


def _parse_int(text: str) -> int | Decimal:
    # Python refuses to make an int of more digits.
    return int(text) if len(text) < 4000 else Decimal(text)


_LOADERS: Final[dict[str, type[Loader]]] = {
    "bool": BoolLoader,
    "int2": IntLoader,
    "int4": IntLoader,
    "int8": IntLoader,
    "float4": _FloatLoader,
    "float8": _FloatLoader,
    "numeric": _NumericLoader,
    "timestamp": _TimestampLoader,
    "timestamptz": _TimestampTzLoader,
    "json": _JsonLoader,
    "jsonb": _JsonLoader,
    "bytea": _ByteaLoader,
}


@dataclass(frozen=True, slots=True)
class CatalogType:
    """A type that the catalogue had to be asked for.

    `base` is the type that its text, or for an array its elements' text, is read as: domains
    undone. `plain` tells that to_json writes `base` as its text in quotes.
    """

    oid: int
    base: int
    is_array: bool
    delimiter: str
    plain: bool


_KINDS: Final = {
    "bool": "boolean",
    **dict.fromkeys(("int2", "int4", "int8", "oid"), "integer"),
    **dict.fromkeys(("float4", "float8"), "float"),
    "date": "date",
    "uuid": "uuid",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "bytea": "binary",
    **dict.fromkeys(("json", "jsonb"), "json"),
}
_BY_OID: Final = {
    **{info.oid: _KINDS[info.name] for info in postgres.types if info.name in _KINDS},
    **{info.array_oid: "json" for info in postgres.types if info.array_oid},
}
_NUMERIC: Final = postgres.types["numeric"].oid


class Types:
    """The types known to a datasource, and how each is read."""

    connection = None  # psycopg wants its contexts to have one

    def __init__(self) -> None:
        self.adapters = AdaptersMap(types=postgres.types)
        self.adapters.register_loader(0, TextLoader)
        for name, loader in _LOADERS.items():
            self.adapters.register_loader(name, loader)
        self._known: set[int] = set()
        self._json_equal: set[int] = set()
        for info in postgres.types:
            equal = info.name in _JSON_EQUAL
            for oid in filter(None, (info.oid, info.array_oid)):
                self._known.add(oid)
                if equal:
                    self._json_equal.add(oid)
            if info.array_oid:
                register_array(info, self)

    def unknown(self, oids: Iterable[int]) -> list[int]:
        """Those that the catalogue must be asked for."""
        return [oid for oid in oids if oid not in self._known]

    def learn(self, asked: Iterable[int], answer: Iterable[CatalogType]) -> None:
        """Take over what the catalogue answered; what it does not know is text."""
        self._known.update(asked)
        for found in answer:
            if found.is_array:
                name = f"t{found.base}"
                info = TypeInfo(name, found.base, found.oid, delimiter=found.delimiter)
                register_array(info, self)
            if found.plain or found.base in self._json_equal:
                self._json_equal.add(found.oid)

    def json_equal(self, oids: Iterable[int]) -> bool:
        """Does to_json write all of these as the loaders read them?"""
        return self._json_equal.issuperset(oids)


def columns_of(result: PGresult) -> Sequence[str]:
    """The names of a result's columns, as the statement gave them."""
    return [(result.fname(i) or b"").decode() for i in range(result.nfields)]


def types_of(result: PGresult) -> Sequence[int]:
    """The types of a result's columns."""
    return [result.ftype(i) for i in range(result.nfields)]


def kinds_of(result: PGresult) -> tuple[str, ...]:
    """What the columns hold; see `types.Rows`."""
    return tuple(
        _numeric(result.fmod(i)) if oid == _NUMERIC else _BY_OID.get(oid, "text")
        for i, oid in enumerate(types_of(result))
    )


def _numeric(modifier: int) -> str:
    """PostgreSQL keeps precision and scale, which may be below 0, in one number; -1 is neither."""
    if modifier < 0:
        return "decimal"
    precision, scale = (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF
    return f"decimal({precision},{scale if scale < 1024 else scale - 2048})"
