"""Answers that are sent while they are made, so that a worker never holds all their rows."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Final, Protocol

from ..datasources.types import Rows
from .errors import Refused
from .formats import Format, Writer, writer_of
from .formats.unwritable import Unwritable

BATCH_ROWS: Final = 2_000
# Up to here an answer is sent whole, and its headers tell whether the row limit cut it.
WHOLE_ROWS: Final = 10_000
WHOLE_BYTES: Final = 4_194_304

Naming = Callable[[Sequence[str]], tuple[str, ...]]


class Outgoing(Protocol):
    """A body that is sent piece by piece."""

    @property
    def count(self) -> int | None:
        """Its rows, as far as they have been read."""

    @property
    def truncated(self) -> bool:
        """Whether the row limit cut it."""

    def chunks(self) -> AsyncIterator[bytes]:
        """For a caller who has the headers. Raises where it is broken off."""

    def all(self) -> AsyncIterator[bytes]:
        """For who keeps it first, and tells the headers when it is known to be cut."""

    async def close(self) -> None:
        """It was sent, or will not be."""


class Export:
    """Rows on their way out in a format. `begin`, then `chunks`, and `close` in any case."""

    def __init__(self, rows: AsyncGenerator[Rows], form: Format, naming: Naming | None) -> None:
        self._rows = rows
        self._form = form
        self._naming = naming
        self._writer: Writer | None = None
        self._begun: list[bytes] = []
        self.count = 0
        self.truncated = False
        self.is_whole = False

    async def begin(self) -> None:
        """Read until the answer is whole, or too long to wait for the rest of it.

        Raises Refused for what cannot be written, and what the rows raise.
        """
        size = 0
        async for chunk in self._read():
            self._begun.append(chunk)
            size += len(chunk)
            is_long = self.count > WHOLE_ROWS or size > WHOLE_BYTES
            if is_long and not self._form.is_whole:
                return
        self.is_whole = True

    def body(self) -> bytes:
        """All of an answer that is whole."""
        return b"".join(self._begun)

    async def chunks(self) -> AsyncIterator[bytes]:
        """What was read and all the rest. Raises as `begin`, and Refused at the row limit.

        A part must not be taken for the whole: where the headers have gone, an answer that is
        cut can only be broken off.
        """
        begun, self._begun = self._begun, []
        for chunk in begun:
            yield chunk
        async for chunk in self._read():
            if self.truncated:
                raise Refused(200, "row_limit_reached", "The answer has more rows than its limit")
            yield chunk

    async def all(self) -> AsyncIterator[bytes]:
        """What was read and all the rest, up to the row limit."""
        begun, self._begun = self._begun, []
        for chunk in begun:
            yield chunk
        async for chunk in self._read():
            yield chunk

    async def close(self) -> None:
        """Let go of the database; harmless when that has happened."""
        await self._rows.aclose()

    async def _read(self) -> AsyncIterator[bytes]:
        async for batch in self._rows:
            self.count += len(batch.rows)
            self.truncated = batch.truncated
            yield await self._write(batch)
        writer = self._writer
        if writer is not None:
            yield await asyncio.to_thread(writer.end)

    async def _write(self, batch: Rows) -> bytes:
        if not batch.columns:
            raise Refused(406, "not_acceptable", "The answer has no columns, so it is no table")
        if self._naming is not None:
            batch = Rows(self._naming(batch.columns), batch.rows, batch.truncated, batch.kinds)
        try:
            # A batch takes milliseconds: others must not wait for it.
            return await asyncio.to_thread(self._written, batch)
        except Unwritable as error:
            message = "The endpoint's answer cannot be written in this format"
            raise Refused(500, "unwritable_value", message, internal=str(error)) from None

    def _written(self, batch: Rows) -> bytes:
        if self._writer is None:
            self._writer = writer_of(self._form, batch)
        return self._writer.write(batch)


async def only(rows: Rows) -> AsyncGenerator[Rows]:
    """Rows that are all there, as a stream of them."""
    yield rows
