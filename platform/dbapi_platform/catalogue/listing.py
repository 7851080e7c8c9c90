"""The list of endpoints: searched in memory, a page at a time."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Final, Literal

import msgspec
from pydantic import Field

from ..errors import InvalidRequest
from ..management.body import Body
from .library import Shelf
from .telling import Item, Key, Told

MOST: Final = 200


class ListQuery(Body):
    """Which endpoints, and which part of them: after a page's `next`."""

    search: Annotated[str, Field(max_length=200)] = ""
    module: Annotated[str, Field(max_length=100)] | None = None
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None
    access: Literal["public", "private"] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 100
    cursor: Annotated[str, Field(max_length=4_000)] | None = None


class ModuleItem(msgspec.Struct, frozen=True):
    """A module, and how many of its endpoints are found."""

    name: str
    endpoints: int


class Listing(msgspec.Struct, frozen=True):
    """A part of what is found, how much that is in all and by module, and the next cursor."""

    items: list[Item]
    total: int
    modules: list[ModuleItem]
    next: str | None


def list_endpoints(shelf: Shelf, wanted: ListQuery) -> Listing:
    """Every word of the search is in the path, name, description or module. Raises InvalidRequest.

    Modules are counted before one of them is chosen, so that another can be.
    """
    key = _from_cursor(wanted.cursor)
    found = [one for one in shelf.told if _fits(one, wanted)]
    modules = Counter(one.item.module for one in found)
    total = modules[wanted.module] if wanted.module is not None else len(found)
    page = list(islice(_of_page(found, wanted, key), wanted.limit + 1))
    shown = page[: wanted.limit]
    return Listing(
        items=[one.item for one in shown],
        total=total,
        modules=[ModuleItem(name, count) for name, count in sorted(modules.items())],
        next=_to_cursor(shown[-1].key) if len(page) > wanted.limit else None,
    )


def _fits(one: Told, wanted: ListQuery) -> bool:
    item = one.item
    if wanted.method is not None and item.method != wanted.method:
        return False
    if wanted.access is not None and item.access != wanted.access:
        return False
    return all(word in one.words for word in wanted.search.casefold().split())


def _of_page(found: Iterable[Told], wanted: ListQuery, key: Key | None) -> Iterable[Told]:
    return (
        one
        for one in found
        if (wanted.module is None or one.item.module == wanted.module)
        and (key is None or one.key > key)
    )


def _to_cursor(key: Key) -> str:
    return urlsafe_b64encode(json.dumps(key).encode()).rstrip(b"=").decode()


def _from_cursor(cursor: str | None) -> Key | None:
    if cursor is None:
        return None
    try:
        module, path, method = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError):
        module = path = method = None
    if not (isinstance(module, str) and isinstance(path, str) and isinstance(method, str)):
        raise InvalidRequest.of("cursor", "expected the `next` of a page of this list")
    return module, path, method
