"""The platform's end of a worker's socket."""

import asyncio
import pickle
from collections import deque
from typing import Any, Final, cast

from .worker.wire import HEADER, frame

# Over the largest answer: names, and lines of the log.
_SLACK: Final = 256 * 1024
_MOST_FRAMES: Final = 64


class WorkerGone(Exception):
    """The worker's socket was closed, or what came over it is no message."""


class Link(asyncio.Protocol):
    """Frames from a worker, in order, for one task that reads.

    A worker that says more than is read is not listened to for a while; one that speaks while
    nobody has called it is hung up on.
    """

    def __init__(self, max_bytes: int) -> None:
        self._most = max_bytes + _SLACK
        self._buffer = bytearray()
        self._frames: deque[bytes] = deque()
        self._held = 0
        self._waiter: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._is_paused = False
        self.is_called = False
        self.gone = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's word."""
        # uvloop's transports are no asyncio.Transport, but do what one does.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Cut into frames."""
        if not self.is_called:
            self._end()
            return
        self._buffer += data
        start = 0
        while len(self._buffer) - start >= HEADER.size:
            (length,) = HEADER.unpack_from(self._buffer, start)
            if length > self._most:
                self._end()
                return
            end = start + HEADER.size + length
            if len(self._buffer) < end:
                break
            self._frames.append(bytes(self._buffer[start + HEADER.size : end]))
            self._held += length
            start = end
        if start:
            del self._buffer[:start]
            self._wake()
        self._listen()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        """The worker ended."""
        self.gone = True
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        """The worker does not read what it is sent."""
        self._room = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """It does."""
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

    async def send(self, *message: Any) -> None:
        """To the worker; returns when there is room for more."""
        if self._transport is not None and not self.gone:
            self._transport.write(frame(pickle.dumps(message, 5)))
            if self._room is not None:
                await asyncio.shield(self._room)

    async def receive(self) -> bytes:
        """The next frame. Raises WorkerGone."""
        while not self._frames:
            if self.gone:
                raise WorkerGone
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        found = self._frames.popleft()
        self._held -= len(found)
        self._listen()
        return found

    def is_quiet(self) -> bool:
        """Whether the worker has said nothing that nobody asked for."""
        return not self._frames and not self._buffer and not self.gone

    def close(self) -> None:
        """Hang up: the worker ends by itself when it is idle."""
        self._end()

    def _listen(self) -> None:
        """Read on, or not before what came is read."""
        is_full = len(self._frames) > _MOST_FRAMES or self._held > self._most
        if self._transport is None or self.gone or is_full == self._is_paused:
            return
        self._is_paused = is_full
        if is_full:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _end(self) -> None:
        self.gone = True
        if self._transport is not None:
            self._transport.abort()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
