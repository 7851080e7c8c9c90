"""How a call can end other than well, as OpenAPI's responses: docs/gateway.md has them all."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..gateway.routes import Route
from .places import BODIES

_RETRY: Final = ("503", "429")
# By status: the name among the components, and what has happened.
_TOLD: Final[Mapping[str, tuple[str, str]]] = {
    "400": ("Invalid", "A parameter is missing or wrong; `error.details` names each"),
    "401": ("Unauthorized", "The token is missing, expired or no longer good; get a new one"),
    "403": ("Forbidden", "The client may not call this, or not from its address"),
    "404": ("NotFound", "The endpoint has been taken away, or has no such version"),
    "406": ("NotAcceptable", "There is no such format, or the answer is no table"),
    "408": ("BodyTimedOut", "The body did not come to its end in time"),
    "410": ("Gone", "The version has ended; the message names those that can be called"),
    "413": ("TooLarge", "The body is too large"),
    "415": ("UnsupportedMediaType", "The body is neither JSON nor a form"),
    "429": ("RateLimited", "Too many requests in a minute; wait for `Retry-After` seconds"),
    "500": ("Failed", "The endpoint failed; its author finds the reason by `error.request_id`"),
    "503": ("Unavailable", "Busy, or its database is away; wait for `Retry-After` seconds"),
    "504": ("TimedOut", "It took longer than its timeout and was ended"),
}
_RETRY_AFTER: Final = {
    "Retry-After": {
        "description": "Seconds until another try makes sense",
        "schema": {"type": "integer", "minimum": 1},
    }
}


def statuses_of(route: Route) -> list[str]:
    """Those that the endpoint can answer with, beside 200."""
    definition, left_out = route.definition, set()
    if all(one.sunset is None for one in (route, *route.pins.values())):
        left_out.add("410")
    if definition.access == "public":
        left_out.add("401")
    if definition.method not in {*BODIES, "DELETE"}:
        left_out |= {"408", "413", "415"}
    return [status for status in _TOLD if status not in left_out]


def sentences(statuses: Iterable[str]) -> dict[str, str]:
    """What each of them means."""
    return {status: _TOLD[status][1] for status in statuses}


def references(statuses: Iterable[str]) -> dict[str, Any]:
    """For an operation."""
    return {status: {"$ref": f"#/components/responses/{_TOLD[status][0]}"} for status in statuses}


def error_components() -> dict[str, Any]:
    """What the references mean: the same envelope for all."""
    return {name: _response(status, sentence) for status, (name, sentence) in _TOLD.items()}


def error_schema() -> dict[str, Any]:
    """The envelope of every error."""
    detail = {
        "type": "object",
        "properties": {
            "field": {"type": ["string", "null"]},
            "message": {"type": "string"},
            "line": {"type": ["integer", "null"]},
            "column": {"type": ["integer", "null"]},
            "hint": {"type": ["string", "null"]},
        },
        "required": ["message"],
    }
    error = {
        "type": "object",
        "properties": {
            "code": {"type": "string", "description": "Stable, for programs"},
            "request_id": {"type": "string", "description": "What to tell whoever can help"},
            "details": {"type": "array", "items": detail},
        },
        "required": ["code", "request_id"],
    }
    return {
        "type": "object",
        "properties": {
            "success": {"const": False},
            "message": {"type": "string", "description": "For people"},
            "data": {"type": "array", "maxItems": 0},
            "error": error,
        },
        "required": ["success", "message", "data", "error"],
    }


def _response(status: str, sentence: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    response: dict[str, Any] = {"description": sentence, "content": content}
    return response | {"headers": _RETRY_AFTER} if status in _RETRY else response
