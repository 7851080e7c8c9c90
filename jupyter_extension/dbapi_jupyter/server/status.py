"""What the browser's side is told about the platform and the user."""

import asyncio
from typing import Any

from .. import __version__
from ..config import CredentialStore
from ..connection import Known, known
from ..errors import DbapiError
from .login import hub_token
from .refusals import Refusal, not_configured
from .upstream import Told, Upstream
from .versions import is_compatible, what_to_upgrade

TIMEOUT_S = 10.0


async def read_status(upstream: Upstream, store: CredentialStore) -> dict[str, Any]:
    """Whatever is wrong is told in `message`."""
    try:
        found = await asyncio.to_thread(known, store)
    except DbapiError as error:
        return _unreachable("", error.message, [])
    except OSError as error:
        return _unreachable("", not_configured(store.path, error).message, [])
    try:
        about, methods, me = await asyncio.gather(
            upstream.tell(found.url, "about", None, timeout_s=TIMEOUT_S),
            upstream.tell(found.url, "login/methods", None, timeout_s=TIMEOUT_S),
            _me(upstream, found),
        )
    except Refusal as error:
        return _unreachable(found.url, error.message, _login_methods(found, None))
    version = _text(about, "version")
    if version is None or _text(about, "name") is None:
        told = f"What answers at {found.url} is not a platform, or is not well"
        return _unreachable(found.url, told, _login_methods(found, None))
    return {
        "extension_version": __version__,
        "url": found.url,
        "reachable": True,
        "platform_version": version,
        "compatible": is_compatible(__version__, version),
        "message": what_to_upgrade(__version__, version) or _who(found, me),
        "user": _user(me),
        "login_methods": _login_methods(found, methods),
    }


async def _me(upstream: Upstream, found: Known) -> Told | None:
    if found.token is None:
        return None
    return await upstream.tell(found.url, "users/me", found.token, timeout_s=TIMEOUT_S)


def _unreachable(url: str, message: str, methods: list[str]) -> dict[str, Any]:
    return {
        "extension_version": __version__,
        "url": url,
        "reachable": False,
        "platform_version": None,
        "compatible": False,
        "message": message,
        "user": None,
        "login_methods": methods,
    }


def _user(me: Told | None) -> dict[str, Any] | None:
    return me.data if me and me.status == 200 and isinstance(me.data, dict) else None


def _who(found: Known, me: Told | None) -> str | None:
    """Why nobody is logged in."""
    if _user(me):
        return None
    if me is None:
        return f"Nobody is logged in to {found.url} here"
    if me.status != 401:
        return f"The platform does not tell who is logged in (HTTP {me.status}); try again later"
    if found.is_from_environment:
        return f"{found.url} does not accept DBAPI_TOKEN: start Jupyter with a good one"
    return "The token that is kept has ended: log in again"


def _login_methods(found: Known, methods: Told | None) -> list[str]:
    """None while DBAPI_TOKEN is set, which no login takes the place of."""
    if found.is_from_environment:
        return []
    told = methods.data if methods and isinstance(methods.data, dict) else {"password": True}
    usable = {
        "password": told.get("password") is True,
        "token": True,
        "jupyterhub": told.get("jupyterhub") is True and hub_token() is not None,
    }
    return [name for name, can_be_used in usable.items() if can_be_used]


def _text(told: Told, name: str) -> str | None:
    value = told.data.get(name) if told.status == 200 and isinstance(told.data, dict) else None
    return value if isinstance(value, str) else None
