"""The body of a request: read to its end within its limits, as JSON or as a form."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import NoReturn
from urllib.parse import parse_qs

import msgspec
from python_multipart.multipart import parse_options_header

from ..errors import Detail
from .errors import Refused
from .multipart import Multipart

MAX_FIELDS = 1_000
# As deep as anybody nests, and not so deep that what goes through it gives up.
MAX_DEPTH = 100
# Whoever stops halfway does not keep a connection.
BODY_S = 60.0

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
BOM = b"\xef\xbb\xbf"
CLOSE = (b"connection", b"close")

Fields = Mapping[str, object]


async def read_fields(
    headers: Mapping[bytes, bytes], chunks: AsyncIterator[bytes], *, max_bytes: int
) -> Fields:
    """The body's fields; none where it is empty. Raises Refused."""
    return fields_of(headers, await read_whole(headers, chunks, max_bytes=max_bytes))


async def read_whole(
    headers: Mapping[bytes, bytes], chunks: AsyncIterator[bytes], *, max_bytes: int
) -> bytes:
    """The body as it came. Raises Refused."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and len(length) < 20 and int(length) > max_bytes:
        # Before any of it is read.
        raise too_large(max_bytes)
    try:
        async with asyncio.timeout(BODY_S):
            return b"".join([chunk async for chunk in chunks])
    except TimeoutError:
        message = f"The body was not there within {BODY_S:.0f} seconds; send it again"
        raise Refused(408, "body_timeout", message, headers=[CLOSE]) from None


def too_large(max_bytes: int) -> Refused:
    """413; the rest of the body is not read, so the connection ends."""
    message = f"The body is larger than {max_bytes:,} bytes"
    return Refused(413, "body_too_large", message, headers=[CLOSE])


def fields_of(headers: Mapping[bytes, bytes], raw: bytes) -> Fields:
    """The fields of a body; none where it is empty. Raises Refused."""
    given = headers.get(b"content-type")
    name, options = parse_options_header(given.decode("latin-1") if given else None)
    kind = name.decode("latin-1")
    if kind == MULTIPART:
        _check_encoding(headers, options)
        return _read_multipart(options.get(b"boundary", b""), raw)
    if not raw.strip():
        return {}
    is_json = not kind or kind == "application/json" or kind.endswith("+json")
    if not is_json and kind != FORM:
        raise _unsupported(f"Expected a body of application/json, {FORM} or {MULTIPART}")
    _check_encoding(headers, options)
    return _json_object(raw) if is_json else _form(raw)


def _read_multipart(boundary: bytes, raw: bytes) -> Fields:
    if not raw:
        return {}
    parts = Multipart(boundary, max_fields=MAX_FIELDS)
    parts.write(raw)
    return parts.fields()


def _check_encoding(headers: Mapping[bytes, bytes], options: Mapping[bytes, bytes]) -> None:
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding != b"identity":
        raise _unsupported("Expected a body without Content-Encoding: send it as it is")
    charset = options.get(b"charset", b"utf-8").decode("latin-1").lower()
    if charset not in UTF8:
        raise _unsupported("Expected a body in UTF-8")


def _unsupported(message: str) -> Refused:
    return Refused(415, "unsupported_media_type", message)


def _form(raw: bytes) -> Fields:
    fields = read_pairs(raw, "form")
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def read_pairs(raw: bytes, what: str) -> dict[str, list[str]]:
    """The values by name of a form or a query. Raises Refused."""
    try:
        return parse_qs(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except UnicodeError:
        raise Refused(400, "invalid_request", f"The {what} is not valid UTF-8") from None
    except ValueError:
        raise _too_many(what) from None


def _too_many(what: str) -> Refused:
    return Refused(400, "invalid_request", f"The {what} has more than {MAX_FIELDS} fields")


def _json_object(raw: bytes) -> Fields:
    raw = raw.removeprefix(BOM)
    try:
        value = msgspec.json.decode(raw)
    except RecursionError:
        raise _too_deep() from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _refuse_json(raw, error)
    if not isinstance(value, dict):
        raise Refused(400, "invalid_request", "Expected the body to be a JSON object")
    if len(value) > MAX_FIELDS:
        raise _too_many("body")
    # Every name stands before a colon: as many as there are names means that none stands twice.
    if _count_names(value) != raw.count(b":"):
        _refuse_duplicates(raw)
    return value


def _count_names(value: object) -> int:
    """How many names there are in all objects. Raises Refused for what is nested too deeply."""
    count = 0
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for found in level:
            if isinstance(found, dict):
                count += len(found)
                below.extend(found.values())
            elif isinstance(found, list):
                below.extend(found)
        if not below:
            return count
        level = below
    raise _too_deep()


def _too_deep() -> Refused:
    message = f"The body's JSON is nested more than {MAX_DEPTH} deep"
    return Refused(
        400, "invalid_request", message, details=[Detail("body", "is nested too deeply")]
    )


def _refuse_duplicates(raw: bytes) -> None:
    """Of two values with one name, nobody knows which one is meant. Raises Refused."""

    def unique(pairs: list[tuple[str, object]]) -> None:
        names = set[str]()
        for name, _ in pairs:
            if name in names:
                message = f"has the name {name[:100]!r} twice in one object"
                detail = Detail("body", message)
                raise Refused(
                    400, "invalid_request", f"The body {message}; send it once", details=[detail]
                )
            names.add(name)

    json.loads(raw, object_pairs_hook=unique, parse_int=float)


def _refuse_json(raw: bytes, found: Exception) -> NoReturn:
    """Say where it stops being JSON: the standard library tells the place exactly."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        _refuse_at("is not valid UTF-8", before)
    try:
        json.loads(text, parse_int=float)
    except json.JSONDecodeError as error:
        _refuse_at(f"is not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}", text[: error.pos])
    except RecursionError:
        raise _too_deep() from None
    # What Python takes and JSON has not: NaN, numbers without end, half a surrogate pair.
    told = str(found).partition(" - at")[0].removeprefix("JSON is malformed: ")
    if "truncated" in told:
        told = "half of a surrogate pair"
    message = f"is not valid JSON: {told[:1].lower()}{told[1:]}"
    detail = Detail("body", message)
    raise Refused(400, "invalid_request", f"The body {message}", details=[detail])


def _refuse_at(message: str, before: str) -> NoReturn:
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    place = f"line {line}, column {column}, byte {len(before.encode())}"
    raise Refused(
        400,
        "invalid_request",
        f"The body {message} ({place})",
        details=[Detail("body", f"{message} ({place})", line, column)],
    )
