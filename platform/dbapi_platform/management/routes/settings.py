"""The settings that this platform runs with, as far as they are no secret."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import SecretStr
from pydantic_core import PydanticUndefined, to_jsonable_python
from sqlalchemy.engine import URL, make_url

from ...settings import Settings
from ...store import Action, ResourceType
from ..dependencies import CallerDep, ServicesDep, needs
from ..paging import Page, whole
from ..shapes import SettingAnswer

router = APIRouter(prefix="/settings", tags=["settings"])

R, A = ResourceType.SETTINGS, Action


@router.get("", dependencies=[needs(R, A.READ)])
async def list_(services: ServicesDep, caller: CallerDep) -> Page[SettingAnswer]:
    """Every setting by name; of a secret only whether it is set."""
    caller.require(R, A.READ)
    settings = services.settings
    return whole([_answer(settings, name) for name in sorted(Settings.model_fields)])


def _answer(settings: Settings, name: str) -> SettingAnswer:
    field = Settings.model_fields[name]
    value = settings.model_dump(include={name})[name]
    is_secret = isinstance(value, SecretStr)
    default = None if is_secret or field.default is PydanticUndefined else field.default
    return SettingAnswer(
        name=f"DBAPI_{name.upper()}",
        description=field.description or "",
        is_secret=is_secret,
        is_set=bool(value.get_secret_value()) if is_secret else name in settings.model_fields_set,
        value=None if is_secret else _shown(name, value),
        default=_shown(name, default),
    )


def _shown(name: str, value: Any) -> Any:
    if name == "database_url":
        # A URL may hold a password, in its query too.
        url = make_url(value)
        return URL.create(
            url.drivername, host=url.host, port=url.port, database=url.database
        ).render_as_string()
    if isinstance(value, Path):
        return str(value)
    return to_jsonable_python(value)
