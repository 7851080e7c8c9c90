"""Which paths of the platform may be asked for from a browser."""

import re
from urllib.parse import unquote

from .refusals import Refusal

# As RFC 3986 spells a path. What is encoded may not be a dot, a slash, a percent sign or a control
# character: the platform, or a proxy before it, could read another path in it than was looked at.
_PATH = re.compile(
    r"(?:[\w.~!$&'()*+,;=:@/-]|%(?!2[ef5]|5c|[01]|7f)[0-9a-f]{2})+", re.IGNORECASE | re.ASCII
)
# Jupyter's own; its token is nothing for the platform.
_OWN = {"token", "_xsrf", "no_track_activity"}
# JupyterLab puts the time at every query's end, so that nothing between answers from memory.
_TIME = re.compile(r"\d{13}")


def checked_path(raw: str) -> str:
    """The path below /api/v1, as it was sent. Raises Refusal when it could lead out of there."""
    if not _PATH.fullmatch(raw) or any(_leads_away(part) for part in raw.split("/")):
        raise Refusal(
            400,
            "invalid_path",
            "The path must stay below the platform's /api/v1",
            hint="Use plain names between single slashes, such as endpoints or users/me",
            field="path",
        )
    return raw


def _leads_away(part: str) -> bool:
    """Also with parameters: some servers drop `;…` before they read the dots."""
    return part.partition(";")[0] in {"", ".", ".."}


def refuse_tokens(method: str, path: str) -> None:
    """Raises Refusal for what would answer with a token of a user's."""
    first, _, rest = unquote(path).lower().partition("/")
    if first == "login":
        raise Refusal(
            403,
            "not_from_the_browser",
            "Logins do not pass through here, because the browser must never hold a token",
            hint="POST dbapi/login logs in, GET dbapi/status tells how",
        )
    if first == "tokens" and not rest and method not in {"GET", "HEAD"}:
        raise Refusal(
            403,
            "not_from_the_browser",
            "A token cannot be made from the browser, because its text would be shown there",
            hint="Make it in a notebook with %dbapi tokens new NAME --into VARIABLE",
        )


def checked_query(raw: str) -> str:
    """The query as it was sent, without what is there for Jupyter alone."""
    return "&".join(part for part in raw.split("&") if not _is_for_jupyter(part))


def _is_for_jupyter(part: str) -> bool:
    return unquote(part.partition("=")[0]) in _OWN or _TIME.fullmatch(part) is not None
