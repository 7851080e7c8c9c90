"""Whose traffic is looked at: everybody's, or that of the endpoints that somebody may read."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col, or_

from ..access.permissions import Caller
from ..store import Action, Endpoint, ResourceType

_OF_RECORDS = {ResourceType.ACCESS_RECORD, ResourceType.ENDPOINT, ResourceType.MODULE}


@dataclass(frozen=True, slots=True)
class Scope:
    """Endpoints: those of one module, those that are `visible` by their id or their module's.

    None leaves everything in, requests that reached no endpoint too.
    """

    visible: frozenset[uuid.UUID] | None = None
    endpoint_id: uuid.UUID | None = None
    module_id: uuid.UUID | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self.visible is None and self.endpoint_id is None and self.module_id is None

    def conditions(self, endpoint_id: Any) -> list[ColumnElement[bool]]:
        """For the column that names a row's endpoint."""
        found: list[ColumnElement[bool]] = []
        if self.endpoint_id is not None:
            found.append(endpoint_id == self.endpoint_id)
        inside = self._of_endpoints()
        if inside:
            found.append(endpoint_id.in_(select(col(Endpoint.id)).where(*inside)))
        return found

    def _of_endpoints(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.module_id is not None:
            found.append(col(Endpoint.module_id) == self.module_id)
        if self.visible is not None:
            found.append(
                or_(col(Endpoint.id).in_(self.visible), col(Endpoint.module_id).in_(self.visible))
            )
        return found

    def of_endpoints(self) -> list[ColumnElement[bool]]:
        """For a list of endpoints."""
        one = [] if self.endpoint_id is None else [col(Endpoint.id) == self.endpoint_id]
        return one + self._of_endpoints()


def records_of(caller: Caller) -> frozenset[uuid.UUID] | None:
    """The endpoints and modules whose access records the caller may read; None means all.

    Who may read one endpoint or one module sees what was asked of it. To read every endpoint is
    not enough to read every record: they tell addresses and the full text of errors.
    """
    if caller.allows(ResourceType.ACCESS_RECORD, Action.READ):
        return None
    return frozenset(
        grant.resource_id
        for grant in caller.grants
        if grant.resource_id and grant.action == Action.READ and grant.resource_type in _OF_RECORDS
    )
