"""Bodies and answers about firewall rules."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ..access.firewall import MAX_POSITION
from .body import Body
from .shapes import Answer, Patch, Text

Decision = Literal["allow", "deny"]
Network = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Position = Annotated[int, Field(ge=0, le=MAX_POSITION)]


class FirewallRuleIn(Body):
    """Without a position it comes last; without a client or an endpoint it is for all of them."""

    position: Position | None = None
    action: Decision
    network: Network
    client_id: uuid.UUID | None = None
    endpoint_id: uuid.UUID | None = None
    description: Text | None = None
    is_active: bool = True


class FirewallRulePatch(Patch):
    position: Position = 0
    action: Decision = "deny"
    network: Network = ""
    client_id: uuid.UUID | None = None
    endpoint_id: uuid.UUID | None = None
    description: Text | None = None
    is_active: bool = True


class FirewallRuleAnswer(Answer):
    id: uuid.UUID
    position: int
    action: Decision
    network: str
    client_id: uuid.UUID | None
    endpoint_id: uuid.UUID | None
    description: str | None
    is_active: bool
    created_at: datetime
    updated_at: datetime


class FirewallCheckIn(Body):
    """A request as the rules see it."""

    ip_address: Annotated[str, StringConstraints(max_length=64)]
    client_id: uuid.UUID | None = None
    endpoint_id: uuid.UUID | None = None


class FirewallCheckAnswer(Answer):
    """`rule` is the one that decides; null when none fits, which allows."""

    allowed: bool
    rule: FirewallRuleAnswer | None
