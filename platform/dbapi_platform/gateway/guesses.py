"""Secrets of clients that were guessed wrong, counted in this process: nothing asks the store."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from ..access.backoff import Counter, name_and_place, place
from .errors import Refused, retry_after

# Whoever has not failed for longest is forgotten beyond so many.
MOST_KEPT = 10_000


@dataclass(slots=True)
class _Failures:
    count: int
    last: float
    locked_until: float


class Guesses:
    """By the client_id from one place, and by the place.

    Not by the client_id from anywhere: nobody guesses 256 random bits, but whoever knows an id
    could keep its client out.
    """

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        self._most_kept = most_kept
        self._kept: OrderedDict[str, _Failures] = OrderedDict()

    def require(self, client_id: str, address: str | None) -> None:
        """Raises Refused with 429 while one of the two is locked."""
        present = monotonic()
        locks = [
            failures.locked_until
            for counter in _counters(client_id, address)
            if (failures := self._kept.get(counter.key))
        ]
        wait_s = max(locks, default=0.0) - present
        if wait_s > 0:
            raise Refused(
                429,
                "too_many_requests",
                "Too many attempts failed; wait before the next one",
                headers=[retry_after(wait_s)],
            )

    def failed(self, client_id: str, address: str | None) -> None:
        """One failure more."""
        present = monotonic()
        for counter in _counters(client_id, address):
            kept = self._kept.setdefault(counter.key, _Failures(0, present, 0.0))
            kept.count = counter.rule.add(kept.count, present - kept.last)
            kept.last = present
            kept.locked_until = present + counter.rule.wait_s(kept.count)
            self._kept.move_to_end(counter.key)
        while len(self._kept) > self._most_kept:
            self._kept.popitem(last=False)

    def succeeded(self, client_id: str, address: str | None) -> None:
        """Forget the client's failures at this place."""
        self._kept.pop(name_and_place(client_id, address).key, None)


def _counters(client_id: str, address: str | None) -> Sequence[Counter]:
    return (name_and_place(client_id, address), place("token", address))
