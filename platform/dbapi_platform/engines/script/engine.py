"""Scripts: checked and run in workers, within limits that end them whatever they do."""

import asyncio
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..errors import Code, DefinitionProblem
from .calls import Call
from .conversation import Conversation
from .errors import ScriptError, ScriptTimeout, WorkerLost
from .failing import loss_of
from .limits import ScriptLimits, ScriptReach
from .links import WorkerGone
from .programs import Checked, ScriptAnswer, ScriptProgram, Source, checked
from .spawning import Nursery
from .worker.wire import unpack
from .workers import Worker, Workers

# Reading sources needs no datasource.
_READERS: Final = ""
_CHECK_S: Final = 20.0
# A worker lives as long as this many calls may run that use all the processor time they have.
_LIFE: Final = 30


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
                problem = DefinitionProblem(where, message, code=Code.TOO_LARGE)
                return [Checked((problem,) if other == where else ()) for other, _ in sources]
        deadline = asyncio.get_running_loop().time() + _CHECK_S
        worker = await self.workers.acquire(_READERS, deadline)
        reusable = False
        try:
            async with asyncio.timeout_at(deadline):
                await worker.link.send("check", list(sources))
                name, found = unpack(await worker.link.receive())
            reusable = name == "checked"
            return [
                checked(where, text, answer)
                for (where, text), answer in zip(sources, found, strict=True)
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
        worker = await self.workers.acquire(domain, deadline)
        talk = Conversation(worker, program, call, self.limits)
        try:
            async with asyncio.timeout_at(deadline):
                body, rows = await talk.run(entry, arguments)
            return ScriptAnswer(body, rows, tuple(talk.logs))
        except (TimeoutError, WorkerGone, ScriptError) as error:
            failed = await self._ended(error, worker, timeout_s)
            failed.logs = tuple(talk.logs)
            raise failed from None
        finally:
            self.workers.release(worker, reusable=talk.is_clean)
            await call.end()

    async def _ended(
        self, error: TimeoutError | WorkerGone | ScriptError, worker: Worker, timeout_s: float
    ) -> ScriptError:
        if isinstance(error, ScriptError):
            return error
        if isinstance(error, WorkerGone):
            return loss_of(await self._nursery.status_of(worker.process), self.limits.cpu_s)
        return ScriptTimeout(
            f"The script ran longer than {timeout_s:.2g} seconds and was ended",
            hint="give the endpoint a longer timeout, or the script less to do",
        )
