"""Datasources: kept, tested, looked into. A password goes in and never comes out."""

import uuid

from fastapi import APIRouter

from ...datasources import open_datasource
from ...publishing.datasources import (
    create_datasource,
    delete_datasource,
    get_datasource,
    list_datasources,
    lock_datasource,
    unsaved_datasource,
    update_datasource,
)
from ...store import Action, ResourceType
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..etags import EtagDep
from ..paging import Page, whole
from ..shapes import (
    DatasourceAnswer,
    DatasourceIn,
    DatasourcePatch,
    PoolAnswer,
    ServerAnswer,
    TableAnswer,
)

router = APIRouter(prefix="/datasources", tags=["datasources"])

R, A = ResourceType.DATASOURCE, Action


@router.get("", dependencies=[needs(R, A.READ)])
async def list_(session: SessionDep, caller: CallerDep) -> Page[DatasourceAnswer]:
    """The datasources that the caller may read."""
    rows = [
        DatasourceAnswer.model_validate(row)
        for row in await list_datasources(session)
        if caller.allows(R, A.READ, row.id)
    ]
    return whole(rows)


@router.post("", status_code=201, dependencies=[needs(R, A.CREATE)])
async def create(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    etag: EtagDep,
    body: DatasourceIn,
) -> DatasourceAnswer:
    """Keep a new datasource; nothing is connected to until it is tested or used."""
    caller.require(R, A.CREATE)
    row = await create_datasource(session, services.rules, body.model_dump())
    return etag.tell(DatasourceAnswer.model_validate(row))


@router.post("/test", dependencies=[needs(R, A.CREATE)])
async def test_unsaved(
    services: ServicesDep, session: SessionDep, caller: CallerDep, body: DatasourceIn
) -> ServerAnswer:
    """Connect to a datasource before it is kept, and tell what answered; nothing is stored."""
    caller.require(R, A.CREATE)
    config = services.rules.config(unsaved_datasource(services.rules, body.model_dump()))
    await session.close()
    datasource = open_datasource(config)
    try:
        return ServerAnswer.model_validate(await datasource.test())
    finally:
        await datasource.close()


@router.get("/{datasource_id}", dependencies=[needs(R, A.READ)])
async def get(
    session: SessionDep, caller: CallerDep, etag: EtagDep, datasource_id: uuid.UUID
) -> DatasourceAnswer:
    """One datasource."""
    caller.require(R, A.READ, datasource_id)
    return etag.tell(DatasourceAnswer.model_validate(await get_datasource(session, datasource_id)))


@router.patch("/{datasource_id}", dependencies=[needs(R, A.UPDATE)])
async def update(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    etag: EtagDep,
    datasource_id: uuid.UUID,
    body: DatasourcePatch,
) -> DatasourceAnswer:
    """Change the fields that are sent; endpoints use the new connection within a second."""
    caller.require(R, A.UPDATE, datasource_id)
    row = await lock_datasource(session, datasource_id)
    etag.require(DatasourceAnswer.model_validate(row), _without_password(body))
    row = await update_datasource(session, services.rules, row, body.sent())
    return etag.tell(DatasourceAnswer.model_validate(row))


@router.delete("/{datasource_id}", status_code=204, dependencies=[needs(R, A.DELETE)])
async def delete(
    session: SessionDep, caller: CallerDep, etag: EtagDep, datasource_id: uuid.UUID
) -> None:
    """Delete a datasource that no endpoint uses."""
    caller.require(R, A.DELETE, datasource_id)
    row = await lock_datasource(session, datasource_id)
    may_read = caller.allows(R, A.READ, datasource_id)
    etag.require(DatasourceAnswer.model_validate(row), may_read=may_read)
    await delete_datasource(session, row, caller)


@router.post("/{datasource_id}/test", dependencies=[needs(R, A.EXECUTE)])
async def test(
    services: ServicesDep, session: SessionDep, caller: CallerDep, datasource_id: uuid.UUID
) -> ServerAnswer:
    """Connect afresh and tell what answered, or why nothing did."""
    caller.require(R, A.EXECUTE, datasource_id)
    config = services.rules.config(await get_datasource(session, datasource_id))
    await session.close()
    return ServerAnswer.model_validate(await services.datasources.get(config).test())


@router.get("/{datasource_id}/pool", dependencies=[needs(R, A.READ)])
async def pool(
    services: ServicesDep, session: SessionDep, caller: CallerDep, datasource_id: uuid.UUID
) -> PoolAnswer:
    """How its connections are used now, in the worker that answers."""
    caller.require(R, A.READ, datasource_id)
    await get_datasource(session, datasource_id)
    return PoolAnswer.model_validate(services.datasources.state(str(datasource_id)))


@router.get("/{datasource_id}/tables", dependencies=[needs(R, A.READ)])
async def tables(
    services: ServicesDep, session: SessionDep, caller: CallerDep, datasource_id: uuid.UUID
) -> Page[TableAnswer]:
    """Every table and view with its columns."""
    caller.require(R, A.READ, datasource_id)
    config = services.rules.config(await get_datasource(session, datasource_id))
    await session.close()
    found = await services.datasources.get(config).introspect()
    return whole([TableAnswer.model_validate(table) for table in found])


def _without_password(body: DatasourcePatch) -> DatasourcePatch:
    """For an answer that shows what was sent."""
    return DatasourcePatch(
        **{name: value for name, value in body.sent().items() if name != "password"}
    )
