"""The shape of every error, as the description of the API tells it."""

from typing import Any, Literal

from pydantic import BaseModel


class DetailAnswer(BaseModel):
    field: str | None
    message: str
    line: int | None
    column: int | None
    hint: str | None


class ErrorLogLine(BaseModel):
    level: str
    message: str


class ErrorBody(BaseModel):
    """`current`, `sent` and `etag` come with 412 alone, `logs` where a script had logged."""

    code: str
    request_id: str
    details: list[DetailAnswer]
    logs: list[ErrorLogLine] = []
    current: Any = None
    sent: Any = None
    etag: str | None = None


class ErrorAnswer(BaseModel):
    success: Literal[False]
    message: str
    data: list[Any]
    error: ErrorBody


ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorAnswer, "description": "Refused; `error.code` and `message` say why"},
    "5XX": {"model": ErrorAnswer, "description": "The platform, or what it depends on, failed"},
}
