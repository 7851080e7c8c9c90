"""Runs jobs: what a request would have done, for somebody who does not wait."""

import asyncio
import dataclasses
import logging
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

from ...logs import current_request_id
from ...metrics import count_job
from ...publishing.failures import TOO_LONG, RunError, failure_of
from ..calls import Call, Work
from ..errors import Refused
from ..formats import FORMATS
from ..limits import Limits, demand_of
from ..limits.demand import Demand, Held
from ..pinning import version_headers
from ..pipeline import Pipeline, refused
from ..requests import Request
from ..responses import Response, failure
from ..snapshot import Snapshots
from .attempt import Attempt
from .bounds import JobBounds
from .job import Answer, Asked, Kept
from .present import still_served
from .queue import Alive
from .store import BEAT_S, HOLD_S, Store, StoreAway
from .values import untagged

log = logging.getLogger(__name__)

# Queries and scripts are ended by the same timeout, and tell more of it.
_AFTER_S = 1.0
# Tells that a job was run: as the request that asked for it, with what it would have answered.
Tell = Callable[[Request, Call, Response, Refused | None, float], None]


class Runner:
    """Runs one job at a time for each that calls it. `running` is how many there are now."""

    def __init__(
        self,
        *,
        store: Store,
        pipeline: Pipeline,
        snapshots: Snapshots,
        limits: Limits,
        bounds: JobBounds,
        tell: Tell,
    ) -> None:
        self._store = store
        self._pipeline = pipeline
        self._snapshots = snapshots
        self._limits = limits
        self._bounds = bounds
        self._tell = tell
        self.running = 0

    async def run(self, key: str, alive: Alive) -> bool:
        """Run the job, if it is still to be run; False when it has to wait for its slots.

        Raises StoreAway.
        """
        kept = await self._store.get(key)
        if kept is None or kept.state.status.is_over:
            return True
        request, call = kept.asked.request(), Call()
        current_request_id.set(request.request_id)
        held, trouble = None, None
        try:
            call.route, call.client = still_served(self._snapshots.current, kept.asked)
        except Refused as error:
            trouble = error
        else:
            held = await self._slots(request, call)
            if held is None:
                return False
        self.running += 1
        try:
            return await self._begun(_Run(key, kept, request, call, held), trouble, alive)
        finally:
            self.running -= 1
            if held is not None:
                self._limits.give_back(held)

    async def _slots(self, request: Request, call: Call) -> Held | None:
        assert call.route is not None  # noqa: S101 - it was found
        demand = demand_of(
            request, call.route, call.client, max_concurrent=self._bounds.max_concurrent
        )
        try:
            # It was counted when it was asked for.
            return await self._limits.take(Demand(demand.slots, None, HOLD_S))
        except Refused:
            return None

    async def _begun(self, run: "_Run", trouble: Refused | None, alive: Alive) -> bool:
        attempt = Attempt(self._store, run.key, run.kept, most_bytes=self._bounds.result_bytes)
        begun = await attempt.begin()
        if begun != "begun":
            return begun == "over"
        started = perf_counter()
        if trouble is None:
            found = await self._worked(run, attempt, alive)
            if found is None:
                trouble = Refused(499, "client_disconnected", "The job was cancelled")
                self._told(run, Response(499, b"", []), trouble, started)
                return True
        else:
            found = trouble
        await self._end(run, attempt, found, started)
        return True

    async def _worked(self, run: "_Run", attempt: Attempt, alive: Alive) -> Answer | Refused | None:
        """What came of it; None when it was cancelled. Whoever cancels this has it run again."""
        work = asyncio.create_task(self._work(run, attempt))
        try:
            while not (await asyncio.wait({work}, timeout=BEAT_S))[0]:
                if not await self._beat(run, attempt, alive):
                    work.cancel()
                    await asyncio.wait({work})
                    await attempt.drop()
                    return None
            return work.result()
        except BaseException:
            # Also what Redis took with it when it went: the next attempt finds it free.
            work.cancel()
            await asyncio.wait({work})
            with suppress(StoreAway):
                await attempt.let_go()
            raise

    async def _beat(self, run: "_Run", attempt: Attempt, alive: Alive) -> bool:
        try:
            if run.held is not None:
                await self._limits.renew(run.held)
            if not await attempt.beat():
                return False
            await alive()
        except Exception as error:  # noqa: BLE001 - the query goes on, and the next beat may work
            log.debug("A job's beat was not heard: %s", type(error).__name__)
        return True

    async def _work(self, run: "_Run", attempt: Attempt) -> Answer | Refused:
        try:
            async with asyncio.timeout(self._bounds.timeout_s + _AFTER_S):
                return await self._made(run, attempt)
        except Refused as error:
            return error
        except RunError as error:
            return refused(failure_of(error))
        except TimeoutError:
            return Refused(504, "query_timeout", TOO_LONG)
        except StoreAway:
            raise
        except Exception as error:
            log.exception("Job of request %s failed", run.request.request_id)
            return Refused(500, "internal_error", "The platform failed", internal=repr(error))

    async def _made(self, run: "_Run", attempt: Attempt) -> Answer:
        asked, call = run.kept.asked, run.call
        assert call.route is not None  # noqa: S101 - it was found
        work = Work(call, call.route, run.request, {}, FORMATS[asked.form])
        values = {name: untagged(value) for name, value in asked.values.items()}
        response = await self._pipeline.make(work, values, timeout_s=self._bounds.timeout_s)
        response.headers += self._version_headers(asked, run)
        try:
            return await attempt.write(response)
        finally:
            await response.close()

    def _version_headers(self, asked: Asked, run: "_Run") -> list[tuple[bytes, bytes]]:
        published = self._snapshots.current.routes.of(asked.endpoint_id)
        route = run.call.route
        if route is None or published is None:
            return []
        return list(version_headers(run.request, route, published))

    async def _end(
        self, run: "_Run", attempt: Attempt, found: Answer | Refused, started: float
    ) -> None:
        if isinstance(found, Answer):
            trouble, response = None, Response(200, b"", [], rows=found.rows)
            done = await attempt.succeed(found, keep_s=self._bounds.keep_s)
        else:
            trouble, response = found, failure(found, run.request.request_id)
            done = await attempt.fail(found, keep_s=self._bounds.keep_s)
        if not done and await attempt.beat():
            await attempt.let_go()
            raise StoreAway("not all of the answer is there")
        if done:
            count_job("failed" if trouble else "succeeded")
        if not done or trouble is not None:
            await attempt.drop()
        self._told(run, response, trouble, started)

    def _told(
        self, run: "_Run", response: Response, trouble: Refused | None, started: float
    ) -> None:
        self._tell(run.request, run.call, response, trouble, (perf_counter() - started) * 1000)


@dataclasses.dataclass(slots=True)
class _Run:
    """A job on its way: what it was asked, as what request, and the slots that it holds."""

    key: str
    kept: Kept
    request: Request
    call: Call
    held: Held | None
