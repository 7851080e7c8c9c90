"""Access records: one line a request, queued in memory, written in batches, none of them lost."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import cast

from ..store import Database
from ..store.finishing import finish
from .queries import Redaction
from .record_store import record_store
from .records_shape import Record, Row, log_text
from .spool import Spool

__all__ = ["Record", "Recorder", "log_text"]

log = logging.getLogger(__name__)

# Of a process that is killed no older records are lost.
FLUSH_S = 0.1
REPLAY_S = 1.0
BATCH = 500
# So many letters of long texts a batch has: to write them down holds up requests for a millisecond.
LONG = 1_000_000
# So many bytes of queries are no work worth another thread.
SHORT = 4_096
# How long a batch may take to be written, and what is queued when the process ends.
STORE_S = 10.0
CLOSE_S = 5.0


@dataclass(slots=True)
class _Batch:
    """Records that are written together. Once a write has failed nobody knows what it stored."""

    records: list[Record]
    rows: list[Row] | None = None
    is_doubtful: bool = False


class Recorder:
    """Takes records without waiting; `run` writes them.

    What the database does not take goes to the spool, and from there to the database later.
    `dropped` counts what neither had room for.
    """

    def __init__(
        self,
        database: Database,
        *,
        capacity: int,
        redaction: Redaction,
        spool: Spool | None = None,
    ) -> None:
        self._records = record_store(database)
        self._redaction = redaction
        self._capacity = capacity
        self._spool = spool
        self._queue: deque[Record] = deque()
        self._batch: _Batch | None = None
        self._writing = asyncio.Lock()
        self._told: set[str] = set()
        self.dropped = 0
        self.spooled = 0

    @property
    def queued(self) -> int:
        """How many wait in memory to be written."""
        return len(self._queue) + (len(self._batch.records) if self._batch else 0)

    def add(self, record: Record) -> None:
        """Queue a record; when the queue is full the oldest goes."""
        if len(self._queue) >= self._capacity:
            self._queue.popleft()
            self.dropped += 1
        self._queue.append(record)

    async def run(self) -> None:
        """Write for ever; what fails is tried again."""
        await asyncio.gather(self._write(), self._spill(), self._replay())

    async def _write(self) -> None:
        pause_s = FLUSH_S
        while True:
            await asyncio.sleep(pause_s)
            began = monotonic()
            try:
                await finish(self.flush())
                self._told.discard("written")
            except Exception as error:  # noqa: BLE001 - nothing may end the writer
                self._tell("written", error)
            # What came meanwhile has waited for as long as that took.
            pause_s = max(FLUSH_S - (monotonic() - began), FLUSH_S / 10)

    async def _spill(self) -> None:
        """Make room before there is none; a database that hangs does not keep it from this."""
        while self._spool:
            await asyncio.sleep(FLUSH_S)
            try:
                while len(self._queue) > self._capacity // 2:
                    if not await finish(self._put_oldest(self._spool)):
                        break
                self._told.discard("kept on disk")
            except Exception as error:  # noqa: BLE001
                self._tell("kept on disk", error)

    async def _replay(self) -> None:
        while self._spool:
            try:
                self.spooled = await asyncio.to_thread(lambda spool: spool.kept, self._spool)
                if self.spooled and "written" not in self._told:
                    await self._take_back(self._spool)
                self._told.discard("taken from disk")
            except Exception as error:  # noqa: BLE001
                self._tell("taken from disk", error)
            await asyncio.sleep(REPLAY_S)

    async def flush(self) -> None:
        """Write all that is queued by now. A batch is let go only when it is stored.

        What comes meanwhile waits for the next time: written at once, it would be in batches of a
        few, one after the other for as long as requests come.
        """
        # One at a time: two would write the same batch.
        async with self._writing:
            left = self.queued
            while left > 0 and (self._batch or self._queue):
                if self._batch is None:
                    self._batch = _Batch(self._take())
                if self._batch.rows is None:
                    self._batch.rows = await self._made(self._batch.records)
                try:
                    await self._store(self._batch.rows, is_doubtful=self._batch.is_doubtful)
                except BaseException:
                    self._batch.is_doubtful = True
                    raise
                left -= len(self._batch.records)
                self._batch = None

    async def close(self) -> None:
        """Write what is queued, or keep it on disk for the next start."""
        try:
            async with asyncio.timeout(CLOSE_S):
                while self.queued:
                    await self.flush()
        except Exception as error:  # noqa: BLE001 - whatever it is, the records are kept
            self._tell("written", error)
            if self._spool:
                await self._keep_all(self._spool)
        if self.queued:
            log.error("%s access records are lost", self.queued)

    async def _store(self, rows: Sequence[Row], *, is_doubtful: bool) -> None:
        async with asyncio.timeout(STORE_S):
            await self._records.store(rows, is_doubtful=is_doubtful)

    async def _take_back(self, spool: Spool) -> None:
        with spool.alone() as is_alone:
            for file in await asyncio.to_thread(spool.files) if is_alone else ():
                await finish(self._store_file(spool, file))

    async def _store_file(self, spool: Spool, file: Path) -> None:
        rows = await asyncio.to_thread(spool.read, file)
        if rows is None:
            log.error("%s holds access records and cannot be read", file.with_suffix(".unreadable"))
            return
        # Whoever tried before may have been killed between the two.
        await self._store(rows, is_doubtful=True)
        await asyncio.to_thread(file.unlink)
        self.spooled = max(0, self.spooled - len(rows))

    async def _put_oldest(self, spool: Spool) -> bool:
        """Move a batch from memory to disk; tells whether there was room."""
        records = self._take()
        try:
            is_kept = await asyncio.to_thread(lambda: spool.put(self._rows(records)))
        except BaseException:
            self._queue.extendleft(reversed(records))
            raise
        if is_kept:
            self.spooled += len(records)
        else:
            self._queue.extendleft(reversed(records))
        return is_kept

    async def _keep_all(self, spool: Spool) -> None:
        try:
            if self._batch:
                rows = self._batch.rows or self._rows(self._batch.records)
                if await asyncio.to_thread(spool.put, rows):
                    self._batch = None
            while self._queue and await self._put_oldest(spool):
                pass
        except OSError as error:
            self._tell("kept on disk", error)

    async def _made(self, records: Sequence[Record]) -> list[Row]:
        """Long queries take up to a millisecond each: a batch of them would hold up requests."""
        if sum(len(record["query"]) for record in records) < SHORT:
            return self._rows(records)
        return await asyncio.to_thread(self._rows, records)

    def _take(self) -> list[Record]:
        taken: list[Record] = []
        letters = 0
        while self._queue and len(taken) < BATCH and letters < LONG:
            record = self._queue.popleft()
            letters += len(record["log"] or "") + len(record["error"] or "")
            taken.append(record)
        return taken

    def _rows(self, records: Sequence[Record]) -> list[Row]:
        return [
            cast("Row", {**record, "query": self._redaction.text(record["query"])})
            for record in records
        ]

    def _tell(self, what: str, error: Exception) -> None:
        """Once, until it works again."""
        if what not in self._told:
            log.warning("Access records cannot be %s: %s", what, type(error).__name__)
        self._told.add(what)
