"""Calling endpoints as a consumer does, with a client's token where one is asked for."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from .client import RUN_TIMEOUT_S
from .errors import DbapiError
from .notebook import Notebook
from .parameters import fill_path
from .results import Result
from .rows import Answer, RowSet, value_answer
from .shapes import Parameter

IN_QUERY = {"GET", "DELETE"}
# A token is not used in its last seconds: it might end on the way.
MARGIN_S = 30.0


class CallFailed(DbapiError):
    """The gateway refused; `status` and `request_id` tell an administrator where to look."""

    def __init__(self, message: str, *, status: int, request_id: str | None, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.request_id = request_id


@dataclass(repr=False)
class CallResult(Result):
    """An endpoint's answer, with what HTTP says beside it."""

    status: int = 200
    url: str = ""
    headers: Mapping[str, str] | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the wire."""

    method: str
    url: str
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None


def build(
    method: str,
    path: str,
    *,
    gateway_url: str,
    given: dict[str, Any],
    declared: list[Parameter],
    headers: Mapping[str, str],
    body: Mapping[str, Any] | None,
) -> Request:
    """Put each parameter where it is taken from: the path, a header, the query or the body."""
    filled, left = fill_path(path, given)
    places = {parameter["name"]: parameter.get("in") for parameter in declared}
    usual = "query" if method in IN_QUERY else "body"
    query: dict[str, Any] = {}
    sent_headers = dict(headers)
    fields: dict[str, Any] = {}
    for name, value in left.items():
        place = places.get(name) or usual
        if place == "header":
            sent_headers[name] = str(value)
        else:
            (query if place == "query" else fields)[name] = value
    whole = {**fields, **(body or {})} if fields or body is not None else None
    return Request(method, f"{gateway_url.rstrip('/')}/{filled}", query, sent_headers, whole)


def send(
    notebook: Notebook, request: Request, *, expect: int | None, client: str | None = None
) -> CallResult:
    """Raises CallFailed for any status but success or the one that is expected."""
    started = time.perf_counter()
    response = notebook.resources.platform.send(
        request.method,
        request.url,
        timeout=RUN_TIMEOUT_S,
        params=request.query or None,
        headers=request.headers,
        json=request.body,
    )
    elapsed_ms = (time.perf_counter() - started) * 1000
    wanted = response.status_code == expect if expect else response.is_success
    if not wanted:
        raise _failed(response, expect)
    return _result(response, request, elapsed_ms, client)


def client_token(notebook: Notebook, name: str, gateway_url: str) -> str:
    """A token of the client, from its secret that is kept here. Raises DbapiError."""
    url = notebook.connection.url
    token, ends_at = notebook.client_tokens.get((url, name), ("", 0.0))
    if time.monotonic() < ends_at:
        return token
    secret = notebook.store.load(url).clients.get(name)
    if secret is None:
        raise DbapiError(
            f"The secret of client '{name}' is not kept here",
            hint=f"Make the client with %dbapi clients new {name}, "
            f"or give it a new secret with %dbapi clients rotate {name}",
        )
    response = notebook.resources.platform.send(
        "POST",
        f"{gateway_url.rstrip('/')}/token/generate",
        timeout=RUN_TIMEOUT_S,
        json={"client_id": secret.client_id, "client_secret": secret.client_secret},
    )
    if not response.is_success:
        raise _failed(response, None)
    answer = response.json()
    ends_at = time.monotonic() + float(answer.get("expires_in", 0)) - MARGIN_S
    notebook.client_tokens[url, name] = (answer["access_token"], ends_at)
    return str(answer["access_token"])


def _envelope(response: httpx.Response) -> dict[str, Any]:
    try:
        envelope = response.json()
    except ValueError:
        return {"data": response.text}
    return envelope if isinstance(envelope, dict) else {"data": envelope}


def _failed(response: httpx.Response, expect: int | None) -> CallFailed:
    envelope = _envelope(response)
    message = envelope.get("message") or response.reason_phrase
    expected = f", expected {expect}" if expect else ""
    request_id = response.headers.get("x-request-id")
    hints = {
        401: "Call it as a client: --client NAME (see %dbapi clients)",
        403: "Allow it: %dbapi grant CLIENT METHOD PATH",
        404: "Is it published? %dbapi endpoints tells",
    }
    hint = hints.get(response.status_code, "An administrator finds the full text by the request id")
    return CallFailed(
        f"HTTP {response.status_code}{expected}: {message} (request {request_id})",
        status=response.status_code,
        request_id=request_id,
        hint=hint,
    )


def _result(
    response: httpx.Response, request: Request, elapsed_ms: float, client: str | None
) -> CallResult:
    envelope = _envelope(response)
    data = envelope.get("data")
    status = f"HTTP {response.status_code} {response.reason_phrase}"
    caller = f" · as {client}" if client else ""
    return CallResult(
        data,
        row_sets(data, truncated=bool(envelope.get("truncated"))) if response.is_success else [],
        elapsed_ms,
        f"{status} · {request.method} {response.request.url.raw_path.decode()}{caller}",
        envelope={name: value for name, value in envelope.items() if name != "data"},
        status=response.status_code,
        url=str(response.request.url),
        headers=dict(response.headers),
        request_id=response.headers.get("x-request-id"),
    )


def row_sets(data: object, *, truncated: bool = False) -> list[Answer]:
    """Tables of what an endpoint answered: a list of rows, a list of those, or another value."""
    if data is None:
        return []
    if isinstance(data, list) and any(isinstance(item, list) for item in data):
        return [answer for item in data for answer in row_sets(item, truncated=truncated)]
    if isinstance(data, list) and data and not any(isinstance(item, dict) for item in data):
        return [RowSet(("value",), [(item,) for item in data], truncated)]
    return [value_answer(data, truncated=truncated)]
