"""Every permission there is, what it means, and whether it can be for one resource only."""

from dataclasses import dataclass

from ..store import Action, ResourceType

R, A = ResourceType, Action


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an action on a type of resource allows: on all of the type, on one of it, or both."""

    sentence: str
    for_all: bool = True
    for_one: bool = False


def _all(sentence: str) -> Meaning:
    return Meaning(sentence)


def _each(sentence: str) -> Meaning:
    return Meaning(sentence, for_one=True)


def _one(sentence: str) -> Meaning:
    return Meaning(sentence, for_all=False, for_one=True)


CATALOGUE: dict[ResourceType, dict[Action, Meaning]] = {
    R.DATASOURCE: {
        A.READ: _each("See a datasource, its tables and the state of its pool"),
        A.CREATE: _all("Add datasources"),
        A.UPDATE: _each("Change a datasource and its password"),
        A.DELETE: _each("Delete a datasource that no endpoint uses"),
        A.EXECUTE: _each("Run queries on it: to test it, and to save, run and publish endpoints"),
    },
    R.MODULE: {
        A.READ: _each("See modules; of one, all endpoints and macros in it too, and calls to it"),
        A.CREATE: _each("Make modules; on one module, make endpoints and macros in it"),
        A.UPDATE: _each("Change modules; of one module, also all endpoints and macros in it"),
        A.DELETE: _each("Delete modules; of one module, also all endpoints and macros in it"),
        A.EXECUTE: _one("Run the drafts and tests of all endpoints in the module"),
        A.PUBLISH: _one("Publish, roll back and unpublish all endpoints and macros in the module"),
    },
    R.ENDPOINT: {
        A.READ: _each("See an endpoint, its draft, versions and tests; one: calls to it too"),
        A.CREATE: _all("Make endpoints"),
        A.UPDATE: _each("Change an endpoint's draft and tests"),
        A.DELETE: _each("Delete an endpoint that is not live"),
        A.EXECUTE: _each("Run an endpoint's draft and tests"),
        A.PUBLISH: _each("Publish, roll back and unpublish an endpoint"),
    },
    R.MACRO: {
        A.READ: _each("See a macro, its versions and where it is used"),
        A.CREATE: _all("Make macros"),
        A.UPDATE: _each("Change a macro"),
        A.DELETE: _each("Delete a macro that no draft uses"),
        A.PUBLISH: _each("Publish a macro"),
    },
    R.GROUP: {
        A.READ: _each("See a group and its endpoints"),
        A.CREATE: _all("Make groups"),
        A.UPDATE: _each("Change a group and which endpoints are in it"),
        A.DELETE: _each("Delete a group"),
    },
    R.CLIENT: {
        A.READ: _each("See a client and what it may call"),
        A.CREATE: _all("Make clients"),
        A.UPDATE: _each("Change a client, its secret and what it may call"),
        A.DELETE: _each("Delete a client"),
    },
    R.USER: {
        A.READ: _all("See users and their roles"),
        A.CREATE: _all("Make users, with roles that hold nothing which the maker lacks"),
        A.UPDATE: _all("Change users who may do nothing that the changer may not, and their roles"),
        A.DELETE: _all("Delete users who may do nothing that the deleter may not"),
    },
    R.ROLE: {
        A.READ: _all("See roles, their permissions, and the names of what these are for"),
        A.CREATE: _all("Make roles that hold nothing which the maker lacks"),
        A.UPDATE: _all("Change roles: add permissions that one has, take away any"),
        A.DELETE: _all("Delete roles that nobody has"),
    },
    R.ACCESS_RECORD: {
        A.READ: _each(
            "See calls to the gateway, with errors in full; one: those of an endpoint or a module"
        ),
    },
    R.OVERVIEW: {A.READ: _all("See the overview: how much is called, how fast, how well")},
    R.FIREWALL_RULE: {
        A.READ: _all("See the firewall's rules"),
        A.CREATE: _all("Add firewall rules"),
        A.UPDATE: _all("Change and order firewall rules"),
        A.DELETE: _all("Delete firewall rules"),
    },
    R.AUDIT_ENTRY: {A.READ: _all("See the audit log: who changed what, when and from where")},
    R.SETTINGS: {A.READ: _all("See the platform's settings, without secrets")},
}  # fmt: skip


def meaning(resource_type: str, action: str) -> Meaning | None:
    """What the permission allows; None where nothing asks for it."""
    try:
        return CATALOGUE[ResourceType(resource_type)].get(Action(action))
    except ValueError:
        return None


def covered_by_module(action: str) -> tuple[ResourceType, ...]:
    """The types that a grant on one module speaks of: what it allows is more than its own type."""
    # `create` on one module makes no modules.
    own = () if action == A.CREATE else (R.MODULE,)
    types = (*own, R.ENDPOINT, R.MACRO)
    return tuple(
        kind for kind in types if (found := meaning(kind, action)) is not None and found.for_all
    )
