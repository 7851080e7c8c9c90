"""Clients and groups by their names: who may call private endpoints."""

from collections.abc import Sequence
from typing import Any, Literal, TypeVar, cast

from .client import Platform
from .consumer_shapes import Client, Group, NewSecret
from .errors import DbapiError
from .shapes import Endpoint
from .suggest import suggestion

Named = TypeVar("Named", Client, Group)


class Consumers:
    """Typed calls to the management API."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def clients(self, search: str | None = None) -> list[Client]:
        """All that the user may see, or those whose name or description holds a text."""
        return cast("list[Client]", self._platform.items("clients", search=search))

    def client(self, name: str) -> Client:
        """One by name. Raises DbapiError with the name that is most like it."""
        return _named(self.clients(), name, "client")

    def create_client(self, name: str, description: str | None) -> NewSecret:
        """The answer holds its secret, once."""
        body = {"name": name, "description": description}
        return cast("NewSecret", self._platform.post("clients", body))

    def change_client(self, client: Client, **fields: Any) -> Client:
        """Change these fields."""
        return cast("Client", self._platform.patch(f"clients/{client['id']}", fields))

    def new_secret(self, client: Client, overlap_hours: int | None) -> NewSecret:
        """Replace its secret; the old one is good for so many hours more."""
        body = {} if overlap_hours is None else {"overlap_hours": overlap_hours}
        return cast("NewSecret", self._platform.post(f"clients/{client['id']}/secret", body))

    def delete_client(self, client: Client) -> None:
        """Its tokens are refused when this returns."""
        self._platform.delete(f"clients/{client['id']}")

    def link(self, client: Client, what: Literal["endpoints", "groups"], thing_id: str) -> None:
        """Let a client call an endpoint, or all that a group holds. Idempotent."""
        self._platform.put(f"clients/{client['id']}/{what}/{thing_id}")

    def unlink(self, client: Client, what: Literal["endpoints", "groups"], thing_id: str) -> None:
        """Take that away. Idempotent."""
        self._platform.delete(f"clients/{client['id']}/{what}/{thing_id}")

    def groups(self, search: str | None = None) -> list[Group]:
        """All that the user may see, or those whose name or description holds a text."""
        return cast("list[Group]", self._platform.items("groups", search=search))

    def group(self, name: str) -> Group:
        """One by name. Raises DbapiError with the name that is most like it."""
        return _named(self.groups(), name, "group")

    def create_group(self, name: str, description: str | None) -> Group:
        """Make an empty one."""
        body = {"name": name, "description": description}
        return cast("Group", self._platform.post("groups", body))

    def change_group(self, group: Group, **fields: Any) -> Group:
        """Change these fields."""
        return cast("Group", self._platform.patch(f"groups/{group['id']}", fields))

    def delete_group(self, group: Group) -> None:
        """Its clients lose what only it gave them."""
        self._platform.delete(f"groups/{group['id']}")

    def add(self, group: Group, endpoint: Endpoint) -> None:
        """Let all clients of the group call it. Idempotent."""
        self._platform.put(f"groups/{group['id']}/endpoints/{endpoint['id']}")

    def remove(self, group: Group, endpoint_id: str) -> None:
        """Take that away. Idempotent."""
        self._platform.delete(f"groups/{group['id']}/endpoints/{endpoint_id}")


def _named(found: Sequence[Named], name: str, what: str) -> Named:
    for one in found:
        if one["name"] == name:
            return one
    hint = suggestion(name, [one["name"] for one in found])
    raise DbapiError(
        f"There is no {what} named '{name}'",
        hint=hint or f"Make it with %dbapi {what}s new {name}",
    )
