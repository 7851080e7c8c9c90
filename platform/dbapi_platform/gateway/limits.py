"""Concurrency slots and rate limits, counted in this process."""

import uuid
from collections import deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from time import monotonic

from .errors import Refused, retry_after
from .requests import Request
from .routes import Route
from .snapshot import GatewayClient

WINDOW_S = 60.0
# Callers that have been quiet are forgotten once this many windows are held.
SWEEP_AT = 10_000


class Limits:
    """Slots are given back when the request ends, however it ends."""

    def __init__(self, *, default_max_concurrent: int) -> None:
        self._default = default_max_concurrent
        self._busy: dict[Hashable, int] = {}
        self._windows: dict[tuple[uuid.UUID, Hashable], deque[float]] = {}

    @contextmanager
    def slot(self, request: Request, route: Route, client: GatewayClient | None) -> Iterator[None]:
        """Hold a slot of the caller and one of the endpoint. Raises Refused with 503."""
        most = (client.max_concurrent if client else None) or self._default
        with self._held(_caller(request, client), most):
            endpoint_most = route.definition.max_concurrent
            if endpoint_most is None:
                yield
                return
            with self._held(route.endpoint_id, endpoint_most):
                yield

    def count(self, request: Request, route: Route, client: GatewayClient | None) -> None:
        """Count the request in its sliding window. Raises Refused with 429.

        The endpoint's limit goes before the client's; with neither there is none.
        """
        limit = route.definition.rate_limit or (client.rate_limit if client else None)
        if limit is None:
            return
        present = monotonic()
        window = self._windows.setdefault((route.endpoint_id, _caller(request, client)), deque())
        while window and window[0] <= present - WINDOW_S:
            window.popleft()
        if len(window) >= limit:
            raise Refused(
                429,
                "rate_limited",
                f"More than {limit} requests in a minute; try again later",
                headers=[retry_after(window[0] + WINDOW_S - present)],
            )
        window.append(present)
        if len(self._windows) > SWEEP_AT:
            self._sweep(present)

    @contextmanager
    def _held(self, key: Hashable, most: int) -> Iterator[None]:
        busy = self._busy.get(key, 0)
        if busy >= most:
            raise Refused(
                503,
                "too_many_concurrent",
                f"More than {most} requests at once; try again shortly",
                headers=[retry_after(1)],
            )
        self._busy[key] = busy + 1
        try:
            yield
        finally:
            if self._busy[key] == 1:
                del self._busy[key]
            else:
                self._busy[key] -= 1

    def _sweep(self, present: float) -> None:
        for key in [k for k, window in self._windows.items() if window[-1] <= present - WINDOW_S]:
            del self._windows[key]


def _caller(request: Request, client: GatewayClient | None) -> Hashable:
    return client.id if client else request.ip
