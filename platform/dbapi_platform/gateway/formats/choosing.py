"""Which form an answer gets: by `?format=`, or else by `Accept`, as RFC 9110 weighs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from ..errors import Refused
from ..requests import Request

_MOST_ACCEPTS: Final = 512


@dataclass(frozen=True, slots=True)
class Format:
    """A form by its name in `?format=`.

    JSON is made of all of the answer at once, the others of rows; of one that `is_whole` nothing
    can be sent before the end.
    """

    name: str
    media_type: str
    charset: str = ""
    is_json: bool = False
    is_download: bool = False
    is_whole: bool = False


JSON: Final = Format("json", "application/json", is_json=True)
ROWS: Final = Format("rows", "application/vnd.dbapi.rows+json", is_json=True)
NDJSON: Final = Format("ndjson", "application/x-ndjson")
# Without a charset, some clients read a text as ISO 8859-1.
CSV: Final = Format("csv", "text/csv", charset="utf-8", is_download=True)
ARROW: Final = Format("arrow", "application/vnd.apache.arrow.stream", is_download=True)
PARQUET: Final = Format("parquet", "application/vnd.apache.parquet", is_download=True)
XLSX: Final = Format(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    is_download=True,
    is_whole=True,
)

FORMATS: Final = {each.name: each for each in (JSON, ROWS, NDJSON, CSV, ARROW, PARQUET, XLSX)}
_BY_TYPE: Final = {
    **{each.media_type: each for each in FORMATS.values()},
    "application/ndjson": NDJSON,
    "application/jsonl": NDJSON,
}


class _Range(NamedTuple):
    """What an Accept says of a form."""

    closeness: int
    quality: float
    place: int


def choose(request: Request, *, by_query: bool) -> Format:
    """The format of the answer. Raises Refused for one that there is not.

    Where an endpoint has a parameter called `format` itself, `by_query` is false.
    """
    if by_query and request.mentions(b"format"):
        named = request.query().get("format")
        if named:
            return _named(named[-1])
    accept = request.headers.get(b"accept")
    if accept is None or accept == b"*/*":
        return JSON
    found = _accepted(accept)
    if found is None:
        known = ", ".join(each.media_type for each in FORMATS.values())
        raise Refused(406, "not_acceptable", f"This endpoint answers with one of {known}")
    return found


def _named(name: str) -> Format:
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        told = f"There is no format {name[:40]!r}: use one of {known}"
        raise Refused(406, "not_acceptable", told)
    return FORMATS[name]


@lru_cache(_MOST_ACCEPTS)
def _accepted(accept: bytes) -> Format | None:
    """The first of those that the caller likes best: of what names a form, the closest counts."""
    closest: dict[str, _Range] = {}
    for place, part in enumerate(accept.decode("latin-1").split(",")):
        kind, _, parameters = part.partition(";")
        quality = _quality(parameters)
        for name, closeness in _named_by(kind.strip().lower()):
            found = _Range(closeness, quality, place)
            if name not in closest or closeness > closest[name].closeness:
                closest[name] = found
    wanted = [name for name, found in closest.items() if found.quality > 0]
    if not wanted:
        return None
    order = list(FORMATS)
    return FORMATS[
        min(
            wanted,
            key=lambda name: (-closest[name].quality, closest[name].place, order.index(name)),
        )
    ]


def _named_by(media_range: str) -> Iterator[tuple[str, int]]:
    """The forms that a range names, and how closely."""
    if media_range == "*/*":
        yield from ((name, 0) for name in FORMATS)
    elif media_range.endswith("/*"):
        for name, form in FORMATS.items():
            if form.media_type.startswith(media_range[:-1]):
                yield name, 1
    elif found := _of_type(media_range):
        yield found.name, 2 if media_range != found.media_type else 3


def _of_type(media_type: str) -> Format | None:
    found = _BY_TYPE.get(media_type)
    if found is None and media_type.endswith("+json"):
        return JSON
    return found


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
