"""Which form an answer gets: by `?format=`, or else by `Accept`, as RFC 9110 weighs it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

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
    is_json: bool = False
    is_download: bool = False
    is_whole: bool = False


JSON: Final = Format("json", "application/json", is_json=True)
ROWS: Final = Format("rows", "application/vnd.dbapi.rows+json", is_json=True)
NDJSON: Final = Format("ndjson", "application/x-ndjson")
CSV: Final = Format("csv", "text/csv", is_download=True)
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
    "*/*": JSON,
    "application/*": JSON,
    "text/*": CSV,
    "application/ndjson": NDJSON,
    "application/jsonl": NDJSON,
}


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
        raise Refused(406, "not_acceptable", f"There is no format {name!r}: use one of {known}")
    return FORMATS[name]


@lru_cache(_MOST_ACCEPTS)
def _accepted(accept: bytes) -> Format | None:
    """The first of those that the caller likes best."""
    best, weight = None, 0.0
    for part in accept.decode("latin-1").split(","):
        kind, _, parameters = part.partition(";")
        found = _of_type(kind.strip().lower())
        quality = _quality(parameters)
        if found is not None and quality > weight:
            best, weight = found, quality
    return best


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
