"""The platform's own tables and sessions. Imports nothing else of the platform."""

from .catalog import (
    Datasource,
    Draft,
    Endpoint,
    EndpointTest,
    Macro,
    MacroVersion,
    Module,
    Publication,
    Version,
)
from .changes import ChangeCounter, Served, announce_change, current_change
from .consumers import (
    AccessRecord,
    Client,
    ClientEndpoint,
    ClientGroup,
    Group,
    GroupEndpoint,
)
from .database import Database, SchemaOutdated
from .people import (
    Action,
    Permission,
    PersonalToken,
    ResourceType,
    Role,
    RolePermission,
    User,
    UserRole,
)

__all__ = [
    "AccessRecord",
    "Action",
    "ChangeCounter",
    "Client",
    "ClientEndpoint",
    "ClientGroup",
    "Database",
    "Datasource",
    "Draft",
    "Endpoint",
    "EndpointTest",
    "Group",
    "GroupEndpoint",
    "Macro",
    "MacroVersion",
    "Module",
    "Permission",
    "PersonalToken",
    "Publication",
    "ResourceType",
    "Role",
    "RolePermission",
    "SchemaOutdated",
    "Served",
    "User",
    "UserRole",
    "Version",
    "announce_change",
    "current_change",
]
