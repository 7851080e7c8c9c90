"""Lists in pages: by an offset, or by the cursor that the page before told."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, Field

from ..errors import InvalidRequest
from ..store.paging import Key, Order
from .body import Body

Item = TypeVar("Item")
MAX_OFFSET = 2**31


class Page(BaseModel, Generic[Item]):
    """Some of a list, how many there are in all, and the `cursor` of the page that follows."""

    items: list[Item]
    total: int
    next: str | None = None


class PageQuery(Body):
    """Which part of a list: after a page's `next`, or from an offset."""

    limit: Annotated[int, Field(ge=1, le=1_000)] = 200
    offset: Annotated[int, Field(ge=0, le=MAX_OFFSET)] = 0
    cursor: Annotated[str, Field(max_length=4_000)] | None = None


def whole(items: Sequence[Item]) -> Page[Item]:
    """A list that is short enough for one page."""
    return Page(items=list(items), total=len(items))


def to_cursor(sort: str, key: Key) -> str:
    """Where a page ended; good for the same sorting only."""
    return urlsafe_b64encode(json.dumps([sort, *key]).encode()).rstrip(b"=").decode()


def from_cursor(sort: str, cursor: str | None, order: Order) -> Key | None:
    """The key that a page ended at; None without a cursor. Raises InvalidRequest."""
    if cursor is None:
        return None
    try:
        named, *key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        order.after(tuple(key))
    except (ValueError, TypeError, RecursionError):
        named, key = None, []
    if named != sort:
        message = "expected the `next` of a page of this list, sorted the same"
        raise InvalidRequest.of("cursor", message) from None
    return tuple(key)
