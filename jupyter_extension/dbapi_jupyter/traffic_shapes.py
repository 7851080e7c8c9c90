"""What the platform answers about the requests to its gateway."""

from typing import TypedDict


class AccessRecord(TypedDict):
    """One request to the gateway; `client` is its client's name, where that still exists."""

    request_id: str
    created_at: str
    method: str
    path: str
    status: int
    duration_ms: float
    version: int | None
    client_id: str | None
    client: str | None
    ip_address: str | None
    rows: int | None
    error_code: str | None
    error: str | None
    log: str | None


class Latency(TypedDict):
    """Milliseconds that shares of the requests did not exceed."""

    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class Step(TypedDict):
    """A day, or an hour of a short time; errors are answers of 400 and above."""

    start: str
    requests: int
    errors: int


class TopEndpoint(TypedDict):
    """An endpoint that is asked much; without a path when it has been deleted."""

    method: str | None
    path: str | None
    requests: int
    errors: int
    p95_ms: float | None


class TopClient(TypedDict):
    """A client that asks much; without a name when it has been deleted."""

    name: str | None
    requests: int
    errors: int


class Overview(TypedDict):
    """What access records add up to; when not complete, `pending` are not counted yet."""

    is_complete: bool
    pending: int
    requests: int
    errors: int
    latency: Latency
    steps: list[Step]
    statuses: dict[str, int]
    top_endpoints: list[TopEndpoint]
    top_clients: list[TopClient]
