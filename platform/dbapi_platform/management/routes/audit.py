"""The audit log: who changed what. It is only ever read; nothing here changes or deletes it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse

from ...records.audit import NEWEST_FIRST, AuditFilter, get_entry, search_audit
from ...records.export import MEDIA, export_rows
from ...store import Action, ResourceType
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs, note_download
from ..paging import from_cursor, to_cursor
from ..record_shapes import MAX_ID, AuditEntryAnswer, AuditExport, AuditQuery, RecordPage

router = APIRouter(prefix="/audit-entries", tags=["audit"])

R, A = ResourceType.AUDIT_ENTRY, Action
READS = [needs(R, A.READ)]
SORT = "audit_entries"
COLUMNS = tuple(AuditEntryAnswer.model_fields)
FILTERS = (
    "actor", "action", "resource_type", "resource_id", "change", "via", "request_id", "since",
    "until",
)  # fmt: skip


@router.get("", dependencies=READS)
async def list_entries(
    session: SessionDep, caller: CallerDep, wanted: Annotated[AuditQuery, Query()]
) -> RecordPage[AuditEntryAnswer]:
    """Changes, failed logins and what else was noted, newest first."""
    caller.require(R, A.READ)
    after = from_cursor(SORT, wanted.cursor, NEWEST_FIRST)
    found = await search_audit(
        session, _filter(wanted), limit=wanted.limit, offset=wanted.offset, after=after
    )
    return RecordPage(
        items=[AuditEntryAnswer.model_validate(row) for row in found.entries],
        total=found.total,
        total_is_capped=found.is_capped,
        next=to_cursor(SORT, found.last_key) if found.last_key else None,
    )


@router.get(
    "/export",
    dependencies=READS,
    response_class=StreamingResponse,
    responses={200: {"content": {media: {} for media in MEDIA.values()}}},
)
async def export_entries(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    wanted: Annotated[AuditExport, Query()],
) -> StreamingResponse:
    """The same entries as a file, CSV or a line of JSON each."""
    caller.require(R, A.READ)
    query = _filter(wanted).query(wanted.limit)
    await note_download(session, R, wanted)
    return StreamingResponse(
        export_rows(services.database, query, COLUMNS, wanted.format),
        media_type=MEDIA[wanted.format],
        headers={"Content-Disposition": f'attachment; filename="audit-entries.{wanted.format}"'},
    )


@router.get("/{entry_id}", dependencies=READS)
async def get(
    session: SessionDep, caller: CallerDep, entry_id: Annotated[int, Path(ge=1, le=MAX_ID)]
) -> AuditEntryAnswer:
    """One entry."""
    caller.require(R, A.READ)
    return AuditEntryAnswer.model_validate(await get_entry(session, entry_id))


def _filter(wanted: AuditQuery) -> AuditFilter:
    return AuditFilter(**wanted.model_dump(include=set(FILTERS)))
