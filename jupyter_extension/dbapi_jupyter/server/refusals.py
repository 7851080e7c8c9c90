"""What this part refuses, in the one shape that the browser's side reads."""

from pathlib import Path

from tornado.web import HTTPError

LOG_IN = "Log in from pyDBAPI's panel, or in a notebook with %dbapi login"


class Refusal(HTTPError):
    """An answer `{"code", "message", "hint"}`; `field` names what was wrong in the request."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        hint: str | None = None,
        field: str | None = None,
        retry_after: str | None = None,
    ) -> None:
        super().__init__(status)
        self.code = code
        self.message = message
        self.hint = hint
        self.field = field
        self.retry_after = retry_after

    def body(self) -> dict[str, str | None]:
        """What is answered."""
        told = {"code": self.code, "message": self.message, "hint": self.hint}
        return told | ({"field": self.field} if self.field else {})


def invalid(field: str, message: str, hint: str | None = None) -> Refusal:
    """A field of a request that is wrong."""
    told = f"{field}: {message}"
    return Refusal(400, "invalid_request", told, hint=hint, field=field)


def not_logged_in(message: str) -> Refusal:
    """There is no token, or it is not accepted."""
    return Refusal(401, "not_logged_in", message, hint=LOG_IN)


def not_configured(path: Path, error: OSError) -> Refusal:
    """The file of credentials is not this user's to read or write."""
    told = f"{path} cannot be read or written: {error.strerror}"
    return Refusal(500, "not_configured", told, hint="Make it your own, or set DBAPI_CONFIG_DIR")


def unreachable(message: str) -> Refusal:
    """No platform answers."""
    hint = "Start the platform with `dbapi serve` (or `dbapi demo`), or log in at another address"
    return Refusal(502, "platform_unreachable", message, hint=hint)
