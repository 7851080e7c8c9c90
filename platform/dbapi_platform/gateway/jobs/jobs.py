"""Answers later: a request becomes a job, which is run when its turn comes and asked for by id."""

import asyncio
import logging
from contextlib import suppress
from time import monotonic, time

import msgspec

from ...metrics import count_job
from ..calls import Call, Work
from ..clients import ClientTokens
from ..departures import WhilePresent
from ..errors import Refused, retry_after
from ..limits import Limits, demand_of
from ..limits.demand import Demand
from ..pipeline import Pipeline, require_allowed
from ..requests import Request
from ..responses import Response
from ..snapshot import Snapshots
from . import seeing, telling
from .bounds import JobBounds
from .job import Asked, Failure, Kept, State, Status, key_of, new_id
from .preference import Preference, preference_of
from .queue import Queue
from .running import Runner, Tell
from .store import Store, StoreAway
from .values import tagged

log = logging.getLogger(__name__)

# How often it is looked whether an answer that is waited for is there.
LOOK_S = 0.1
# How often it is counted how many wait.
COUNT_S = 2.0
FULL_S = 5.0


class Jobs:
    """Takes jobs in, runs them, and answers for them."""

    def __init__(
        self,
        *,
        store: Store,
        queue: Queue,
        pipeline: Pipeline,
        snapshots: Snapshots,
        tokens: ClientTokens,
        limits: Limits,
        bounds: JobBounds,
    ) -> None:
        self._store = store
        self._queue = queue
        self._pipeline = pipeline
        self._snapshots = snapshots
        self._tokens = tokens
        self._limits = limits
        self._bounds = bounds
        self._runner: Runner | None = None
        self.queued = 0

    @property
    def running(self) -> int:
        """How many run in this worker."""
        return self._runner.running if self._runner else 0

    async def accept(self, work: Work) -> Response | None:
        """202, or the answer when it is there in time; None when it is to be waited for.

        Raises Refused as the request would be.
        """
        preference = preference_of(work.request)
        if preference is None or not work.route.definition.allow_async:
            return None
        try:
            await self._store.ping()
        except StoreAway:
            return None
        demand = demand_of(
            work.request, work.route, work.call.client, max_concurrent=self._bounds.max_concurrent
        )
        held = await self._limits.take(Demand((), demand.window, demand.lease_s))
        work.call.headers = (*work.call.headers, *held.headers())
        _, values = await self._pipeline.bind(work)
        kept = self._new(work, demand.slots[0].key, values)
        job_id = new_id()
        try:
            await self._line_up(key_of(job_id), kept)
            if preference.wait_s:
                return await self._waited(work.request, job_id, kept, preference)
        except StoreAway as error:
            raise seeing.away(error) from None
        return telling.accepted(work.request, job_id, kept)

    async def answer(self, request: Request, call: Call) -> Response:
        """What is asked of a job: how it stands, its answer, or to end it. Raises Refused."""
        snapshot = self._snapshots.current
        try:
            job_id, is_result = seeing.job_id_of(request.segments())
            kept = await seeing.find(self._store, job_id)
            if kept is None:
                raise seeing.gone()
        except Refused:
            require_allowed(snapshot, request, call)
            raise
        seeing.require_own(snapshot, self._tokens, request, call, kept.asked)
        if request.method == "DELETE" and not is_result:
            return await self._end(job_id, kept)
        if request.method != "GET":
            allow = b"GET" if is_result else b"GET, DELETE"
            message = f"Use {allow.decode().replace(', ', ' or ')}"
            raise Refused(405, "method_not_allowed", message, headers=[(b"allow", allow)])
        if is_result:
            return telling.result(key_of(job_id), kept, self._store)
        return telling.standing(request, job_id, kept)

    async def run(self, tell: Tell) -> None:
        """Run jobs for ever; `tell` is told of each."""
        self._runner = Runner(
            store=self._store,
            pipeline=self._pipeline,
            snapshots=self._snapshots,
            limits=self._limits,
            bounds=self._bounds,
            tell=tell,
        )
        counting = asyncio.create_task(self._count())
        try:
            await self._queue.run(self._runner.run, self._lost)
        finally:
            counting.cancel()

    async def close(self) -> None:
        """Let go of what is kept."""
        await self._store.close()

    def _new(self, work: Work, caller: str, values: dict[str, object]) -> Kept:
        request, route, client = work.request, work.route, work.call.client
        present = time()
        asked = Asked(
            request_id=request.request_id,
            created_at=present,
            endpoint_id=route.endpoint_id,
            version_id=route.version_id,
            version=route.version,
            client_id=client.id if client else None,
            caller=caller,
            method=request.method,
            path=request.path,
            root=request.root,
            query=request.query_bytes(),
            naming=request.headers.get(b"x-response-naming"),
            ip=request.ip,
            form=work.form.name,
            values={name: tagged(value) for name, value in values.items()},
        )
        lasts_s = self._bounds.keep_s + self._bounds.timeout_s
        return Kept(asked, State(Status.QUEUED, expires_at=present + lasts_s))

    async def _line_up(self, key: str, kept: Kept) -> None:
        most = self._bounds.per_caller
        if not await self._store.create(key, kept, most=most):
            raise Refused(
                429,
                "too_many_jobs",
                f"More than {most} jobs that are not done; wait for one, or cancel one",
                headers=[retry_after(FULL_S)],
            )
        try:
            await self._queue.put(key)
        except StoreAway:
            await self._store.remove(key, kept)
            raise

    async def _waited(
        self, request: Request, job_id: str, kept: Kept, preference: Preference
    ) -> Response:
        key, until = key_of(job_id), monotonic() + preference.wait_s
        try:
            with WhilePresent(request):
                while not kept.state.status.is_over and monotonic() < until:
                    await asyncio.sleep(LOOK_S)
                    kept = await seeing.find(self._store, job_id) or kept
        except BaseException:
            with suppress(StoreAway):
                await self._cancel(key, kept)
            raise
        if not kept.state.status.is_over:
            return telling.accepted(request, job_id, kept)
        if kept.state.failure is not None:
            await self._store.remove(key, kept)
            raise kept.state.failure.refused(kept.asked.request_id)
        response = telling.result(key, kept, self._store)
        if isinstance(response.export, telling.KeptAnswer):
            response.export.then = lambda: self._store.remove(key, kept)
        return response

    async def _end(self, job_id: str, kept: Kept) -> Response:
        key = key_of(job_id)
        try:
            if await self._cancel(key, kept):
                return telling.ended(job_id, status="cancelled")
            await self._store.remove(key, await self._store.get(key) or kept)
        except StoreAway as error:
            raise seeing.away(error) from None
        return telling.ended(job_id, status="removed")

    async def _cancel(self, key: str, kept: Kept) -> bool:
        """Whoever runs it learns it with the next beat, and ends its query."""
        present = time()
        state = msgspec.structs.replace(
            kept.state,
            status=Status.CANCELLED,
            finished_at=present,
            expires_at=present + self._bounds.keep_s,
        )
        is_cancelled = await self._store.change(key, kept.asked, state)
        if is_cancelled:
            count_job("cancelled")
        return is_cancelled

    async def _lost(self, key: str) -> None:
        """It was begun as often as it may be, and cut each time."""
        refused = Refused(500, "job_lost", "The job was cut off while it ran; ask again")
        try:
            if kept := await self._store.get(key):
                present = time()
                state = msgspec.structs.replace(
                    kept.state,
                    status=Status.FAILED,
                    finished_at=present,
                    expires_at=present + self._bounds.keep_s,
                    failure=Failure.of(refused),
                )
                if await self._store.change(key, kept.asked, state):
                    count_job("failed")
        except StoreAway as error:
            log.warning("A job was lost, and cannot be told so: %s", error)

    async def _count(self) -> None:
        while True:
            try:
                self.queued = await self._queue.waiting()
            except StoreAway:
                self.queued = 0
            await asyncio.sleep(COUNT_S)
