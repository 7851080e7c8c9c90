"""Answers: the envelope around rows, numbers and errors, as bytes ready to send."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import msgspec

from ..datasources.types import JsonRows
from ..engines.answers import Answer
from ..engines.script.envelope import Envelope
from .errors import Refused
from .exporting import Export, Outgoing
from .formats import ROWS, Format
from .requests import Request

JSON = (b"content-type", b"application/json")
NO_STORE = (b"cache-control", b"no-store")
ROW_LIMIT = (b"x-row-limit-reached", b"true")

_encoder = msgspec.json.Encoder(decimal_format="number")
_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_SNAKE = re.compile(r"(?<=[A-Za-z0-9])_([A-Za-z0-9])")


@dataclass(slots=True)
class Response:
    """What is sent: headers are complete but for the request id.

    With an `export`, the body is what it yields. `close` gives back what it holds then. What has
    written something must not be kept: the next call has to write too.
    """

    status: int
    body: bytes
    headers: list[tuple[bytes, bytes]]
    rows: int | None = None
    has_written: bool = False
    export: Outgoing | None = None
    release: Callable[[], None] | None = None

    async def close(self) -> None:
        """After it was sent, or not."""
        if self.export is not None:
            await self.export.close()
        if self.release is not None:
            self.release()


def wants_camel(request: Request) -> bool:
    """Whether keys are to be in camelCase."""
    header = request.headers.get(b"x-response-naming")
    if header is not None:
        return header.lower() == b"camel"
    return request.mentions(b"naming") and request.query().get("naming") == ["camel"]


def success(answer: Answer, *, camel: bool, following: str | None = None) -> Response:
    """The envelope around what was answered; a script's own keys stand beside `data`.

    Of a page it tells the address of the next, which is `following`, and null at the end.
    """
    envelope = answer.envelope
    head = _head(envelope) if envelope else b'{"success":true,"message":null,"data":'
    parts = [head, *_data(answer, camel=camel)]
    if envelope is not None:
        for name, value in envelope.more.items():
            parts += [b",", _encoder.encode(camel_name(name) if camel else name), b":", value]
    headers = [JSON, NO_STORE]
    if answer.truncated:
        parts.append(b',"truncated":true')
        headers.append(ROW_LIMIT)
    if answer.page is not None:
        parts += [b',"next":', _encoder.encode(following)]
    parts.append(b"}")
    return Response(200, b"".join(parts), headers, rows=answer.rows)


def bare(answer: Answer, *, camel: bool) -> Response:
    """The data alone."""
    headers = [(b"content-type", ROWS.media_type.encode()), NO_STORE]
    if answer.truncated:
        headers.append(ROW_LIMIT)
    return Response(200, b"".join(_data(answer, camel=camel)), headers, rows=answer.rows)


def exported(export: Export, form: Format, path: str) -> Response:
    """Rows in a format, whole or still being read."""
    charset = f"; charset={form.charset}" if form.charset else ""
    headers = [(b"content-type", f"{form.media_type}{charset}".encode()), NO_STORE]
    if form.is_download:
        name = f"{_FILE_NAME.sub('_', path.rpartition('/')[2]) or 'data'}.{form.name}"
        headers.append((b"content-disposition", f'attachment; filename="{name}"'.encode()))
    if not export.is_whole:
        return Response(200, b"", headers, export=export)
    if export.truncated:
        headers.append(ROW_LIMIT)
    return Response(200, export.body(), headers, rows=export.count)


def failure(refused: Refused, request_id: str) -> Response:
    """The envelope of an error. It says nothing of SQL, hosts or tracebacks."""
    error: dict[str, object] = {"code": refused.code, "request_id": request_id}
    if refused.details:
        error["details"] = [asdict(detail) for detail in refused.details]
    body = _encoder.encode(
        {"success": False, "message": refused.message, "data": [], "error": error}
    )
    return Response(refused.status, body, [JSON, NO_STORE, *refused.headers])


def enveloped(data: object) -> bytes:
    """The envelope around what the platform itself tells."""
    return _encoder.encode({"success": True, "message": None, "data": data})


def plain(payload: object) -> Response:
    """A payload as it is, for the token endpoint."""
    return Response(200, _encoder.encode(payload), [JSON, NO_STORE])


def _data(answer: Answer, *, camel: bool) -> tuple[bytes, ...]:
    if not camel:
        if answer.envelope is not None:
            return (answer.envelope.data,)
        if len(answer.outcomes) == 1 and isinstance(answer.outcomes[0], JsonRows):
            return answer.outcomes[0].parts
    data = answer.data()
    return (_encoder.encode(_camel(data) if camel else data),)


def _head(envelope: Envelope) -> bytes:
    success = b"true" if envelope.success else b"false"
    return b'{"success":%b,"message":%b,"data":' % (success, _encoder.encode(envelope.message))


def _camel(data: object, depth: int = 3) -> object:
    """Rename the columns, not the keys inside JSON values: those are data.

    Rows may be in a list of several statements' answers, and no deeper.
    """
    if isinstance(data, list) and depth:
        return [_camel(item, depth - 1) for item in data]
    if isinstance(data, dict):
        return dict(zip(camel_names(list(data)), data.values(), strict=True))
    return data


def camel_names(names: Sequence[str]) -> tuple[str, ...]:
    """Columns in camelCase; those that would be called the same keep their names."""
    made = tuple(map(camel_name, names))
    if len(set(made)) == len(made):
        return made
    counts = Counter(made)
    return tuple(
        name if counts[camel] > 1 else camel for name, camel in zip(names, made, strict=True)
    )


def camel_name(name: str) -> str:
    """`customer_id` as `customerId`."""
    return _SNAKE.sub(lambda match: match[1].upper(), name)
