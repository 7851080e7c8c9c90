"""The platform's end of a worker's socket."""

import asyncio
import pickle
from typing import Any, Final, cast

from .worker.wire import HEADER, frame

# Over the largest answer: names, and lines of the log.
_SLACK: Final = 256 * 1024


class WorkerGone(Exception):
    """The worker's socket was closed, or what came over it is no message."""


class Link(asyncio.Protocol):
    """Frames from a worker, in order. One task reads; what is unread is kept."""

    def __init__(self, max_bytes: int) -> None:
        self._most = max_bytes + _SLACK
        self._buffer = bytearray()
        self._frames: list[bytes] = []
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.WriteTransport | None = None
        self.gone = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's word."""
        # uvloop's transports are no asyncio.WriteTransport, but do what one does.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Cut into frames."""
        buffer = self._buffer
        buffer += data
        start = 0
        while len(buffer) - start >= HEADER.size:
            (length,) = HEADER.unpack_from(buffer, start)
            if length > self._most:
                self._end()
                return
            end = start + HEADER.size + length
            if len(buffer) < end:
                break
            self._frames.append(bytes(buffer[start + HEADER.size : end]))
            start = end
        if start:
            del buffer[:start]
            self._wake()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        """The worker ended."""
        self.gone = True
        self._wake()

    def send(self, *message: Any) -> None:
        """To the worker."""
        if self._transport is not None and not self.gone:
            self._transport.write(frame(pickle.dumps(message, 5)))

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
        return self._frames.pop(0)

    def is_quiet(self) -> bool:
        """Whether the worker has said nothing that nobody asked for."""
        return not self._frames and not self._buffer and not self.gone

    def close(self) -> None:
        """Hang up: the worker ends by itself when it is idle."""
        self._end()

    def _end(self) -> None:
        self.gone = True
        if self._transport is not None:
            self._transport.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
