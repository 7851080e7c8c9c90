"""What answers here, and whether it is well. Needs no login."""

from fastapi import APIRouter

from ... import __version__
from ...store import current_change
from ..about_shapes import AboutAnswer, LiveAnswer, ReadyAnswer, ScriptsAnswer, WorkersAnswer
from ..dependencies import ServicesDep, SessionDep

router = APIRouter(tags=["about"])
health = APIRouter(prefix="/health", tags=["about"])


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
async def ready(services: ServicesDep, session: SessionDep) -> ReadyAnswer:
    """The platform's database answers too; 503 otherwise. Tells what scripts are locked in by,
    and where requests are counted."""
    await current_change(session)
    scripts = services.engines.scripts.engine
    workers = scripts.workers
    return ReadyAnswer(
        status="ok",
        scripts=ScriptsAnswer(
            isolation=list(scripts.held),
            workers=WorkersAnswer(busy=workers.busy, idle=workers.idle, waiting=workers.waiting),
        ),
        limits=services.served.limits,
    )
