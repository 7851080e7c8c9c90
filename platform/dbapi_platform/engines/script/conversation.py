"""One call and its worker: sent off, its questions answered, until there is a result."""

from collections.abc import Mapping
from typing import Any, Final

from .calls import Call
from .errors import LogLine, MemoryLimit, OutputLimit, QueryLimit, WorkerLost
from .failing import failure_of
from .limits import ScriptLimits
from .programs import ScriptProgram
from .worker.wire import unpack
from .workers import Worker

_LEVELS: Final = frozenset({"debug", "info", "warning", "error"})
_MAX_LINES: Final = 1_000
_MAX_LINE: Final = 10_000


class Conversation:
    """`logs` are there also when it fails; `is_clean` tells that the worker may serve others."""

    def __init__(
        self, worker: Worker, program: ScriptProgram, call: Call, limits: ScriptLimits
    ) -> None:
        self.logs: list[LogLine] = []
        self.is_clean = False
        self._worker = worker
        self._program = program
        self._call = call
        self._limits = limits

    async def run(self, entry: str, arguments: Mapping[str, Any]) -> tuple[bytes, int | None]:
        """The result's JSON and its rows.

        Raises ScriptError, WorkerGone, and what the datasource raised and the script let pass.
        """
        is_known = self._program.number in self._worker.known
        await self._send(entry, arguments, is_known=is_known)
        asked = 0
        while True:
            message = await self._receive()
            match message:
                case ["result", bytes() as body, int() | None as rows, bool() as is_clean]:
                    self.is_clean = is_clean
                    return body, rows
                case ["failed", dict() as told, bool() as is_clean]:
                    raise self._failed(told, is_clean=is_clean)
                case ["output", int() as size, bool() as is_clean]:
                    self.is_clean = is_clean
                    raise self._too_large(size)
                case ["log", str() as level, str() as text] if level in _LEVELS:
                    if len(self.logs) < _MAX_LINES:
                        self.logs.append(LogLine(level, text[:_MAX_LINE]))
                case ["unknown", bool()] if is_known:
                    # It has had so many programs since that it let this one go.
                    is_known = False
                    await self._send(entry, arguments, is_known=False)
                case [str() as name, *fields]:
                    asked += 1
                    self._count(asked)
                    await self._worker.link.send(*await self._call.answer(name, fields))

    async def _send(self, entry: str, arguments: Mapping[str, Any], *, is_known: bool) -> None:
        """The call, with the program's texts unless the worker has them."""
        self._worker.known.add(self._program.number)
        await self._worker.link.send(
            "run",
            self._program.number,
            None if is_known else self._program.sources,
            entry,
            dict(arguments),
            self._limits.cpu_s,
            self._limits.output_bytes,
        )

    async def _receive(self) -> list[Any]:
        try:
            return unpack(await self._worker.link.receive())
        except ValueError as error:
            raise WorkerLost(f"The script's process sent what is no message: {error}") from None

    def _failed(self, told: Mapping[str, Any], *, is_clean: bool) -> Exception:
        try:
            error = failure_of(told, self._program, self._call)
        except (ValueError, KeyError, TypeError) as problem:
            return WorkerLost(f"The script's process told of no failure: {problem}")
        # What is short of memory once may be so for others.
        self.is_clean = is_clean and not isinstance(error, MemoryLimit)
        return error

    def _too_large(self, size: int) -> OutputLimit:
        return OutputLimit(
            f"The answer has {size:,} bytes; {self._limits.output_bytes:,} is the most",
            hint="answer fewer rows, or page by page",
        )

    def _count(self, asked: int) -> None:
        most = self._limits.queries
        if asked > most:
            raise QueryLimit(
                f"The script asked for more than {most} queries and requests",
                hint="ask for more rows at once: WHERE id IN (…), or a join",
            )
