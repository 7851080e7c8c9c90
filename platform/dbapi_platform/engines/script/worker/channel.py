"""The worker's end of its socket: one message at a time, each answered before the next."""

import os
import pickle
from typing import Any

from .wire import HEADER, OUT_OF_MEMORY, frame, pack


class DatabaseError(Exception):
    """The database refused or could not finish what a script asked of it."""


class HttpError(Exception):
    """A request could not be made, or its answer not be read."""


class CacheError(Exception):
    """The cache cannot keep or find a value."""


class Denied(Exception):
    """The platform does not allow it."""


class Refusal(Exception):
    """What `fail()` raises: the caller is answered with this status and message."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


ERRORS: dict[str, type[Exception]] = {
    "database": DatabaseError,
    "http": HttpError,
    "cache": CacheError,
    "denied": Denied,
    "value": ValueError,
    "type": TypeError,
}


class Channel:
    """Messages go up as lists, and come down as the platform's own values."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._is_asking = False

    def send(self, *message: Any) -> None:
        """A message that is not answered."""
        self._write(frame(pack(message)))

    def receive(self) -> Any:
        """The next message from the platform. Raises EOFError when it is gone."""
        (length,) = HEADER.unpack(self._read(HEADER.size))
        # The platform is trusted, and the worker holds nothing that a pickle could take.
        return pickle.loads(self._read(length))  # noqa: S301

    def ask(self, *message: Any) -> Any:
        """What the platform answers. Raises one of ERRORS, marked with the platform's number."""
        if self._is_asking:
            # What is collected in the middle of a question may not take its answer.
            raise Denied("a question is under way")
        payload = frame(pack(message))
        self._is_asking = True
        try:
            self._write(payload)
            outcome, *answer = self.receive()
        except MemoryError:
            # The rest of the answer would be taken for the next one.
            os._exit(OUT_OF_MEMORY)
        except BaseException:  # noqa: BLE001
            os._exit(1)
        self._is_asking = False
        if outcome == "ok":
            return answer[0]
        kind, text, number = answer
        error = ERRORS[kind](text)
        # By it the platform knows its own error again when the script lets it pass.
        error._number = number  # type: ignore[attr-defined]  # noqa: SLF001
        raise error

    def _read(self, length: int) -> bytes:
        chunks: list[bytes] = []
        while length:
            chunk = os.read(self._descriptor, min(length, 1 << 20))
            if not chunk:
                raise EOFError
            chunks.append(chunk)
            length -= len(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
