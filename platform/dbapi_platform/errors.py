"""Errors that any part may raise and that `management.errors` alone turns into HTTP."""

import re
from dataclasses import dataclass

_SHOULD = re.compile(r"^\w+ should (?:be |have |match )?")


def in_our_words(message: str) -> str:
    """What Pydantic says is wrong, as every other error of the platform says it."""
    return _SHOULD.sub("expected ", message.removeprefix("Value error, "))


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that is wrong: where, what was expected and what to do.

    `line` and `column` count from 1 in a definition's content.
    """

    field: str | None
    message: str
    line: int | None = None
    column: int | None = None
    hint: str | None = None


class PlatformError(Exception):
    """Base of all; `code` is stable and documented, `message` is for people."""

    code = "error"

    def __init__(self, message: str, *details: Detail) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class Unauthorized(PlatformError):
    """Nobody has shown who is asking, or the token is no longer good."""

    code = "unauthorized"


class Forbidden(PlatformError):
    """The caller is known and may not do this."""

    code = "forbidden"


class NotFound(PlatformError):
    """There is no such thing, or the caller may not know of it."""

    code = "not_found"


class Conflict(PlatformError):
    """The request is sound but what is there stands in its way."""

    code = "conflict"


class PreconditionError(PlatformError):
    """Base of both: `current` is what is there now, `sent` what came, `etag` the current one's."""

    def __init__(self, message: str, *, current: object, sent: object, etag: str) -> None:
        super().__init__(message)
        self.current = current
        self.sent = sent
        self.etag = etag


class PreconditionRequired(PreconditionError):
    """What would be overwritten is somebody else's, and nothing says that it has been seen."""

    code = "precondition_required"


class PreconditionFailed(PreconditionError):
    """Somebody else has changed it meanwhile."""

    code = "precondition_failed"


class TooManyRequests(PlatformError):
    """Too many attempts; `retry_after_s` tells when the next one is heard."""

    code = "too_many_requests"

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class LoginProviderUnavailable(PlatformError):
    """Where users log in elsewhere, nothing answers, or nothing that can be used."""

    code = "login_provider_unavailable"


class InvalidRequest(PlatformError):
    """Fields are missing or wrong; `details` names each."""

    code = "invalid_request"

    @classmethod
    def of(cls, field: str, message: str, hint: str | None = None) -> "InvalidRequest":
        """One wrong field."""
        return cls(f"{field}: {message}", Detail(field, message, hint=hint))
