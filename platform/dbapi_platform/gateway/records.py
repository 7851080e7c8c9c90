"""Access records: one line a request, queued in memory and written in batches."""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import insert

from ..engines.script.errors import LogLine
from ..store import AccessRecord, Database
from ..store.finishing import finish
from .queries import Redaction

log = logging.getLogger(__name__)

FLUSH_S = 0.25
BATCH = 500
MAX_LOG = 32_768


class Record(TypedDict):
    """What is known of one request: a row of the access_record table, as its insert takes it.

    But for `query`, which waits as its first bytes: it is made a text when it is written.
    """

    request_id: str
    created_at: datetime
    method: str
    path: str
    query: bytes
    status: int
    duration_ms: float
    endpoint_id: uuid.UUID | None
    version: int | None
    client_id: uuid.UUID | None
    ip_address: str | None
    rows: int | None
    error_code: str | None
    error: str | None
    log: str | None


def log_text(lines: Iterable[LogLine]) -> str:
    """What a script logged, a line each with its level before it; long logs lose their end."""
    text = "\n".join(f"{line.level.upper()} {line.message}" for line in lines)
    return text if len(text) <= MAX_LOG else text[: MAX_LOG - 1] + "…"


class Recorder:
    """Takes records without waiting; `run` writes them. `dropped` counts what the queue lost."""

    def __init__(self, database: Database, *, capacity: int, redaction: Redaction) -> None:
        self._database = database
        self._redaction = redaction
        self._capacity = capacity
        self._queue: deque[Record] = deque()
        self._writing = asyncio.Lock()
        self.dropped = 0

    @property
    def queued(self) -> int:
        """How many wait to be written."""
        return len(self._queue)

    def add(self, record: Record) -> None:
        """Queue a record; when the queue is full the oldest goes."""
        if len(self._queue) >= self._capacity:
            self._queue.popleft()
            self.dropped += 1
        self._queue.append(record)

    async def run(self) -> None:
        """Write for ever; a batch that fails is tried again."""
        failing = False
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                await finish(self.flush())
                failing = False
            except Exception as error:  # noqa: BLE001 - nothing may end the writer
                if not failing:
                    log.warning("Access records cannot be written: %s", type(error).__name__)
                failing = True

    async def flush(self) -> None:
        """Write all that is queued. A batch leaves the queue only when it is stored."""
        # One at a time: two would write the same batch, and take twice as many from the queue.
        async with self._writing:
            await self._flush()

    async def _flush(self) -> None:
        while self._queue:
            batch = [self._queue[i] for i in range(min(BATCH, len(self._queue)))]
            dropped = self.dropped
            # Long queries take up to a millisecond each: 500 would hold up every request.
            rows = await asyncio.to_thread(self._rows, batch)
            async with self._database.engine.begin() as connection:
                await connection.execute(insert(AccessRecord), rows)
            # Records dropped meanwhile were the oldest, so they were of this batch.
            for _ in range(len(batch) - (self.dropped - dropped)):
                self._queue.popleft()

    def _rows(self, batch: list[Record]) -> list[dict[str, Any]]:
        return [{**record, "query": self._redaction.text(record["query"])} for record in batch]
