"""The process that workers are forked from, as the platform sees it: started, asked, replaced."""

import asyncio
import itertools
import json
import socket
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from .errors import WorkerLost
from .links import Link

_START_S: Final = 30.0
_END_S: Final = 2.0
# Ends that nobody asked for yet.
_REMEMBERED: Final = 500
_MODULE: Final = "dbapi_platform.engines.script.worker.nursery"


class Nursery:
    """One process; when it ended, the next worker starts another."""

    def __init__(
        self, *, memory_bytes: int, life_cpu_s: int, output_bytes: int, modules: Sequence[str]
    ) -> None:
        self.held: tuple[str, ...] = ()
        self._options = {
            "memory_bytes": memory_bytes, "life_cpu_s": life_cpu_s, "modules": list(modules),
        }  # fmt: skip
        self._output_bytes = output_bytes
        self._numbers = itertools.count(1)
        self._starting: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._facts: asyncio.Task[None] | None = None
        self._started: dict[int, asyncio.Future[int]] = {}
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._directory = tempfile.TemporaryDirectory(prefix="dbapi-scripts-")

    async def start(self) -> None:
        """Ready to fork. Raises WorkerLost when it does not start."""
        if self._is_alive():
            return
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        try:
            await asyncio.shield(self._starting)
        finally:
            if self._starting is not None and self._starting.done():
                self._starting = None

    async def fork(self) -> tuple[Link, int]:
        """A new worker: its link and its process number there. Raises WorkerLost."""
        await self.start()
        ours, theirs = socket.socketpair()
        number = next(self._numbers)
        started = self._started[number] = asyncio.get_running_loop().create_future()
        try:
            self._command({"fork": number}, theirs.fileno())
            async with asyncio.timeout(_START_S):
                process = await started
            ours.setblocking(False)  # noqa: FBT003
            loop = asyncio.get_running_loop()
            _, link = await loop.create_unix_connection(lambda: Link(self._output_bytes), sock=ours)
        except (TimeoutError, OSError) as error:
            ours.close()
            raise WorkerLost(f"No process for scripts could be started: {error}") from None
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
            self._started.pop(number, None)
        return link, process

    def kill(self, process: int) -> None:
        """End a worker, whatever it is doing."""
        with suppress(WorkerLost):
            self._command({"kill": process})

    async def status_of(self, process: int) -> int | None:
        """How a worker ended, negative for a signal; None when nobody knows."""
        try:
            async with asyncio.timeout(_END_S):
                return await asyncio.shield(self._end_of(process))
        except TimeoutError:
            return None
        finally:
            self._ended.pop(process, None)

    async def close(self) -> None:
        """End every worker and the process itself."""
        if self._starting is not None:
            self._starting.cancel()
        await self._stop()
        self._directory.cleanup()

    def _is_alive(self) -> bool:
        return (
            self._process is not None
            and self._process.returncode is None
            and (self._facts is not None and not self._facts.done())
        )

    async def _start(self) -> None:
        await self._stop()
        ours, theirs = socket.socketpair()
        options = json.dumps({**self._options, "directory": self._directory.name})
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-m", _MODULE, str(theirs.fileno()), options,
                env={}, pass_fds=[theirs.fileno()], stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
        finally:
            theirs.close()
        ours.setblocking(False)  # noqa: FBT003
        # Asyncio's own socket cannot send descriptors, so commands have another.
        reader, self._writer = await asyncio.open_unix_connection(sock=ours.dup())
        try:
            async with asyncio.timeout(_START_S):
                line = await reader.readline()
        except TimeoutError:
            line = b""
        if not line:
            ours.close()
            raise WorkerLost(await _last_words(process))
        self.held = tuple(json.loads(line)["held"])
        self._process, self._control = process, ours
        self._facts = asyncio.create_task(self._listen(reader))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            self._hear(json.loads(line))
        # Those who wait for a worker's start learn that there will be none.
        for started in self._started.values():
            if not started.done():
                started.set_exception(WorkerLost("The process for scripts ended"))

    def _hear(self, fact: dict[str, Any]) -> None:
        if "started" in fact:
            future = self._started.get(fact["started"])
            if future is not None and not future.done():
                future.set_result(fact["process"])
        elif "ended" in fact:
            ended = self._end_of(fact["ended"])
            if not ended.done():
                ended.set_result(fact["status"])
            if len(self._ended) > _REMEMBERED:
                del self._ended[next(iter(self._ended))]

    def _end_of(self, process: int) -> asyncio.Future[int]:
        return self._ended.setdefault(process, asyncio.get_running_loop().create_future())

    def _command(self, command: dict[str, Any], *descriptors: int) -> None:
        data = json.dumps(command).encode() + b"\n"
        if self._control is None:
            raise WorkerLost("The process for scripts is not running")
        try:
            if descriptors:
                socket.send_fds(self._control, [data], list(descriptors))
            else:
                self._control.send(data)
        except OSError as error:
            raise WorkerLost(f"The process for scripts is not there: {error}") from None

    async def _stop(self) -> None:
        """Hang up, by which the process and its workers end, and see to it that they do."""
        for end in (self._control, self._writer, self._facts):
            if end is not None:
                end.cancel() if isinstance(end, asyncio.Task) else end.close()
        self._control = self._writer = self._facts = None
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def _last_words(process: asyncio.subprocess.Process) -> str:
    with suppress(ProcessLookupError):
        process.kill()
    _, said = await process.communicate()
    lines = said.decode(errors="replace").strip().splitlines()
    return f"The process for scripts did not start: {lines[-1] if lines else 'it said nothing'}"
