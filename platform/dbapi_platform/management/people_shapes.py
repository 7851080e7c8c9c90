"""Bodies and answers about users, roles and permissions."""

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints

from ..access.permissions import Grant
from ..store import Action, ResourceType
from .body import Body
from .paging import PageQuery
from .shapes import Answer, Name, Patch, Text

# Hidden, so that no answer and no log repeats what was sent.
Password = Annotated[SecretStr, Field(min_length=1, max_length=1_000)]
Email = Annotated[
    str,
    BeforeValidator(lambda given: given.strip() if isinstance(given, str) else given),
    StringConstraints(pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$", max_length=320),
]
FullName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Roles = Annotated[list[Name], Field(max_length=200)]


class GrantAnswer(Answer):
    resource_type: str
    action: str
    resource_id: uuid.UUID | None


class MeAnswer(Answer):
    id: uuid.UUID
    username: str
    email: str | None
    full_name: str | None
    is_superuser: bool
    roles: list[str]
    permissions: list[GrantAnswer]


class MePatch(Patch):
    """`current_password` is needed for another e-mail address, and for nothing else."""

    email: Email | None = None
    full_name: FullName | None = None
    current_password: Password | None = None


class PasswordChangeIn(Body):
    current_password: Password
    new_password: Password


class UserQuery(PageQuery):
    """Which users to list; `search` looks into names and e-mail addresses."""

    search: Text | None = None
    role: Name | None = None
    is_active: bool | None = None


class UserIn(Body):
    """Without a password the user logs in elsewhere."""

    username: Name
    password: Password | None = None
    email: Email | None = None
    full_name: FullName | None = None
    roles: Roles = Field(default_factory=list)
    is_superuser: bool = False
    is_active: bool = True


class UserPatch(Patch):
    """A password ends the user's sessions; null takes it away."""

    email: Email | None = None
    full_name: FullName | None = None
    is_active: bool = True
    is_superuser: bool = False
    roles: Roles = Field(default_factory=list)
    password: Password | None = None


class UserAnswer(Answer):
    id: uuid.UUID
    username: str
    email: str | None
    full_name: str | None
    is_active: bool
    is_superuser: bool
    roles: list[str]
    created_at: datetime
    last_login_at: datetime | None


class GrantIn(Body):
    """Without `resource_id` the permission is for every resource of the type."""

    resource_type: ResourceType
    action: Action
    resource_id: uuid.UUID | None = None

    def grant(self) -> Grant:
        return Grant(self.resource_type.value, self.action.value, self.resource_id)


Grants = Annotated[list[GrantIn], Field(max_length=2_000)]


class RoleIn(Body):
    name: Name
    description: Text | None = None
    permissions: Grants = Field(default_factory=list)


class RolePatch(Patch):
    name: Name = ""
    description: Text | None = None
    permissions: Grants = Field(default_factory=list)


class RoleGrantAnswer(GrantAnswer):
    """`resource_name` is what the one resource is called; null too when it is gone."""

    resource_name: str | None


class RoleAnswer(Answer):
    """`users` tells how many have the role."""

    id: uuid.UUID
    name: str
    description: str | None
    permissions: list[RoleGrantAnswer]
    users: int
    created_at: datetime


class ActionAnswer(Answer):
    action: Action
    meaning: str
    for_all: bool
    for_one: bool


class PermissionAnswer(Answer):
    resource_type: ResourceType
    actions: list[ActionAnswer]
