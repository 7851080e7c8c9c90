"""Logging in and out by what the browser sends. All of it may block: it runs in a thread."""

import json
import os
from dataclasses import dataclass, field

from ..client import ApiError
from ..config import CredentialStore
from ..connection import (
    checked_token,
    checked_url,
    chosen_url,
    forget,
    keep,
    known,
    log_in,
    log_in_by_hub,
)
from ..errors import DbapiError, NotConnected
from .refusals import Refusal, invalid, not_configured, unreachable

NEEDED = {"password": ("username", "password"), "token": ("token",), "jupyterhub": ()}
MAX_LENGTH = 10_000
FROM_ENVIRONMENT = (
    "The token is from DBAPI_TOKEN: to log out, or in as somebody else, "
    "unset it where Jupyter is started"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was sent, with nothing missing; `url` may be None."""

    method: str
    url: str | None
    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


def hub_token() -> str | None:
    """The Hub's token, which is good for all that its user may do there.

    It goes only to a platform that whoever set up this server has named: on a machine of many
    users anybody might answer at the usual address.
    """
    return os.environ.get("JUPYTERHUB_API_TOKEN") if os.environ.get("DBAPI_URL") else None


def read_login(raw: bytes) -> Wish:
    """Read the body. Raises Refusal that names the field, and never holds what was in it."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise invalid("body", "expected a JSON object with username and password, or token")
    given = {name: _text(name, value) for name, value in body.items() if value is not None}
    method = given.pop("method", "token" if "token" in given else "password")
    if method not in NEEDED:
        raise invalid("method", f"expected one of {', '.join(NEEDED)}")
    url = given.pop("url", None)
    for name in NEEDED[method]:
        if not given.get(name, "").strip():
            raise invalid(name, "is required")
    for name in given:
        if name not in NEEDED[method]:
            expected = ", ".join(("url", "method", *NEEDED[method]))
            raise invalid(name, f"is not used to log in by {method}", f"Send only {expected}")
    return Wish(method, url, **given)


def _text(name: str, value: object) -> str:
    name = name if name.isidentifier() and len(name) < 50 else "body"
    if not isinstance(value, str) or len(value) > MAX_LENGTH:
        raise invalid(name, f"expected a text of at most {MAX_LENGTH} characters")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise invalid(name, "expected text without half characters") from None
    return value


def carry_out(store: CredentialStore, wish: Wish) -> None:
    """Log in and keep the token. Raises Refusal."""
    try:
        url = _url(store, wish)
        if wish.method == "password":
            log_in(store, url, wish.username, wish.password)
        elif wish.method == "token":
            keep(store, url, _token(wish), None)
        else:
            log_in_by_hub(store, url, _hub_token())
    except DbapiError as error:
        raise refusal(error) from error
    except OSError as error:
        raise not_configured(store.path, error) from error


def leave(store: CredentialStore) -> str | None:
    """Forget the token; says why one is still in use. Raises Refusal."""
    try:
        found = known(store)
        forget(store, found.url)
    except DbapiError as error:
        raise refusal(error) from error
    except OSError as error:
        raise not_configured(store.path, error) from error
    return FROM_ENVIRONMENT if found.is_from_environment else None


def _url(store: CredentialStore, wish: Wish) -> str:
    """Where to log in: only where the next request would go."""
    try:
        url = checked_url(wish.url) if wish.url else chosen_url(store)
    except NotConnected as error:
        name = "url" if wish.url else "DBAPI_URL"
        raise invalid(name, error.message, "Write it as https://data.example.com") from error
    if os.environ.get("DBAPI_URL") and url != chosen_url(store):
        raise invalid(
            "url",
            f"this Jupyter server is set to {chosen_url(store)}",
            "Log in there, or unset DBAPI_URL where Jupyter is started",
        )
    if known(store, url).is_from_environment:
        raise Refusal(409, "token_from_environment", FROM_ENVIRONMENT)
    return url


def _token(wish: Wish) -> str:
    try:
        return checked_token(wish.token, "This")
    except NotConnected as error:
        raise invalid("token", error.message, error.hint) from error


def _hub_token() -> str:
    token = hub_token()
    if token is None:
        raise invalid(
            "method",
            "this is not a JupyterHub's server whose DBAPI_URL is set",
            "Log in with a password or a token",
        )
    return token


def refusal(error: DbapiError) -> Refusal:
    """As the browser is told it."""
    refused = error if isinstance(error, ApiError) else error.__cause__
    if isinstance(refused, ApiError):
        hint = next((detail.hint for detail in refused.details if detail.hint), None)
        return Refusal(
            refused.status, refused.code, error.message, hint=hint or _hint(refused),
            retry_after=refused.retry_after,
        )  # fmt: skip
    if isinstance(error, NotConnected):
        return unreachable(error.message)
    return Refusal(500, "not_configured", error.message, hint=error.hint)


def _hint(error: ApiError) -> str | None:
    if error.status == 401:
        return "Check what was typed, and that it belongs to this platform"
    if error.status == 429:
        return f"Wait {error.retry_after or 'some'} seconds: too many logins have failed"
    return None
