"""Jobs of one process: in memory, their answers in files that nobody else can read."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, time

from .job import Answer, Asked, Kept, State, Status
from .store import CHUNK, HOLD_S, Begun, StoreAway

# What has expired is looked for no more often.
SWEEP_S = 1.0


@dataclass(slots=True)
class _Held:
    kept: Kept
    holder: str = ""
    until: float = 0.0


class ProcessStore:
    """What is kept here is gone with the process."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Held] = {}
        self._unfinished: Counter[str] = Counter()
        self._made: Path | None = None
        self._swept_at = 0.0

    async def ping(self) -> None:
        """It is always there."""

    async def create(self, key: str, kept: Kept, *, most: int) -> bool:
        """Keep a new job, unless its caller has as many that are not over."""
        await self._sweep()
        if self._unfinished[kept.asked.caller] >= most:
            return False
        self._unfinished[kept.asked.caller] += 1
        self._jobs[key] = _Held(kept)
        return True

    async def get(self, key: str) -> Kept | None:
        """The job, or None when there is none any more."""
        await self._sweep()
        held = self._jobs.get(key)
        return held.kept if held and held.kept.state.expires_at > time() else None

    async def begin(self, key: str, attempt: str, state: State) -> Begun:
        """Hold a job that nobody else holds."""
        held = self._jobs.get(key)
        if held is None or held.kept.state.status.is_over:
            return "over"
        if held.kept.state.status is Status.RUNNING and held.until > monotonic():
            return "held"
        held.holder, held.until = attempt, monotonic() + HOLD_S
        held.kept = Kept(held.kept.asked, state)
        return "begun"

    async def change(self, key: str, asked: Asked, state: State, *, attempt: str = "") -> bool:
        """Put another state in the place of one that is not over."""
        held = self._jobs.get(key)
        if held is None or held.kept.state.status.is_over:
            return False
        if attempt and held.holder != attempt:
            return False
        held.kept, held.until = Kept(asked, state), monotonic() + HOLD_S
        if state.status.is_over:
            self._finished(asked.caller)
        return True

    async def append(self, key: str, attempt: str, chunk: bytes) -> None:  # noqa: ARG002
        """Write a chunk."""
        await asyncio.to_thread(_append, self._directory / attempt, chunk)

    async def chunks(self, key: str, answer: Answer) -> AsyncIterator[bytes]:  # noqa: ARG002
        """What was written. Raises StoreAway when it is gone."""
        try:
            file = await asyncio.to_thread((self._directory / answer.attempt).open, "rb")
        except OSError as error:
            raise StoreAway(str(error)) from error
        # Open, it is there to its end, also when it expires meanwhile.
        with file:
            for _ in range(answer.chunks):
                yield await asyncio.to_thread(file.read, CHUNK)

    async def drop(self, key: str, attempt: str) -> None:  # noqa: ARG002
        """Remove what an attempt wrote."""
        await asyncio.to_thread((self._directory / attempt).unlink, missing_ok=True)

    async def remove(self, key: str, kept: Kept) -> None:
        """Remove the job and its answer."""
        held = self._jobs.pop(key, None)
        if held and not held.kept.state.status.is_over:
            self._finished(kept.asked.caller)
        if kept.state.answer is not None:
            await self.drop(key, kept.state.answer.attempt)

    async def close(self) -> None:
        """Remove all files."""
        if self._made is not None:
            await asyncio.to_thread(shutil.rmtree, self._made, ignore_errors=True)
            self._made = None

    @property
    def _directory(self) -> Path:
        if self._made is None:
            # For its owner alone, by how it is made.
            self._made = Path(tempfile.mkdtemp(prefix="dbapi-jobs-"))
        return self._made

    def _finished(self, caller: str) -> None:
        self._unfinished[caller] -= 1
        if self._unfinished[caller] <= 0:
            del self._unfinished[caller]

    async def _sweep(self) -> None:
        present = monotonic()
        if present < self._swept_at + SWEEP_S:
            return
        self._swept_at = present
        for key in [k for k, held in self._jobs.items() if held.kept.state.expires_at <= time()]:
            await self.remove(key, self._jobs[key].kept)


def _append(path: Path, chunk: bytes) -> None:
    with path.open("ab") as file:
        file.write(chunk)
