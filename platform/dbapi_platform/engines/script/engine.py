"""Scripts: checked and run in workers, within limits that end them whatever they do."""

import asyncio
import itertools
import math
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from ..errors import DefinitionProblem
from .calls import Call
from .errors import (
    CpuLimit,
    LogLine,
    MemoryLimit,
    OutputLimit,
    QueryLimit,
    ScriptError,
    ScriptRefused,
    ScriptTimeout,
    WorkerLost,
)
from .limits import ScriptLimits, ScriptReach
from .links import WorkerGone
from .spawning import Nursery
from .worker.wire import OUT_OF_MEMORY, unpack
from .workers import Worker, Workers

# Reading sources needs no datasource.
_READERS: Final = ""
_CHECK_S: Final = 20.0
_LEVELS: Final = frozenset({"debug", "info", "warning", "error"})
_MAX_LOG: Final = 1_000
_MAX_LINE: Final = 10_000
# A worker lives as long as this many calls may run that use all the processor time they have.
_LIFE: Final = 30

Source = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a text defines at its top and what it reads, or what is wrong with it."""

    problems: tuple[DefinitionProblem, ...]
    defined: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScriptProgram:
    """Texts that run one after the other in the same names; `number` is the engine's for it."""

    number: int
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ScriptAnswer:
    """`body` is JSON as the worker wrote it, not looked at yet; `rows` is the worker's word."""

    body: bytes
    rows: int | None
    logs: tuple[LogLine, ...]


class ScriptEngine:
    """Belongs to the event loop that runs it first."""

    def __init__(self, limits: ScriptLimits, reach: ScriptReach) -> None:
        self.limits = limits
        self.reach = reach
        self._numbers = itertools.count(1)
        self._nursery = Nursery(
            memory_bytes=limits.memory_bytes,
            life_cpu_s=math.ceil((_LIFE + 2) * limits.cpu_s) + 1,
            output_bytes=limits.output_bytes,
            modules=reach.modules,
        )
        self.workers = Workers(
            self._nursery, size=limits.workers, wait_s=limits.wait_s, life_s=_LIFE * limits.cpu_s
        )

    @property
    def held(self) -> tuple[str, ...]:
        """The locks that the kernel gave: rlimits, seccomp…; empty before the first worker."""
        return self._nursery.held

    async def start(self) -> None:
        """Make a worker ready. Raises WorkerLost."""
        await self._nursery.start()
        if self.reach.require_seccomp and "seccomp" not in self.held:
            raise WorkerLost(
                "The kernel's filter of system calls is not to be had here (seccomp)",
                hint="Install libseccomp, or unset DBAPI_SCRIPT_REQUIRE_SECCOMP",
            )
        self.workers.start_ahead()

    async def close(self) -> None:
        """End every worker."""
        await self.workers.close()
        await self._nursery.close()

    def program(self, sources: Sequence[Source]) -> ScriptProgram:
        """A program of texts that were checked."""
        return ScriptProgram(next(self._numbers), tuple(sources))

    async def check(self, sources: Sequence[Source]) -> list[Checked]:
        """Read each text in a worker, so that no author's text is parsed in the platform.

        Raises ScriptError when that fails.
        """
        for where, text in sources:
            if len(text.encode("utf-8", "replace")) > self.limits.source_bytes:
                message = f"is larger than {self.limits.source_bytes:,} bytes"
                return [Checked((DefinitionProblem(where, message),)) for _ in sources]
        deadline = asyncio.get_running_loop().time() + _CHECK_S
        worker = await self.workers.acquire(_READERS, deadline)
        reusable = False
        try:
            async with asyncio.timeout_at(deadline):
                await worker.link.send("check", list(sources))
                name, found = unpack(await worker.link.receive())
            reusable = name == "checked"
            return [
                _checked(where, answer) for (where, _), answer in zip(sources, found, strict=True)
            ]
        except (WorkerGone, TimeoutError, ValueError, TypeError, KeyError):
            raise WorkerLost("The text could not be read: it may be nested too deeply") from None
        finally:
            self.workers.release(worker, reusable=reusable)

    async def run(
        self,
        program: ScriptProgram,
        entry: str,
        arguments: Mapping[str, Any],
        *,
        call: Call,
        domain: str,
        timeout_s: float,
    ) -> ScriptAnswer:
        """Run `execute`, `transform`, `validate` or `test`. Raises ScriptError.

        Raises also what the datasource raised, when the script let it pass.
        """
        deadline = asyncio.get_running_loop().time() + timeout_s
        logs: list[LogLine] = []
        try:
            worker = await self.workers.acquire(domain, deadline)
            reusable = False
            try:
                async with asyncio.timeout_at(deadline):
                    begin = partial(self._begin, worker, program, entry, arguments)
                    await begin(program.number in worker.known)
                    body, rows, reusable = await self._answer(worker, program, call, logs, begin)
                return ScriptAnswer(body, rows, tuple(logs))
            except TimeoutError:
                raise ScriptTimeout(
                    f"The script ran longer than {timeout_s:.2g} seconds and was ended",
                    hint="give the endpoint a longer timeout, or the script less to do",
                ) from None
            except WorkerGone:
                raise await self._loss(worker) from None
            except _Answered as answered:
                reusable = answered.is_clean and not isinstance(answered.error, MemoryLimit)
                raise answered.error from None
            finally:
                self.workers.release(worker, reusable=reusable)
                await call.end()
        except ScriptError as error:
            error.logs = tuple(logs)
            raise

    async def _begin(
        self,
        worker: Worker,
        program: ScriptProgram,
        entry: str,
        arguments: Mapping[str, Any],
        is_known: bool,  # noqa: FBT001
    ) -> None:
        """Send the call, with the program's texts unless the worker has them."""
        worker.known.add(program.number)
        await worker.link.send(
            "run",
            program.number,
            None if is_known else program.sources,
            entry,
            dict(arguments),
            self.limits.cpu_s,
            self.limits.output_bytes,
        )

    async def _answer(
        self,
        worker: Worker,
        program: ScriptProgram,
        call: Call,
        logs: list[LogLine],
        begin: Callable[[bool], Awaitable[None]],
    ) -> tuple[bytes, int | None, bool]:
        """The result's JSON, its rows, and whether the script left nothing behind.

        Until then the worker asks, and is answered.
        """
        asked, is_resent = 0, False
        while True:
            try:
                name, *fields = unpack(await worker.link.receive())
                match name, fields:
                    case "result", [bytes() as body, rows, is_clean]:
                        return body, rows, is_clean
                    case "log", [str() as level, str() as text]:
                        if len(logs) < _MAX_LOG and level in _LEVELS:
                            logs.append(LogLine(level, text[:_MAX_LINE]))
                        continue
                    case "unknown", [_] if not is_resent:
                        # It has had so many programs since that it let this one go.
                        is_resent = True
                        await begin(False)  # noqa: FBT003
                        continue
                    case "failed", [dict() as failure, is_clean]:
                        raise _Answered(_failure(failure, program, call), is_clean is True)
                    case "output", [int() as size, is_clean]:
                        raise _Answered(self._too_large(size), is_clean is True)
            except (ValueError, KeyError, TypeError) as error:
                raise WorkerLost(f"The script's process sent what is no message: {error}") from None
            asked += 1
            if asked > self.limits.queries:
                raise QueryLimit(
                    f"The script asked for more than {self.limits.queries} queries and requests",
                    hint="ask for more rows at once: WHERE id = ANY(…), or a join",
                )
            await worker.link.send(*await call.answer(name, fields))

    def _too_large(self, size: int) -> OutputLimit:
        return OutputLimit(
            f"The answer has {size:,} bytes; {self.limits.output_bytes:,} is the most",
            hint="answer fewer rows, or page by page",
        )

    async def _loss(self, worker: Worker) -> ScriptError:
        """Why the worker ended."""
        status = await self._nursery.status_of(worker.process)
        if status == -signal.SIGPROF:
            return CpuLimit(
                f"The script used more than {self.limits.cpu_s:g} seconds of processor time",
                hint="is there a loop without an end?",
            )
        if status == OUT_OF_MEMORY:
            return MemoryLimit("The script needed more memory than it may have")
        if status is not None and status < 0:
            with suppress(ValueError):
                name = signal.Signals(-status).name
                return WorkerLost(f"The script's process was ended by {name}")
        return WorkerLost("The script's process ended without an answer")


