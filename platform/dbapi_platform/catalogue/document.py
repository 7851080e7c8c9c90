"""The OpenAPI document: what consumers' tools read."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ..publishing.paths import path_key, path_parameters
from .errors import error_components, error_schema
from .operations import operation_of
from .snippets import token_snippet
from .telling import Told, encode

OPENAPI: Final = "3.1.0"
_WORD: Final = re.compile(r"[^A-Za-z0-9]+")


def write_document(told: Sequence[Told], *, server: str, public_url: str) -> bytes:
    """The document about these endpoints, as JSON.

    `server` is where endpoints are called, `public_url` where the platform is, for the examples.
    Its version is made from what it says, so that it tells nothing of endpoints that are not in it.
    """
    paths = b",".join(_paths(told))
    version = hashlib.sha256(paths).hexdigest()[:12]
    head = {
        "openapi": OPENAPI,
        "info": {"title": "APIs", "version": version, "description": introduction(public_url)},
        "servers": [{"url": server}],
        "tags": [{"name": name} for name in sorted({one.item.module for one in told})],
    }
    components = encode(_components(public_url))
    return b'%b,"paths":{%b},"components":%b}' % (encode(head)[:-1], paths, components)


def introduction(public_url: str) -> str:
    """What holds for all endpoints, as Markdown."""
    return (
        "Public endpoints are called as they are. Private ones take a client's token, which is "
        "given for its id and secret:\n\n"
        f"```\n{token_snippet(public_url)}\n```\n\n"
        "The answer holds `access_token` and `expires_in`, in seconds. Send it as "
        "`Authorization: Bearer TOKEN`.\n\n"
        "`?naming=camel` renames columns from `customer_id` to `customerId`. Every answer carries "
        "`X-Request-ID`, by which those who run the platform find the call."
    )


def _components(public_url: str) -> dict[str, Any]:
    # Unlike a server's, this address is with a host: OpenAPI 3.1 takes no other.
    token_url = f"{public_url}/token/generate"
    flow = {"tokenUrl": token_url, "scopes": {}}
    return {
        "schemas": {"Error": error_schema()},
        "responses": error_components(),
        "securitySchemes": {
            "client": {
                "type": "oauth2",
                "description": "A client's id and secret, for a token",
                "flows": {"clientCredentials": flow},
            },
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": f"The `access_token` that `POST {token_url}` answers",
            },
        },
    }


def _paths(told: Iterable[Told]) -> Iterable[bytes]:
    """Each path with its operations: paths that differ in names of parameters only are one."""
    by_key: dict[str, list[Told]] = {}
    for one in told:
        by_key.setdefault(path_key(one.item.path), []).append(one)
    taken: set[str] = set()
    for ones in by_key.values():
        path = ones[0].item.path
        operations = b",".join(_operation(one, path, taken) for one in ones)
        yield b"%b:{%b}" % (encode(f"/{path}"), operations)


def _operation(one: Told, path: str, taken: set[str]) -> bytes:
    operation = one.operation()
    names = _names(one.item.path, path)
    if names:
        operation = encode(operation_of(one.listed, names))
    head = encode({"operationId": _free(one, taken)})
    return b"%b:%b,%b" % (encode(one.item.method.lower()), head[:-1], operation[1:])


def _names(own: str, shown: str) -> Mapping[str, str]:
    """What path parameters are called in a path that another endpoint has named."""
    if own == shown:
        return {}
    return dict(zip(path_parameters(own), path_parameters(shown), strict=True))


def _free(one: Told, taken: set[str]) -> str:
    words = _WORD.sub("_", f"{one.item.method.lower()}_{one.item.path}").strip("_")
    name, count = words, 1
    while name in taken:
        count += 1
        name = f"{words}_{count}"
    taken.add(name)
    return name
