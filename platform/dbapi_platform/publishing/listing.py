"""Lists of endpoints: filtered, sorted and in pages, however many there are."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, literal
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ..store import Datasource, Endpoint, Module
from ..store.paging import Key, Order, key_of
from .endpoints import EndpointView, State, views_of
from .paths import path_key

Sort = Literal["path", "-path", "updated_at", "-updated_at"]
ORDERS: dict[Sort, Order] = {
    "path": Order((col(Endpoint.path), col(Endpoint.method))),
    "-path": Order((col(Endpoint.path), col(Endpoint.method)), descending=True),
    "updated_at": Order((col(Endpoint.updated_at), col(Endpoint.id))),
    "-updated_at": Order((col(Endpoint.updated_at), col(Endpoint.id)), descending=True),
}


@dataclass(frozen=True, slots=True)
class EndpointFilter:
    """Which endpoints to list; `visible` None means that all may be seen.

    `module`, `datasource` and `updated_by` are names; `search` is part of a path or a name.
    """

    search: str | None = None
    method: str | None = None
    path: str | None = None
    module: str | None = None
    datasource: str | None = None
    state: State | None = None
    access: str | None = None
    updated_by: str | None = None
    visible: frozenset[uuid.UUID] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL conditions over endpoints."""
        found: list[ColumnElement[bool]] = []
        if self.search:
            found.append(
                or_(
                    col(Endpoint.path).icontains(self.search, autoescape=True),
                    col(Endpoint.name).icontains(self.search, autoescape=True),
                )
            )
        if self.method:
            found.append(col(Endpoint.method) == self.method.upper())
        if self.path is not None:
            found.append(col(Endpoint.path_key) == path_key(self.path.strip("/")))
        if self.module:
            named = select(Module.id).where(Module.name == self.module)
            found.append(col(Endpoint.module_id).in_(named))
        if self.datasource:
            named = select(Datasource.id).where(Datasource.name == self.datasource)
            found.append(col(Endpoint.datasource_id).in_(named))
        for column, value in (
            (Endpoint.state, self.state),
            (Endpoint.access, self.access),
            (Endpoint.updated_by, self.updated_by),
        ):
            if value:
                found.append(col(column) == value)
        if self.visible is not None:
            found.append(
                or_(col(Endpoint.id).in_(self.visible), col(Endpoint.module_id).in_(self.visible))
            )
        return found


@dataclass(frozen=True, slots=True)
class EndpointPage:
    """A part of a list; `ends_at` is the key of its last endpoint where more follow."""

    views: list[EndpointView]
    total: int
    ends_at: Key | None


async def list_endpoints(
    session: AsyncSession,
    wanted: EndpointFilter,
    *,
    sort: Sort = "path",
    limit: int,
    offset: int = 0,
    after: Key | None = None,
) -> EndpointPage:
    """One page, and how many there are in all. Raises ValueError for a key of another sorting."""
    order, conditions = ORDERS[sort], wanted.conditions()
    # A search looks at every endpoint, so it counts while it looks; what an index finds is counted
    # by that index, which is quicker than to sort it all.
    at_once = bool(wanted.search) and after is None
    count: ColumnElement[int] = func.count().over() if at_once else literal(0)
    rows = select(Endpoint.id, count, *order.columns).where(*conditions)
    if after is not None:
        rows = rows.where(order.after(after))
    # One more than is asked for tells whether more follow.
    page = list(await session.exec(_limited(rows, order, limit + 1, offset)))
    total = page[0][1] if at_once and page else await _count(session, conditions)
    ends_at = key_of(page[limit - 1][2:]) if len(page) > limit else None
    views = await views_of(session, [row[0] for row in page[:limit]], whole=False)
    return EndpointPage(views, total, ends_at)


async def _count(session: AsyncSession, conditions: Sequence[ColumnElement[bool]]) -> int:
    rows = await session.exec(select(func.count()).select_from(Endpoint).where(*conditions))
    return rows.one()


def _limited(rows: Any, order: Order, limit: int, offset: int) -> SelectOfScalar[Any]:
    limited: SelectOfScalar[Any] = rows.order_by(*order.by()).limit(limit).offset(offset)
    return limited
