"""What answers here, and whether it is well. Needs no login."""

from typing import Any

from fastapi import APIRouter

from ... import __version__
from ...store import current_change
from ..dependencies import ServicesDep, SessionDep

router = APIRouter(tags=["about"])
health = APIRouter(prefix="/health", tags=["about"])


@router.get("/about")
async def about(services: ServicesDep) -> dict[str, str]:
    """The platform's name, version, and the address of its gateway."""
    return {
        "name": "pyDBAPI",
        "version": __version__,
        "gateway_url": f"{services.settings.public_url}/api",
    }


@health.get("/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@health.get("/ready")
async def ready(services: ServicesDep, session: SessionDep) -> dict[str, Any]:
    """The platform's database answers too; 503 otherwise. Tells what scripts are locked in by."""
    await current_change(session)
    scripts = services.engines.scripts.engine
    workers = scripts.workers
    return {
        "status": "ok",
        "scripts": {
            "isolation": list(scripts.held),
            "workers": {"busy": workers.busy, "idle": workers.idle, "waiting": workers.waiting},
        },
    }
