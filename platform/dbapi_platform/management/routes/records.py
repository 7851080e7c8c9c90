"""Access records, newest first: where an author finds what a consumer was not told."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import func
from sqlmodel import col, select

from ...store import AccessRecord, Action, ResourceType
from ..consumer_shapes import AccessRecordAnswer
from ..dependencies import SessionDep, needs
from ..paging import Page

router = APIRouter(tags=["access records"])


@router.get("/access-records", dependencies=[needs(ResourceType.ACCESS_RECORD, Action.READ)])
async def list_records(
    session: SessionDep,
    request_id: str | None = None,
    endpoint_id: uuid.UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Page[AccessRecordAnswer]:
    """Requests to the gateway, refused ones too, with the full text of errors."""
    conditions = []
    if request_id is not None:
        conditions.append(AccessRecord.request_id == request_id)
    if endpoint_id is not None:
        conditions.append(AccessRecord.endpoint_id == endpoint_id)
    total = await session.exec(select(func.count()).select_from(AccessRecord).where(*conditions))
    rows = await session.exec(
        select(AccessRecord)
        .where(*conditions)
        .order_by(col(AccessRecord.id).desc())
        .limit(limit)
        .offset(offset)
    )
    return Page(items=[AccessRecordAnswer.model_validate(row) for row in rows], total=total.one())
