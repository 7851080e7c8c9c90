"""The one place where errors become management answers."""

import difflib
import logging
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from ..access.secrets import DecryptionFailed
from ..bundles.reporting import BundleConflicts
from ..datasources.errors import (
    Busy,
    ConnectFailed,
    DatasourceError,
    QueryFailed,
    QueryTimeout,
)
from ..engines.errors import InvalidDefinition, InvalidParameters, RenderFailed
from ..engines.script.errors import (
    ScriptBusy,
    ScriptError,
    ScriptRefused,
    ScriptTimeout,
    TransformFailed,
)
from ..errors import (
    Conflict,
    Detail,
    Forbidden,
    InvalidRequest,
    LoginProviderUnavailable,
    NotFound,
    PlatformError,
    PreconditionError,
    PreconditionFailed,
    PreconditionRequired,
    TooManyRequests,
    Unauthorized,
    in_our_words,
)
from ..publishing.tests import TestsFailed
from ..store.waiting import StoreUnavailable
from .requests import request_id

log = logging.getLogger(__name__)

STATUS: dict[type[Exception], int] = {
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    InvalidRequest: 422,
    PreconditionFailed: 412,
    PreconditionRequired: 428,
    TooManyRequests: 429,
    LoginProviderUnavailable: 424,
    TestsFailed: 409,
    BundleConflicts: 409,
    ScriptError: 422,
    TransformFailed: 422,
    ScriptTimeout: 504,
    ScriptBusy: 503,
    # That a datasource does not answer is what was asked for, not a failure of the platform.
    ConnectFailed: 424,
    Busy: 503,
    QueryTimeout: 504,
    QueryFailed: 422,
    DatasourceError: 424,
}
# Nobody reads more of what is wrong with a body.
MAX_DETAILS = 50
STORE_RETRY_S = "2"
HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


def install_error_handlers(app: FastAPI) -> None:
    """Give every error the one shape."""
    app.add_exception_handler(PlatformError, _platform)
    app.add_exception_handler(PreconditionError, _precondition)
    app.add_exception_handler(TooManyRequests, _too_many_requests)
    app.add_exception_handler(DatasourceError, _datasource)
    app.add_exception_handler(InvalidDefinition, _invalid_definition)
    app.add_exception_handler(InvalidParameters, _invalid_parameters)
    app.add_exception_handler(RenderFailed, _render_failed)
    app.add_exception_handler(ScriptError, _script)
    app.add_exception_handler(DecryptionFailed, _decryption_failed)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _store)
    app.add_exception_handler(PoolTimeout, _store)
    app.add_exception_handler(StoreUnavailable, _store)
    app.add_exception_handler(IntegrityError, _raced)
    app.add_exception_handler(Exception, _unexpected)


def answer(
    request: Request,
    status: int,
    code: str,
    message: str,
    details: Iterable[Detail] = (),
    *,
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The shape that docs/management-api.md describes; `more` stands beside the details."""
    error = {
        "code": code,
        "request_id": request_id(request),
        "details": [asdict(detail) for detail in details],
        **(more or {}),
    }
    sent = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(
        {"success": False, "message": message, "data": [], "error": error},
        status,
        headers={**sent, **(headers or {})},
    )


def _platform(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PlatformError)  # noqa: S101
    return answer(request, STATUS[type(error)], error.code, error.message, error.details)


def _precondition(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PreconditionError)  # noqa: S101
    both = {"current": error.current, "sent": error.sent, "etag": error.etag}
    headers = {"ETag": error.etag} if error.etag else None
    status = STATUS[type(error)]
    return answer(request, status, error.code, error.message, more=both, headers=headers)


def _too_many_requests(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TooManyRequests)  # noqa: S101
    headers = {"Retry-After": str(max(1, math.ceil(error.retry_after_s)))}
    return answer(request, 429, error.code, error.message, headers=headers)


def _datasource(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DatasourceError)  # noqa: S101
    hint = None
    if isinstance(error, QueryFailed):
        hint = error.hint
    elif isinstance(error, QueryTimeout):
        hint = "give the endpoint a longer timeout, or the query less to do"
    where, line = error.place or (None, None)
    detail = Detail(where, error.message, line, hint=hint)
    return answer(request, STATUS[type(error)], error.code, error.message, [detail])


def _invalid_definition(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InvalidDefinition)  # noqa: S101
    details = [
        Detail(problem.field, problem.message, problem.line, problem.column, problem.hint)
        for problem in error.problems
    ]
    return answer(request, 422, "invalid_definition", _summary(details), details)


def _invalid_parameters(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InvalidParameters)  # noqa: S101
    details = [Detail(problem.name, problem.message) for problem in error.problems]
    return answer(request, 400, "invalid_parameters", _summary(details), details)


def _render_failed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RenderFailed)  # noqa: S101
    detail = Detail("content", error.message, error.line)
    return answer(request, 422, "invalid_definition", error.message, [detail])


def _script(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ScriptError)  # noqa: S101
    status = error.status if isinstance(error, ScriptRefused) else STATUS.get(type(error), 422)
    detail = Detail(error.where, error.message, error.line, hint=error.hint)
    lines = [asdict(line) for line in error.logs]
    logged = {"logs": lines} if lines else {}
    return answer(request, status, error.code, error.message, [detail], more=logged)


def _decryption_failed(request: Request, error: Exception) -> JSONResponse:
    return answer(request, 500, "decryption_failed", str(error))


def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    details = [wrong_field(item) for item in error.errors()[:MAX_DETAILS]]
    return answer(request, 422, "invalid_request", _summary(details), details)


def wrong_field(item: Mapping[str, Any]) -> Detail:
    """What Pydantic found wrong, as every other error of the platform tells it."""
    # The first part of a location only says body, query or path.
    field = ".".join(str(part) for part in item["loc"][1:]) or None
    match item:
        case {"type": "literal_error" | "enum", "ctx": {"expected": expected}, "input": str(given)}:
            # What was given is told here only: in another field it may be a password.
            near = difflib.get_close_matches(given, re.findall(r"'([^']*)'", expected), 1)
            hint = f"did you mean '{near[0]}'?" if near else None
            return Detail(field, f"expected {expected}, got {given[:40]!r}", hint=hint)
        case {"type": "missing"}:
            return Detail(field, "is required")
        case {"type": "extra_forbidden"}:
            return Detail(field, "is not a known field")
    return Detail(field, in_our_words(item["msg"]))


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = HTTP_CODES.get(error.status_code, "invalid_request")
    return answer(request, error.status_code, code, str(error.detail), headers=error.headers)


def _store(request: Request, error: Exception) -> JSONResponse:
    # The statement and its values stay out of the log: they may hold secrets.
    log.error("The platform's database failed: %s", type(error).__name__)
    return answer(
        request,
        503,
        "store_unavailable",
        "The platform's own database cannot do this now; try again shortly",
        headers={"Retry-After": STORE_RETRY_S},
    )


def _raced(request: Request, error: Exception) -> JSONResponse:
    # What is taken, or still used, was looked for before: somebody else was quicker.
    log.info("Two changes met: %s", type(error).__name__)
    told = "Somebody else changed this at the same moment; nothing was written. Look, and try again"
    return answer(request, 409, Conflict.code, told)


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("Unexpected error", exc_info=error)
    return answer(request, 500, "internal_error", "The platform failed; its log says more")


def _summary(details: Iterable[Detail]) -> str:
    return "; ".join(
        f"{detail.field}: {detail.message}" if detail.field else detail.message
        for detail in details
    )
