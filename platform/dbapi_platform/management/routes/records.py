"""Access records, newest first: where an author finds what a consumer was not told."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse

from ...access.permissions import Caller
from ...records.export import MEDIA, export_rows
from ...records.scope import Scope, records_of
from ...records.search import (
    NEWEST_FIRST,
    NamedRecord,
    RecordFilter,
    records_query,
    search_records,
    view_record,
    with_names,
)
from ...store import Action, ResourceType
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs, note_download
from ..paging import from_cursor, to_cursor
from ..record_shapes import (
    MAX_ID,
    AccessRecordAnswer,
    NamedRecordAnswer,
    RecordExport,
    RecordPage,
    RecordQuery,
)

router = APIRouter(tags=["access records"])

READS = [needs(ResourceType.ACCESS_RECORD, Action.READ)]
SORT = "access_records"
COLUMNS = tuple(AccessRecordAnswer.model_fields)
FILTERS = (
    "client_id", "status", "method", "path", "ip_address", "error_code", "request_id", "since",
    "until", "min_duration_ms", "after_id",
)  # fmt: skip


@router.get("/access-records", dependencies=READS)
async def list_records(
    session: SessionDep, caller: CallerDep, wanted: Annotated[RecordQuery, Query()]
) -> RecordPage[NamedRecordAnswer]:
    """Requests to the gateway, refused ones too, with the full text of errors.

    Endpoints and clients are named as they are now; one that is deleted has no name.

    `after_id` asks for those that came since. Overlap: a record that another worker writes may
    appear late, with a lower id than the newest that you have seen.
    """
    after = from_cursor(SORT, wanted.cursor, NEWEST_FIRST)
    found = await search_records(
        session, _filter(caller, wanted), limit=wanted.limit, offset=wanted.offset, after=after
    )
    return RecordPage(
        items=[named_record(row) for row in await with_names(session, found.records)],
        total=found.total,
        total_is_capped=found.is_capped,
        next=to_cursor(SORT, found.last_key) if found.last_key else None,
    )


@router.get(
    "/access-records/export",
    dependencies=READS,
    response_class=StreamingResponse,
    responses={200: {"content": {media: {} for media in MEDIA.values()}}},
)
async def export_records(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    wanted: Annotated[RecordExport, Query()],
) -> StreamingResponse:
    """The same records as a file, CSV or a line of JSON each; written as it is read."""
    query = await records_query(session, _filter(caller, wanted), limit=wanted.limit)
    await note_download(session, ResourceType.ACCESS_RECORD, wanted)
    return StreamingResponse(
        export_rows(services.database, query, COLUMNS, wanted.format),
        media_type=MEDIA[wanted.format],
        headers={"Content-Disposition": f'attachment; filename="access-records.{wanted.format}"'},
    )


@router.get("/access-records/{record_id}", dependencies=READS)
async def get_record(
    session: SessionDep, caller: CallerDep, record_id: Annotated[int, Path(ge=1, le=MAX_ID)]
) -> NamedRecordAnswer:
    """One record, with the names of its endpoint and its client."""
    return named_record(await view_record(session, record_id, Scope(visible=records_of(caller))))


def named_record(found: NamedRecord) -> NamedRecordAnswer:
    """As an answer."""
    endpoint = found.endpoint
    return NamedRecordAnswer(
        **found.record.model_dump(),
        endpoint=f"{endpoint.method} {endpoint.path}" if endpoint else None,
        client=found.client,
    )


def _filter(caller: Caller, wanted: RecordQuery) -> RecordFilter:
    scope = Scope(visible=records_of(caller), endpoint_id=wanted.endpoint_id)
    return RecordFilter(scope=scope, **wanted.model_dump(include=set(FILTERS)))
