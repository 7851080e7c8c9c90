"""What was asked some time ago, looked at as it is now: grants and publishes count at once."""

from time import time

from ..errors import Refused
from ..routes import Route
from ..snapshot import GatewayClient, Snapshot
from .job import Asked


def still_served(snapshot: Snapshot, asked: Asked) -> tuple[Route, GatewayClient | None]:
    """The version that was asked for, and by whom. Raises Refused as the request would be."""
    published = snapshot.routes.of(asked.endpoint_id)
    if published is None:
        raise Refused(404, "not_found", f"There is no endpoint {asked.method} {asked.path}")
    client = require_granted(snapshot, asked, published)
    for route in (published, *published.pins.values()):
        if route.version_id == asked.version_id:
            if route.sunset is not None and route.sunset <= time():
                raise Refused(410, "version_gone", f"Version {route.version} has ended")
            return route, client
    raise Refused(
        404,
        "version_not_available",
        f"Version {asked.version} was replaced by another before the job ran; ask again",
    )


def require_granted(snapshot: Snapshot, asked: Asked, published: Route) -> GatewayClient | None:
    """The client, if it is one that asked. Raises Refused when it may not call this any more."""
    if asked.client_id is None:
        if published.is_private:
            raise Refused(401, "unauthorized", "This endpoint has become private: ask with a token")
        return None
    client = snapshot.clients.get(asked.client_id)
    if client is None:
        raise Refused(401, "unauthorized", "The client is no longer good")
    if asked.endpoint_id not in client.endpoints:
        raise Refused(403, "forbidden", "This client may not call this endpoint")
    return client
