"""A query's rows, a batch at a time: how many to ask for, and when there are no more."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from functools import partial

from .threads import HeldSeat, Threads
from .types import Rows

Fetch = Callable[[int], Sequence[tuple[object, ...]]]
Plain = Callable[[Sequence[tuple[object, ...]]], Sequence[tuple[object, ...]]]

_CLOSING_S = 5.0


def batches(
    names: tuple[str, ...],
    fetch: Fetch,
    plain: Plain,
    *,
    max_rows: int,
    size: int,
    kinds: tuple[str, ...] = (),
) -> Iterator[Rows]:
    """Rows that `fetch` reads, made plain; one over the limit is asked for, to know of it."""
    left = max_rows
    while True:
        wanted = min(size, left + 1)
        found = fetch(wanted)
        kept = found[:left]
        left -= len(kept)
        truncated = len(found) > len(kept)
        yield Rows(names, plain(kept), truncated, kinds)
        if truncated or len(found) < wanted:
            return


async def stream_in_thread(
    threads: Threads,
    rows: Generator[Rows],
    interrupt: Callable[[], None],
    *,
    timeout_s: float,
) -> AsyncGenerator[Rows]:
    """What a blocking generator yields; its thread is its own from the first step to the end.

    What it holds it lets go of when it is closed, and raises nothing then.
    """
    now = asyncio.get_running_loop().time
    seat = await threads.take(now() + timeout_s)
    held = HeldSeat(seat, rows.close, interrupt, timeout_s=_CLOSING_S)
    step = partial(next, rows, None)
    try:
        while batch := await seat.run(step, interrupt, now() + timeout_s):
            yield batch
    finally:
        await held.end()