class _Answered(Exception):
    """The worker told how the script failed: it can be used again if nothing was left behind."""

    def __init__(self, error: Exception, is_clean: bool) -> None:  # noqa: FBT001
        self.error = error
        self.is_clean = is_clean


def _checked(where: str, answer: Mapping[str, Any]) -> Checked:
    problems = tuple(
        DefinitionProblem(where, str(message), line if type(line) is int else None)
        for message, line in answer["problems"]
    )
    if problems:
        return Checked(problems)
    return Checked((), frozenset(map(str, answer["defined"])), frozenset(map(str, answer["read"])))


def _failure(failure: Mapping[str, Any], program: ScriptProgram, call: Call) -> Exception:
    message = str(failure["message"])[:2_000]
    if failure["kind"] == "refused":
        status = failure["status"]
        is_sound = type(status) is int and 400 <= status <= 499
        return ScriptRefused(message, status if is_sound else 400)
    where, line = _place(failure["frames"], program)
    own = call.error(failure["number"])
    if own is not None:
        own.place = where, line
        return own
    if failure["kind"] == "memory":
        return MemoryLimit(
            "The script needed more memory than it may have", where=where, line=line,
            hint="DBAPI_SCRIPT_MEMORY_MB says how much that is",
        )  # fmt: skip
    kind = str(failure["type"])[:100]
    if kind == "AssertionError" and not message:
        message = _line_of(program, where, line)
    text = f"{kind}: {message}" if message else kind
    return ScriptError(text, where=where, line=line)


def _line_of(program: ScriptProgram, where: str, line: int | None) -> str:
    """The author's own words: what was asserted, when nothing else is said of it."""
    lines = dict(program.sources)[where].splitlines()
    return lines[line - 1].strip() if line is not None and line <= len(lines) else ""


def _place(frames: Sequence[Any], program: ScriptProgram) -> tuple[str, int | None]:
    """The innermost line of the author's."""
    known = {where for where, _ in program.sources}
    for where, line in reversed(frames):
        if where in known and type(line) is int and line > 0:
            return where, line
    return program.sources[-1][0], None
