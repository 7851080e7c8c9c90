"""What a path may be: segments of plain characters or `{name}`, unique with the method."""

import re

from ..errors import InvalidRequest

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MAX_LENGTH = 500
# First segments that the platform answers itself, now or as it grows.
RESERVED = frozenset({"token", "docs", "openapi.json", "health", "metrics", "catalog", "jobs"})

_LITERAL = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
_PARAMETER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_MANAGEMENT = re.compile(r"v[0-9]+")


def normalise_path(path: str) -> str:
    """The path without outer slashes. Raises InvalidRequest, saying which segment is wrong."""
    path = path.strip().strip("/")
    if not path:
        raise InvalidRequest.of("path", "expected a path such as orders/{customer_id}")
    if len(path) > MAX_LENGTH:
        raise InvalidRequest.of("path", f"expected at most {MAX_LENGTH} characters")
    segments = path.split("/")
    for segment in segments:
        _check_segment(segment)
    first = segments[0].lower()
    if first in RESERVED or _MANAGEMENT.fullmatch(first):
        raise InvalidRequest.of(
            "path", f"'{segments[0]}/' is reserved for the platform; begin with another word"
        )
    names = path_parameters(path)
    if len(set(names)) != len(names):
        raise InvalidRequest.of("path", "every {name} may stand in it once")
    return path


def normalise_method(method: str) -> str:
    """The method in capitals. Raises InvalidRequest."""
    method = method.strip().upper()
    if method not in METHODS:
        raise InvalidRequest.of("method", f"expected one of {', '.join(METHODS)}, got '{method}'")
    return method


def path_parameters(path: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(_PARAMETER.findall(path))


def path_key(path: str) -> str:
    """The path with every name left out: what must be unique together with the method."""
    return _PARAMETER.sub("{}", path)


def _check_segment(segment: str) -> None:
    if not (_LITERAL.fullmatch(segment) or _PARAMETER.fullmatch(segment)):
        raise InvalidRequest.of(
            "path",
            f"the segment '{segment}' is not allowed",
            "a segment is letters, digits and . _ ~ -, or a whole {name}",
        )
