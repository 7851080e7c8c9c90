"""Where jobs and their answers are kept: what there is to be done there."""

from collections.abc import AsyncIterator
from typing import Final, Literal, Protocol

from .job import Answer, Asked, Kept, State

# Whoever runs a job says so every BEAT_S; HOLD_S after the last time another may run it.
BEAT_S: Final = 1.0
HOLD_S: Final = 8.0
CHUNK: Final = 262_144

Begun = Literal["begun", "held", "over"]


class StoreAway(Exception):
    """The store cannot be reached."""


class Store(Protocol):
    """Jobs by their keys. An attempt is the name of one run of a job, and holds it for a while.

    Everything may raise StoreAway.
    """

    async def ping(self) -> None:
        """Whether it is there."""

    async def create(self, key: str, kept: Kept, *, most: int) -> bool:
        """Keep a new job, unless its caller has as many that are not over."""

    async def get(self, key: str) -> Kept | None:
        """The job, or None when there is none any more."""

    async def begin(self, key: str, attempt: str, state: State) -> Begun:
        """Hold a job that nobody else holds; `over` when there is nothing to be run."""

    async def change(self, key: str, asked: Asked, state: State, *, attempt: str = "") -> bool:
        """Put another state in the place of one that is not over.

        Of a named attempt only when it holds the job. To be running holds it again; to be
        queued lets it go. Tells whether it was done.
        """

    async def append(self, key: str, attempt: str, chunk: bytes) -> None:
        """Write a chunk, of CHUNK bytes but for the last."""

    def chunks(self, key: str, answer: Answer) -> AsyncIterator[bytes]:
        """What was written. Raises StoreAway when not all of it is there any more."""

    async def drop(self, key: str, attempt: str) -> None:
        """Remove what an attempt wrote."""

    async def remove(self, key: str, kept: Kept) -> None:
        """Remove the job and its answer."""

    async def close(self) -> None:
        """Let go of it."""
