"""Bodies and answers about clients, groups and their calls."""

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from ..access.consumers import ORDERS, Wanted
from ..access.granted import ClientsOf
from .body import Body
from .paging import PageQuery, from_cursor
from .shapes import MAX_INT, Answer, Name, Patch, Text

PerMinute = Annotated[int, Field(ge=1, le=MAX_INT)]
Concurrent = Annotated[int, Field(ge=1, le=MAX_INT)]
TokenSeconds = Annotated[int, Field(ge=60, le=86_400)]


class ConsumerQuery(PageQuery):
    """Which clients or groups; `search` is looked for in names and descriptions."""

    search: Annotated[str, StringConstraints(max_length=200)] | None = None

    def wanted(self, sort: str, visible: frozenset[uuid.UUID] | None) -> Wanted:
        """As access/ takes it. Raises InvalidRequest for a cursor of another list."""
        after = from_cursor(sort, self.cursor, ORDERS[sort])
        return Wanted(self.search, visible, self.limit, self.offset, after)


class ClientQuery(ConsumerQuery):
    """Which clients: with `endpoint_id` those that were given it, with `group_id` its members."""

    endpoint_id: uuid.UUID | None = None
    group_id: uuid.UUID | None = None

    def of(self, groups: frozenset[uuid.UUID] | None) -> ClientsOf:
        """As access/ takes it; `groups` are those that may be seen, None for all."""
        return ClientsOf(self.endpoint_id, self.group_id, groups)


class GroupQuery(ConsumerQuery):
    """Which groups: with `endpoint_id` those that hold it."""

    endpoint_id: uuid.UUID | None = None


class ClientIn(Body):
    name: Name
    description: Text | None = None
    is_active: bool = True
    rate_limit_per_minute: PerMinute | None = None
    max_concurrent: Concurrent | None = None
    token_seconds: TokenSeconds | None = None


class ClientPatch(Patch):
    name: Name = ""
    description: Text | None = None
    is_active: bool = True
    rate_limit_per_minute: PerMinute | None = None
    max_concurrent: Concurrent | None = None
    token_seconds: TokenSeconds | None = None


class EndpointLink(Answer):
    id: uuid.UUID
    method: str
    path: str


class GroupLink(Answer):
    id: uuid.UUID
    name: str


class ClientAnswer(Answer):
    id: uuid.UUID
    name: str
    client_id: str
    description: str | None
    is_active: bool
    rate_limit_per_minute: int | None
    max_concurrent: int | None
    token_seconds: int | None
    endpoints: list[EndpointLink]
    groups: list[GroupLink]
    created_at: datetime
    previous_secret_until: datetime | None


class GrantedAnswer(Answer):
    """How a client was given an endpoint: of its own, and by which active groups."""

    directly: bool
    groups: list[GroupLink]


class ListedClientAnswer(ClientAnswer):
    granted: GrantedAnswer | None


class NewClientAnswer(ClientAnswer):
    client_secret: str


class SecretIn(Body):
    """How many hours the secret before, and its tokens, are good still; 0 ends them at once."""

    overlap_hours: Annotated[int, Field(ge=0, le=720)] = 0


class SecretAnswer(Answer):
    client_id: str
    client_secret: str
    previous_secret_until: datetime | None


class GroupIn(Body):
    name: Name
    description: Text | None = None
    is_active: bool = True


class GroupPatch(Patch):
    name: Name = ""
    description: Text | None = None
    is_active: bool = True


class GroupAnswer(Answer):
    id: uuid.UUID
    name: str
    description: str | None
    is_active: bool
    endpoints: list[EndpointLink]
    clients: int
