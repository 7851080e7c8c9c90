"""What a caller may see: public endpoints, and the private ones that are theirs."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..gateway.listed import Listed
from ..gateway.snapshot import GatewayClient, Snapshot

Ids = frozenset[uuid.UUID]
NOTHING: Final[Ids] = frozenset()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads. `private` are the endpoints, or the modules of endpoints, that they see beside
    the public ones; None is all of them. `snapshot` is the one that they were found in."""

    snapshot: Snapshot
    address: str | None
    private: Ids | None = NOTHING
    client: GatewayClient | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What two callers have in common who see the same: `denied` are kept from their address."""

    private: Ids | None
    denied: Ids

    def of(self, published: Iterable[Listed]) -> list[Listed]:
        """Those that are seen."""
        return [listed for listed in published if self._includes(listed)]

    def _includes(self, listed: Listed) -> bool:
        route = listed.route
        if route.endpoint_id in self.denied:
            return False
        if not route.is_private or self.private is None:
            return True
        return route.endpoint_id in self.private or listed.module_id in self.private


def sight_of(viewer: Viewer) -> Sight:
    """What the viewer sees from an address that may ask at all."""
    firewall = viewer.snapshot.firewall
    client_id = viewer.client.id if viewer.client else None
    denied = frozenset(
        endpoint_id
        for endpoint_id in firewall.endpoints
        if firewall.denies(viewer.address, client_id=client_id, endpoint_id=endpoint_id)
    )
    return Sight(viewer.private, denied)
