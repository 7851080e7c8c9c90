"""What a request needs before it may run, and how it is told that it has to wait."""

from dataclasses import dataclass
from math import ceil

from ..errors import Refused, retry_after
from ..requests import Request
from ..routes import Route
from ..snapshot import GatewayClient

WINDOW_S = 60.0
# How much longer than its timeout a request may hold its slots: it is cancelled by then.
GRACE_S = 10.0
# Of a version that says none; all that are published now do.
LONGEST_S = 300.0

Header = tuple[bytes, bytes]

# What follows is made for each request: to freeze it would take a third of the time of it all.


@dataclass(slots=True)
class Slots:
    """Of whom at most so many requests are under way."""

    key: str
    most: int


@dataclass(slots=True)
class Window:
    """Of whom at most so many requests begin in any minute."""

    key: str
    most: int


@dataclass(slots=True)
class Demand:
    """Slots that are all needed, and a window that the request is counted in; None counts none.

    `lease_s` is how long the slots are held at the most, should nobody give them back.
    """

    slots: tuple[Slots, ...]
    window: Window | None
    lease_s: float


@dataclass(slots=True)
class Standing:
    """How a window is after a request: what is left of it, and in how many seconds more is."""

    most: int
    left: int
    reset_s: float

    def headers(self) -> list[Header]:
        """What the consumer is told."""
        return [
            (b"ratelimit-limit", b"%d" % self.most),
            (b"ratelimit-remaining", b"%d" % self.left),
            (b"ratelimit-reset", b"%d" % max(0, ceil(self.reset_s))),
        ]


@dataclass(slots=True)
class Held:
    """Slots that were taken; `ticket` names them where they are shared."""

    demand: Demand
    standing: Standing | None
    ticket: str = ""

    def headers(self) -> list[Header]:
        """What the consumer is told of the window."""
        return self.standing.headers() if self.standing else []


def demand_of(
    request: Request,
    route: Route,
    client: GatewayClient | None,
    *,
    max_concurrent: int,
    sending_s: float = 0.0,
) -> Demand:
    """A caller's slots and an endpoint's; the endpoint's rate limit goes before the client's.

    Args:
        max_concurrent: slots of a caller who has no number of their own.
        sending_s: how long the answer may take to be sent, where it is sent while it is made.
    """
    definition = route.definition
    caller = client.key if client else request.ip or "unknown"
    slots: tuple[Slots, ...] = (
        Slots(caller, (client.max_concurrent if client else None) or max_concurrent),
    )
    if definition.max_concurrent is not None:
        slots += (Slots(route.key, definition.max_concurrent),)
    most = definition.rate_limit or (client.rate_limit if client else None)
    window = Window(f"{route.key}:{caller}", most) if most else None
    return Demand(slots, window, (definition.timeout or LONGEST_S) + sending_s + GRACE_S)


def too_many(slots: Slots) -> Refused:
    """503: too many requests are under way."""
    return Refused(
        503,
        "too_many_concurrent",
        f"More than {slots.most} requests at once; try again shortly",
        headers=[retry_after(1)],
    )


def too_often(window: Window, wait_s: float) -> Refused:
    """429: too many requests in the last minute."""
    return Refused(
        429,
        "rate_limited",
        f"More than {window.most} requests in a minute; try again later",
        headers=[retry_after(wait_s), *Standing(window.most, 0, wait_s).headers()],
    )
