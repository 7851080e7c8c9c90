"""The platform's own tables and sessions. Imports nothing else of the platform."""

from .auditing import Actor, act_as, acting, note
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
    Client,
    ClientEndpoint,
    ClientGroup,
    FirewallRule,
    Group,
    GroupEndpoint,
)
from .credentials import (
    ExternalIdentity,
    LoginThrottle,
    OidcLogin,
    PasswordReset,
    PersonalToken,
    UserSession,
)
from .database import Database, SchemaOutdated
from .locks import lock
from .people import (
    Action,
    Permission,
    ResourceType,
    Role,
    RolePermission,
    User,
    UserRole,
)
from .records import AccessRecord, AuditEntry
from .traffic import (
    Traffic,
    TrafficCaller,
    TrafficDay,
    TrafficLatency,
    TrafficMark,
    TrafficRank,
)

__all__ = [
    "AccessRecord",
    "Action",
    "Actor",
    "AuditEntry",
    "ChangeCounter",
    "Client",
    "ClientEndpoint",
    "ClientGroup",
    "Database",
    "Datasource",
    "Draft",
    "Endpoint",
    "EndpointTest",
    "ExternalIdentity",
    "FirewallRule",
    "Group",
    "GroupEndpoint",
    "LoginThrottle",
    "Macro",
    "MacroVersion",
    "Module",
    "OidcLogin",
    "PasswordReset",
    "Permission",
    "PersonalToken",
    "Publication",
    "ResourceType",
    "Role",
    "RolePermission",
    "SchemaOutdated",
    "Served",
    "Traffic",
    "TrafficCaller",
    "TrafficDay",
    "TrafficLatency",
    "TrafficMark",
    "TrafficRank",
    "User",
    "UserRole",
    "UserSession",
    "Version",
    "act_as",
    "acting",
    "announce_change",
    "current_change",
    "lock",
    "note",
]
