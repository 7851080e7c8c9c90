"""What is counted in every request: added up here, and handed to Prometheus ten times a second.

To count in files that workers share costs several microseconds each time, and a request is counted
in three of them.
"""

import asyncio
from bisect import bisect_left
from typing import Final

from .measures import BUCKETS_S, CACHED, LATENCY, REQUESTS

FOLD_S: Final = 0.1


class _Tally:
    """Requests to one endpoint with one status."""

    __slots__ = ("buckets", "requests", "seconds")

    def __init__(self) -> None:
        self.requests = 0
        self.seconds = 0.0
        self.buckets = [0] * (len(BUCKETS_S) + 1)


class Tallies:
    """Counts of the last moments. Needs a running event loop to be added to."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, int], _Tally] = {}
        self._cached: dict[str, int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def count_request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count a request to an endpoint, such as `GET orders/{id}`; none is the empty text."""
        tally = self._requests.get((endpoint, status))
        if tally is None:
            tally = self._requests[endpoint, status] = _Tally()
            self._fold_soon()
        tally.requests += 1
        tally.seconds += seconds
        tally.buckets[bisect_left(BUCKETS_S, seconds)] += 1

    def count_cached(self, outcome: str) -> None:
        """Count a request to an endpoint that keeps answers: hit, miss or shared."""
        self._cached[outcome] = self._cached.get(outcome, 0) + 1
        self._fold_soon()

    def fold(self) -> None:
        """Hand over what was counted."""
        self._loop = None
        requests, self._requests = self._requests, {}
        cached, self._cached = self._cached, {}
        for (endpoint, status), tally in requests.items():
            REQUESTS.labels(endpoint, str(status)).inc(tally.requests)
            LATENCY.labels(endpoint).add(tally.buckets, tally.seconds)
        for outcome, count in cached.items():
            CACHED.labels(outcome).inc(count)

    def _fold_soon(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            loop.call_later(FOLD_S, self.fold)


_tallies: Final = Tallies()
count_request = _tallies.count_request
count_cached = _tallies.count_cached
fold = _tallies.fold
