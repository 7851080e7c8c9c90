"""How the platform is now: looked at every few seconds, since nothing happens when it changes."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from . import measures
from .tallies import fold

PERIOD_S = 2.0


@dataclass(frozen=True, slots=True)
class State:
    """What is looked at; `pools` has the datasources by name: busy, idle and waiting.

    `open_circuits` are the names of those that are left alone for a while.
    """

    snapshot_age_s: float
    endpoints: int
    are_limits_degraded: bool
    records_queued: int
    records_spooled: int
    records_dropped: int
    jobs_queued: int = 0
    jobs_running: int = 0
    pools: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    open_circuits: frozenset[str] = frozenset()


class _Shown:
    """What was shown last, so that what is gone is taken away."""

    def __init__(self) -> None:
        self._pools: set[str] = set()
        self._dropped = 0

    def show(self, state: State) -> None:
        measures.SNAPSHOT_AGE.set(state.snapshot_age_s)
        measures.ENDPOINTS.set(state.endpoints)
        measures.LIMITS_DEGRADED.set(state.are_limits_degraded)
        measures.JOBS_QUEUED.set(state.jobs_queued)
        measures.JOBS_RUNNING.set(state.jobs_running)
        measures.RECORDS_QUEUED.set(state.records_queued)
        measures.RECORDS_SPOOLED.set(state.records_spooled)
        measures.RECORDS_DROPPED.inc(state.records_dropped - self._dropped)
        self._dropped = state.records_dropped
        for name, counts in state.pools.items():
            self._show_pool(name, counts)
            measures.CIRCUIT_OPEN.labels(name).set(name in state.open_circuits)
        for name in self._pools - set(state.pools):
            self._show_pool(name, (0, 0, 0))
            measures.CIRCUIT_OPEN.labels(name).set(0)
        self._pools = set(state.pools)

    def _show_pool(self, name: str, counts: Iterable[int]) -> None:
        for state, number in zip(("busy", "idle", "waiting"), counts, strict=True):
            measures.POOL.labels(name, state).set(number)


async def watch(look: Callable[[], State]) -> None:
    """Show for ever what a look tells; what was counted is handed over in the end."""
    shown = _Shown()
    try:
        while True:
            shown.show(look())
            await asyncio.sleep(PERIOD_S)
    finally:
        fold()
