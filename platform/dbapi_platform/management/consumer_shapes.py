"""Bodies and answers about clients, groups and their calls."""

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import Field

from .body import Body
from .shapes import MAX_INT, Answer, Name, Patch, Text


class ClientIn(Body):
    name: Name
    description: Text | None = None


class ClientPatch(Patch):
    name: Name = ""
    description: Text | None = None
    is_active: bool = True
    rate_limit_per_minute: Annotated[int, Field(ge=1, le=MAX_INT)] | None = None
    max_concurrent: Annotated[int, Field(ge=1, le=MAX_INT)] | None = None
    token_seconds: Annotated[int, Field(ge=60, le=86_400)] | None = None


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


class NewClientAnswer(ClientAnswer):
    client_secret: str


class SecretAnswer(Answer):
    client_id: str
    client_secret: str


class GroupIn(Body):
    name: Name
    description: Text | None = None


class GroupAnswer(Answer):
    id: uuid.UUID
    name: str
    description: str | None
    is_active: bool
    endpoints: list[EndpointLink]
