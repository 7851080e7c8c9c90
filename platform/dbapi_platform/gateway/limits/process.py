"""Limits that are counted in this process: each worker counts for itself."""

from collections import deque
from time import monotonic

from .demand import WINDOW_S, Demand, Held, Slots, Standing, Window, too_many, too_often

# Callers that have been quiet are forgotten once this many windows are held.
SWEEP_AT = 10_000


class ProcessLimits:
    """Slots and sliding windows in memory."""

    def __init__(self, *, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        self._busy: dict[str, int] = {}
        self._windows: dict[str, deque[float]] = {}

    def take(self, demand: Demand) -> Held:
        """Take slots and be counted, or neither. Raises Refused with 503 or 429."""
        for slots in demand.slots:
            if self._busy.get(slots.key, 0) >= slots.most:
                raise too_many(slots)
        standing = self._count(demand.window) if demand.window else None
        for slots in demand.slots:
            self._busy[slots.key] = self._busy.get(slots.key, 0) + 1
        return Held(demand, standing)

    def give_back(self, held: Held) -> None:
        """Free the slots; the count stays."""
        for slots in held.demand.slots:
            self._free(slots)

    def _free(self, slots: Slots) -> None:
        if self._busy[slots.key] == 1:
            del self._busy[slots.key]
        else:
            self._busy[slots.key] -= 1

    def _count(self, window: Window) -> Standing:
        present = monotonic()
        begun = self._windows.setdefault(window.key, deque())
        while begun and begun[0] <= present - self._window_s:
            begun.popleft()
        if len(begun) >= window.most:
            # More than one may have to leave: the limit may have been lowered.
            raise too_often(window, begun[-window.most] + self._window_s - present)
        begun.append(present)
        if len(self._windows) > SWEEP_AT:
            self._sweep(present)
        return Standing(window.most, window.most - len(begun), begun[0] + self._window_s - present)

    def _sweep(self, present: float) -> None:
        for key in [
            k for k, begun in self._windows.items() if begun[-1] <= present - self._window_s
        ]:
            del self._windows[key]
