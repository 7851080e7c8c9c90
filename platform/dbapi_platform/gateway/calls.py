"""What is known of a request on its way through the gateway."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..engines.script.errors import LogLine
from ..publishing.pages import PageAsk
from .formats import Format
from .requests import Request
from .routes import Route
from .snapshot import GatewayClient


@dataclass(slots=True)
class Call:
    """What has been found out about a request so far; the access record is made from it."""

    route: Route | None = None
    client: GatewayClient | None = None
    logs: Sequence[LogLine] = ()
    # Which version answers, and how the caller's window stands: told with whatever the answer is.
    headers: Sequence[tuple[bytes, bytes]] = ()


@dataclass(slots=True)
class Work:
    """A request that was let in: what it calls, and how it is to be answered."""

    call: Call
    route: Route
    request: Request
    path: Mapping[str, str]
    form: Format
    page: PageAsk | None = None
