"""What answers here, and whether it is well. Needs no login."""

import asyncio
from typing import Literal

from fastapi import APIRouter

from ... import __version__
from ...store import current_change
from ...store.waiting import AWAY
from ..about_shapes import (
    AboutAnswer,
    LiveAnswer,
    ReadyAnswer,
    RecordsAnswer,
    ScriptsAnswer,
    SnapshotAnswer,
    WorkersAnswer,
)
from ..dependencies import ServicesDep
from ..services import Services

router = APIRouter(tags=["about"])
health = APIRouter(prefix="/health", tags=["about"])

# Whoever asks whether it is well waits no longer.
ASK_S = 2.0


@router.get("/about")
async def about(services: ServicesDep) -> AboutAnswer:
    """The platform's name, version, and the address of its gateway."""
    return AboutAnswer(
        name="pyDBAPI",
        version=__version__,
        gateway_url=f"{services.settings.public_url}/api",
    )


@health.get("/live")
async def live() -> LiveAnswer:
    """The process answers."""
    return LiveAnswer(status="ok")


@health.get("/ready")
async def ready(services: ServicesDep) -> ReadyAnswer:
    """Endpoints are answered. Tells how each part is: the platform's database, what is served,
    the access records, what scripts are locked in by, and where requests are counted."""
    served, records = services.served, services.served.records
    scripts = services.engines.scripts.engine
    workers = scripts.workers
    database = await _database(services)
    return ReadyAnswer(
        status="ok" if database == "ok" else "degraded",
        database=database,
        snapshot=SnapshotAnswer(change=served.change, age_seconds=served.age_s),
        records=RecordsAnswer(
            queued=records.queued if records else 0,
            spooled=records.spooled if records else 0,
            dropped=records.dropped if records else 0,
        ),
        scripts=ScriptsAnswer(
            isolation=list(scripts.held),
            workers=WorkersAnswer(busy=workers.busy, idle=workers.idle, waiting=workers.waiting),
        ),
        limits=served.limits,
    )


async def _database(services: Services) -> Literal["ok", "away"]:
    try:
        async with asyncio.timeout(ASK_S), services.database.session() as session:
            await current_change(session)
    except AWAY:
        return "away"
    return "ok"
