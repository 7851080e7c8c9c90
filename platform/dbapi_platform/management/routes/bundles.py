"""Bundles: definitions as files, exported here and imported there."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from ...access.permissions import Caller
from ...bundles.exporting import Selection, export_bundle
from ...bundles.files import MAX_ARCHIVE_BYTES, check_texts, read_archive, write_archive
from ...bundles.importing import import_bundle
from ...bundles.reading import read_bundle
from ...bundles.reporting import Report
from ...bundles.shapes import Bundle
from ...bundles.work import MESSAGE, Wishes
from ...bundles.writing import write_bundle
from ...store import Action, Actor, ResourceType, acting
from ..bundle_shapes import (
    BundleIn,
    BundleQuery,
    BundleReportAnswer,
    ImportQuery,
    PlanQuery,
    report_answer,
)
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..services import Services

router = APIRouter(prefix="/bundle", tags=["bundles"])

R, A = ResourceType.ENDPOINT, Action
ZIP = "application/zip"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_TAKES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {ZIP: _BINARY, "application/json": {"schema": BundleIn.model_json_schema()}},
    }
}


class ZipResponse(Response):
    media_type = ZIP


@router.get(
    "",
    dependencies=[needs(R, A.READ)],
    # Without a media type of its own: errors are JSON.
    response_class=Response,
    responses={200: {"content": {ZIP: _BINARY}, "description": "The bundle's files"}},
)
async def export(
    session: SessionDep, caller: CallerDep, wanted: Annotated[BundleQuery, Query()]
) -> Response:
    """Definitions that the caller may read, as a zip archive of YAML files without any secret."""
    selection = Selection(tuple(wanted.module), tuple(wanted.endpoint))
    bundle = await export_bundle(session, caller, selection)
    data = await asyncio.to_thread(lambda: write_archive(write_bundle(bundle)))
    headers = {"Content-Disposition": 'attachment; filename="bundle.zip"'}
    return ZipResponse(data, headers=headers)


@router.post("/plan", dependencies=[needs(R, A.UPDATE)], openapi_extra=_TAKES)
async def plan(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    wanted: Annotated[PlanQuery, Query()],
) -> BundleReportAnswer:
    """What importing the bundle would do: it is tried as a whole, and nothing of it is kept."""
    actor = acting(session)
    await session.close()
    wishes = Wishes(overwrite=wanted.overwrite, dry_run=True)
    report = await _import(services, caller, actor, await _bundle(request), wishes)
    return report_answer(report, imported=False)


@router.post("/import", dependencies=[needs(R, A.UPDATE)], openapi_extra=_TAKES)
async def import_(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    wanted: Annotated[ImportQuery, Query()],
) -> BundleReportAnswer:
    """Import all of the bundle, or nothing: a 409 names what stands in the way.

    Tests of endpoints are imported and not run. What is live in the bundle is live when this
    returns; what is only here stays as it is.
    """
    actor = acting(session)
    await session.close()
    wishes = Wishes(
        overwrite=wanted.overwrite, dry_run=wanted.dry_run, message=wanted.message or MESSAGE
    )
    report = await _import(services, caller, actor, await _bundle(request), wishes)
    if not wanted.dry_run:
        await services.settle()
    return report_answer(report, imported=not wanted.dry_run)


async def _import(
    services: Services, caller: Caller, actor: Actor, bundle: Bundle, wishes: Wishes
) -> Report:
    return await import_bundle(
        services.database,
        caller,
        actor,
        bundle,
        rules=services.rules,
        engines=services.engines,
        wishes=wishes,
    )


async def _bundle(request: Request) -> Bundle:
    data = await _body(request)
    is_json = request.headers.get("content-type", "").startswith("application/json")
    return await asyncio.to_thread(_read, data, is_json=is_json)


def _read(data: bytes, *, is_json: bool) -> Bundle:
    if not is_json:
        return read_bundle(read_archive(data))
    try:
        files = BundleIn.model_validate_json(data).files
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        raise RequestValidationError(
            [{**problem, "loc": ("body", *problem["loc"])} for problem in problems]
        ) from None
    check_texts(files)
    return read_bundle(files)


async def _body(request: Request) -> bytes:
    """Raises HTTPException for one that is too large."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > MAX_ARCHIVE_BYTES:
            message = f"A bundle's archive has at most {MAX_ARCHIVE_BYTES:,} bytes"
            raise HTTPException(413, message)
    return bytes(found)
