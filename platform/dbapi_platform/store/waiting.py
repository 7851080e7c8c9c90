"""Starting while the platform's database is away: it is waited for, and somebody is told."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

log = logging.getLogger(__name__)

T = TypeVar("T")

# What is raised when the database does not answer, and not when it refuses.
AWAY: Final = (OperationalError, InterfaceError, PoolTimeout, OSError, TimeoutError)
TRY_S: Final = 1.0
TELL_S: Final = 10.0


class StoreUnavailable(Exception):
    """The platform's own database does not answer."""


class Ended(Exception):
    """Somebody wants the process to end."""


async def wait_for_store(work: Callable[[], Awaitable[T]], *, within_s: float | None = None) -> T:
    """Do it once the database answers; for ever without a limit. Raises what it raised last.

    A worker that is started anew waits for ever: ended, it would take the others with it. Raises
    Ended when the process is asked to end meanwhile, for nobody else looks before it has started.
    """
    begun, told_at = monotonic(), -TELL_S
    with _told_to_end() as end:
        while True:
            try:
                return await work()
            except AWAY as error:
                present = monotonic()
                if within_s is not None and present - begun >= within_s:
                    raise
                if present - told_at >= TELL_S:
                    log.warning("Waiting for the platform's database: %s", _words(error))
                    told_at = present
            for _ in range(10):
                if end:
                    raise Ended("The process was asked to end before its database answered")
                await asyncio.sleep(TRY_S / 10)


def _words(error: BaseException) -> str:
    """The driver's words only: SQLAlchemy's own message holds the statement."""
    orig = getattr(error, "orig", None)
    return " ".join(str(orig or type(error).__name__).split())


@contextmanager
def _told_to_end() -> Iterator[list[int]]:
    """Holds the signal that came, beside whoever else hears it."""
    heard: list[int] = []
    before = signal.getsignal(signal.SIGTERM)

    def hear(number: int, frame: object) -> None:
        heard.append(number)
        if callable(before):
            before(number, frame)  # type: ignore[arg-type]

    try:
        signal.signal(signal.SIGTERM, hear)
    except ValueError:
        # Not the main thread: signals are somebody else's.
        yield heard
        return
    try:
        yield heard
    finally:
        signal.signal(signal.SIGTERM, before)
