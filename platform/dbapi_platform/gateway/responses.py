"""Answers: the envelope around rows, numbers and errors, as bytes ready to send."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import msgspec

from ..datasources.types import JsonRows, Outcome, Rows
from ..engines.sql import SqlResult, to_data
from .errors import Refused
from .requests import Request

JSON = (b"content-type", b"application/json")
NO_STORE = (b"cache-control", b"no-store")

_encoder = msgspec.json.Encoder(decimal_format="number")
_SNAKE = re.compile(r"(?<=[A-Za-z0-9])_([A-Za-z0-9])")


@dataclass(slots=True)
class Response:
    """What is sent: headers are complete but for the request id."""

    status: int
    body: bytes
    headers: list[tuple[bytes, bytes]]
    rows: int | None = None


def accepts_json(request: Request) -> bool:
    """Whether the caller takes JSON; no `Accept` means anything."""
    accept = request.headers.get(b"accept")
    return accept is None or b"*/*" in accept or b"json" in accept or b"application/*" in accept


def wants_camel(request: Request) -> bool:
    """Whether keys are to be in camelCase."""
    header = request.headers.get(b"x-response-naming")
    if header is not None:
        return header.lower() == b"camel"
    return request.query().get("naming") == ["camel"]


def success(result: SqlResult, *, camel: bool) -> Response:
    """The envelope around what the statements answered."""
    outcomes = result.outcomes
    truncated = any(
        outcome.truncated for outcome in outcomes if isinstance(outcome, Rows | JsonRows)
    )
    data = _data(outcomes, camel=camel)
    tail = b',"truncated":true}' if truncated else b"}"
    body = b"".join((b'{"success":true,"message":null,"data":', data, tail))
    headers = [JSON, NO_STORE]
    if truncated:
        headers.append((b"x-row-limit-reached", b"true"))
    return Response(200, body, headers, rows=_count(outcomes))


def failure(refused: Refused, request_id: str) -> Response:
    """The envelope of an error. It says nothing of SQL, hosts or tracebacks."""
    error: dict[str, object] = {"code": refused.code, "request_id": request_id}
    if refused.details:
        error["details"] = [asdict(detail) for detail in refused.details]
    body = _encoder.encode(
        {"success": False, "message": refused.message, "data": [], "error": error}
    )
    return Response(refused.status, body, [JSON, NO_STORE, *refused.headers])


def plain(payload: object) -> Response:
    """A payload as it is, for the token endpoint."""
    return Response(200, _encoder.encode(payload), [JSON, NO_STORE])


def _data(outcomes: Sequence[Outcome | JsonRows], *, camel: bool) -> bytes:
    first = outcomes[0] if len(outcomes) == 1 else None
    if isinstance(first, JsonRows):
        return first.data
    data = to_data(outcomes)
    return _encoder.encode(_camel(data) if camel else data)


def _count(outcomes: Sequence[Outcome | JsonRows]) -> int:
    return sum(
        outcome.count if isinstance(outcome, JsonRows) else len(outcome.rows)
        for outcome in outcomes
        if isinstance(outcome, Rows | JsonRows)
    )


def _camel(data: object) -> object:
    """Rename the columns, not the keys inside JSON values: those are data."""
    if isinstance(data, list):
        return [_camel(item) for item in data]
    if isinstance(data, dict):
        return {
            _SNAKE.sub(lambda match: match[1].upper(), name): value for name, value in data.items()
        }
    return data
