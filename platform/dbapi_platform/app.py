"""The composition root: the only place where the parts are put together."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.types import ASGIApp

from .catalogue import create_catalogue, is_catalogue
from .creating import create_services
from .gateway import caching
from .gateway.app import Gateway
from .gateway.bounds import Bounds
from .gateway.circuits import Circuits
from .gateway.clients import ClientTokens
from .gateway.jobs import make_jobs
from .gateway.limits import Limits as RequestLimits
from .gateway.limits import SharedLimits
from .gateway.parts import Parts, choose_parts
from .gateway.pipeline import Pipeline
from .gateway.queries import Redaction
from .gateway.records import Recorder
from .gateway.requests import Receive, Scope, Send
from .gateway.snapshot import Snapshots
from .gateway.spool import Spool
from .logs import configure_logs
from .management.app import create_management
from .management.services import Services
from .memory import keep_freed_memory
from .metrics import Metrics, State, watch
from .metrics.scraping import PATH as METRICS_PATH
from .records.upkeep import Upkeep
from .settings import Settings
from .store.changes import Served
from .store.waiting import wait_for_store
from .web import STATIC, Pages

if TYPE_CHECKING:
    from .tracing import Tracing


@dataclass(frozen=True, slots=True)
class Platform:
    """The parts that live as long as the process."""

    services: Services
    gateway: Gateway
    snapshots: Snapshots
    recorder: Recorder
    upkeep: Upkeep
    limits: RequestLimits
    cache: caching.Cache
    tokens: ClientTokens
    circuits: Circuits
    tracing: "Tracing | None" = None

    async def start(self) -> list[asyncio.Task[None]]:
        """Load the first snapshot and start the background work. Raises SchemaOutdated.

        While the platform's database is away it is waited for; nothing is served before.
        """
        await wait_for_store(self.services.database.require_revision)
        await self.services.engines.scripts.engine.start()
        await wait_for_store(self.snapshots.refresh)
        self.services.served.records = self.recorder
        return [
            asyncio.create_task(self.snapshots.follow()),
            asyncio.create_task(self.recorder.run()),
            asyncio.create_task(self.upkeep.run()),
            asyncio.create_task(self.limits.run()),
            asyncio.create_task(watch(self.state)),
            asyncio.create_task(self.gateway.run_jobs()),
        ]

    def state(self) -> State:
        """How it is now."""
        snapshot, datasources = self.snapshots.current, self.services.datasources
        jobs = self.gateway.jobs
        pools = {
            config.name: (pool.open - pool.idle, pool.idle, pool.waiting)
            for config in snapshot.datasources
            for pool in (datasources.state(config.id),)
        }
        return State(
            snapshot_age_s=self.services.served.age_s or 0.0,
            endpoints=snapshot.routes.count,
            are_limits_degraded=self.services.served.limits == "degraded",
            records_queued=self.recorder.queued,
            records_spooled=self.recorder.spooled,
            records_dropped=self.recorder.dropped,
            pools=pools,
            open_circuits=frozenset(
                config.name for config in snapshot.datasources if self.circuits.is_open(config.id)
            ),
            jobs_queued=jobs.queued if jobs else 0,
            jobs_running=jobs.running if jobs else 0,
        )

    async def stop(self, tasks: list[asyncio.Task[None]]) -> None:
        """End the background work, write what is queued, close every connection."""
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.services.logins.background.close()
        await self.recorder.close()
        if self.gateway.jobs:
            await self.gateway.jobs.close()
        await self.limits.close()
        await self.cache.close()
        await self.services.engines.scripts.close()
        await self.services.datasources.close()
        await self.services.database.close()
        if self.tracing:
            await self.tracing.close()


class Application:
    """ASGI: `/api/v1` and `/health` are management's, the rest of `/api` is the gateway's.

    What the gateway answers is told at `/catalog`. What else there is are the pages; a path that
    they do not have is management's to refuse.
    """

    def __init__(self, platform: Platform, *, static: Path = STATIC) -> None:
        self._gateway = platform.gateway
        management = create_management(platform.services)
        management.router.lifespan_context = _lifespan(platform)
        self._catalogue = create_catalogue(platform.services, platform.snapshots, platform.tokens)
        enabled = platform.services.settings.web_enabled
        self._metrics = Metrics(platform.services.settings.metrics_token.get_secret_value())
        self._rest: ASGIApp = Pages(management, static) if enabled else management

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to the one or the other."""
        if scope["type"] == "http" and _is_gateway(scope["path"]):
            await self._gateway(scope, receive, send)
        elif scope["type"] == "http" and is_catalogue(scope["path"]):
            await self._catalogue(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == METRICS_PATH:
            await self._metrics(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


def create_app() -> Application:
    """What a worker runs; settings come from the environment. Raises SettingsError."""
    settings = Settings()
    settings.require_secrets()
    configure_logs(settings.log_format, settings.log_level)
    keep_freed_memory()
    application = Application(create_platform(settings))
    # What is there now stays: the garbage collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    return application


def create_platform(settings: Settings) -> Platform:
    """Make every part from the settings; nothing is connected to yet."""
    services = create_services(settings)
    parts, tracing = choose_parts(settings.otlp_endpoint)
    snapshots = Snapshots(
        services.database,
        services.rules,
        services.datasources,
        poll_s=settings.snapshot_poll_ms / 1000,
        served=services.served,
    )
    tokens = ClientTokens(services.logins.sessions.signer, lifetime_s=settings.client_token_seconds)
    recorder = Recorder(
        services.database,
        capacity=settings.access_queue_size,
        redaction=Redaction(settings.redacted_parameters),
        spool=create_spool(settings),
    )
    limits = create_request_limits(settings, services.served, parts)
    cache = create_answer_cache(settings)
    bounds = Bounds(
        max_body_bytes=settings.max_body_bytes,
        max_concurrent=settings.default_max_concurrent,
        max_export_s=settings.max_export_seconds,
    )
    circuits = parts.circuits()
    pipeline = Pipeline(
        snapshots=snapshots,
        tokens=tokens,
        limits=limits,
        cache=cache,
        versions=parts.versions(services.engines, capacity=settings.compiled_endpoints),
        datasources=services.datasources,
        circuits=circuits,
        bounds=bounds,
    )
    gateway = parts.gateway(
        pipeline=pipeline,
        snapshots=snapshots,
        tokens=tokens,
        recorder=recorder,
        trusted_proxies=settings.trusted_proxies,
        bounds=bounds,
        jobs=make_jobs(settings, pipeline, snapshots, tokens, limits),
    )
    upkeep = Upkeep(services.database, keep_days=settings.access_record_days)
    return Platform(
        services, gateway, snapshots, recorder, upkeep, limits, cache, tokens, circuits, tracing
    )


def create_spool(settings: Settings) -> Spool | None:
    """Where access records wait that the database does not take."""
    if not settings.access_spool_mb:
        return None
    return Spool(settings.access_spool_directory, max_bytes=settings.access_spool_mb * 1024 * 1024)


def create_request_limits(settings: Settings, served: Served, parts: Parts) -> RequestLimits:
    """How much may be asked: counted in Redis where one is set."""
    url = settings.redis_url.get_secret_value()
    shared = SharedLimits(url) if url else None
    return parts.limits(shared, settings.limits_on_redis_failure, served)


def create_answer_cache(settings: Settings) -> caching.Cache:
    """Where answers are kept: in each worker, and in Redis where one is set."""
    url = settings.redis_url.get_secret_value()
    process = caching.ProcessCache(settings.cache_mb * 1_048_576)
    return caching.Cache(process, caching.SharedCache(url) if url else None)


def _is_gateway(path: str) -> bool:
    if path.startswith("/api/"):
        return not (path.startswith("/api/v1/") or path == "/api/v1")
    return path == "/token/generate"


def _lifespan(platform: Platform) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        tasks = await platform.start()
        try:
            yield
        finally:
            with suppress(Exception):
                await platform.stop(tasks)

    return lifespan
