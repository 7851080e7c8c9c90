"""One run of a job, as it is told to the store: who holds it, how far it is, what it answers."""

import secrets
from collections.abc import AsyncIterator
from time import time

import msgspec

from ..errors import Refused
from ..responses import ROW_LIMIT, Response
from .job import Answer, Failure, Kept, Status
from .store import CHUNK, Begun, Store


class Attempt:
    """`begin`, then `beat` from time to time, and one of the ends."""

    def __init__(self, store: Store, key: str, kept: Kept, *, most_bytes: int) -> None:
        self._store = store
        self._key = key
        self._asked = kept.asked
        self._most_bytes = most_bytes
        self._name = secrets.token_hex(8)
        self._state = msgspec.structs.replace(
            kept.state, status=Status.RUNNING, started_at=time(), rows=0, size=0
        )
        self._chunks = 0
        self.rows = 0
        self.size = 0

    async def begin(self) -> Begun:
        """Hold the job, if nobody else does."""
        return await self._store.begin(self._key, self._name, self._state)

    async def beat(self) -> bool:
        """Tell how far it is; False when the job is not to be run any more, or by another."""
        state = msgspec.structs.replace(self._state, rows=self.rows, size=self.size)
        return await self._store.change(self._key, self._asked, state, attempt=self._name)

    async def write(self, response: Response) -> Answer:
        """Keep the answer, while it is made. Raises Refused as making it does, or when it is too
        large.
        """
        buffer, export = bytearray(), response.export
        async for piece in _pieces(response):
            self.size += len(piece)
            self.rows = (export.count if export else response.rows) or 0
            if self.size > self._most_bytes:
                raise _too_large(self._most_bytes)
            buffer += piece
            while len(buffer) >= CHUNK:
                await self._append(bytes(buffer[:CHUNK]))
                del buffer[:CHUNK]
        if buffer:
            await self._append(bytes(buffer))
        headers = list(response.headers)
        if export is not None and export.truncated and ROW_LIMIT not in headers:
            headers.append(ROW_LIMIT)
        rows = export.count if export else response.rows
        return Answer(headers, self._name, self._chunks, self.size, rows)

    async def succeed(self, answer: Answer, *, keep_s: float) -> bool:
        """The answer is there; False when nobody wants it any more."""
        return await self._end(Status.SUCCEEDED, keep_s, rows=answer.rows or 0, answer=answer)

    async def fail(self, refused: Refused, *, keep_s: float) -> bool:
        """There will be none."""
        return await self._end(Status.FAILED, keep_s, rows=self.rows, failure=Failure.of(refused))

    async def let_go(self) -> None:
        """Another is to run it, from the start."""
        state = msgspec.structs.replace(
            self._state, status=Status.QUEUED, started_at=None, rows=0, size=0
        )
        await self._store.change(self._key, self._asked, state, attempt=self._name)
        await self.drop()

    async def drop(self) -> None:
        """Remove what was written."""
        if self._chunks:
            await self._store.drop(self._key, self._name)

    async def _append(self, chunk: bytes) -> None:
        await self._store.append(self._key, self._name, chunk)
        self._chunks += 1

    async def _end(self, status: Status, keep_s: float, **fields: object) -> bool:
        present = time()
        state = msgspec.structs.replace(
            self._state, status=status, finished_at=present, expires_at=present + keep_s,
            size=self.size, **fields,
        )  # fmt: skip
        return await self._store.change(self._key, self._asked, state, attempt=self._name)


async def _pieces(response: Response) -> AsyncIterator[bytes]:
    if response.export is None:
        yield response.body
        return
    async for chunk in response.export.all():
        yield chunk


def _too_large(most_bytes: int) -> Refused:
    return Refused(
        500,
        "result_too_large",
        f"The answer is larger than {most_bytes // 1_048_576:,} MB, which is the most that is "
        "kept; ask for less of it",
    )
