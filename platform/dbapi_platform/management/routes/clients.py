"""Clients: the programs that may call private endpoints."""

import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access import clients as access
from ...access.consumers import page_clients
from ...access.granting import require_client, require_endpoint, require_group
from ...store import Action, Client, ClientEndpoint, ClientGroup, ResourceType, lock
from ...store.base import now
from ..consumer_shapes import (
    ClientAnswer,
    ClientIn,
    ClientPatch,
    ClientQuery,
    EndpointLink,
    GrantedAnswer,
    GroupLink,
    ListedClientAnswer,
    NewClientAnswer,
    SecretAnswer,
    SecretIn,
)
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..etags import EtagDep
from ..paging import Page, to_cursor

router = APIRouter(tags=["clients"])

R, A = ResourceType, Action


@router.get("/clients", dependencies=[needs(R.CLIENT, A.READ)])
async def list_clients(
    session: SessionDep, caller: CallerDep, wanted: Annotated[ClientQuery, Query()]
) -> Page[ListedClientAnswer]:
    """The clients that the caller may read, by name.

    Which groups give an endpoint is told of the groups that the caller may read.
    """
    visible = wanted.wanted("clients", caller.visible(R.CLIENT, A.READ))
    found = await page_clients(session, visible, wanted.of(caller.visible(R.GROUP, A.READ)))
    return Page(
        items=[_listed(view) for view in found.views],
        total=found.total,
        next=to_cursor("clients", found.last_key) if found.last_key else None,
    )


@router.post("/clients", status_code=201, dependencies=[needs(R.CLIENT, A.CREATE)])
async def create_client(
    services: ServicesDep, session: SessionDep, caller: CallerDep, body: ClientIn
) -> NewClientAnswer:
    """Make a client; `client_secret` is told only in this answer, and good when it comes."""
    caller.require(R.CLIENT, A.CREATE)
    client, secret = await access.create_client(session, **body.model_dump())
    answer = await _client(session, client)
    await services.settle()
    return NewClientAnswer(**answer.model_dump(), client_secret=secret)


@router.get("/clients/{client_id}", dependencies=[needs(R.CLIENT, A.READ)])
async def get_client(
    session: SessionDep, caller: CallerDep, client_id: uuid.UUID, etag: EtagDep
) -> ClientAnswer:
    """One client with what it may call."""
    caller.require(R.CLIENT, A.READ, client_id)
    return etag.tell(await _client(session, await access.get_client(session, client_id)))


@router.patch("/clients/{client_id}", dependencies=[needs(R.CLIENT, A.UPDATE)])
async def update_client(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    client_id: uuid.UUID,
    body: ClientPatch,
    etag: EtagDep,
) -> ClientAnswer:
    """Change the fields that are sent; a client made inactive is refused when this returns."""
    caller.require(R.CLIENT, A.UPDATE, client_id)
    await lock(session, Client, client_id)
    client = await access.get_client(session, client_id)
    etag.require(await _client(session, client), body)
    if body.sent().get("is_active") and not client.is_active:
        # To let it call again what it may is to give that to it.
        await require_client(session, caller, client_id)
    await access.update_client(session, client, body.sent())
    await services.settle()
    return etag.tell(await _client(session, client))


@router.post("/clients/{client_id}/secret", dependencies=[needs(R.CLIENT, A.UPDATE)])
async def replace_secret(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    client_id: uuid.UUID,
    body: SecretIn | None = None,
) -> SecretAnswer:
    """Replace the secret: the old one, and tokens given for it, end at once or after an overlap."""
    caller.require(R.CLIENT, A.UPDATE, client_id)
    client = await access.get_client(session, client_id)
    await require_client(session, caller, client_id)
    overlap = timedelta(hours=body.overlap_hours if body else 0)
    secret = await access.replace_secret(session, client, overlap=overlap)
    await services.settle()
    return SecretAnswer(
        client_id=client.client_id,
        client_secret=secret,
        previous_secret_until=client.previous_secret_until,
    )


@router.delete("/clients/{client_id}", status_code=204, dependencies=[needs(R.CLIENT, A.DELETE)])
async def delete_client(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    client_id: uuid.UUID,
    etag: EtagDep,
) -> None:
    """Delete a client; its tokens are refused when this returns."""
    caller.require(R.CLIENT, A.DELETE, client_id)
    await lock(session, Client, client_id)
    client = await access.get_client(session, client_id)
    may_read = caller.allows(R.CLIENT, A.READ, client_id)
    etag.require(await _client(session, client), may_read=may_read)
    await access.delete_client(session, client)
    await services.settle()


@router.put(
    "/clients/{client_id}/endpoints/{endpoint_id}",
    status_code=204,
    dependencies=[needs(R.CLIENT, A.UPDATE)],
)
async def grant_endpoint(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    client_id: uuid.UUID,
    endpoint_id: uuid.UUID,
) -> None:
    """Let the client call the endpoint, which whoever grants it may run."""
    caller.require(R.CLIENT, A.UPDATE, client_id)
    await access.get_client(session, client_id)
    await require_endpoint(session, caller, endpoint_id)
    await access.add_link(session, ClientEndpoint(client_id=client_id, endpoint_id=endpoint_id))
    await services.settle()


@router.delete(
    "/clients/{client_id}/endpoints/{endpoint_id}",
    status_code=204,
    dependencies=[needs(R.CLIENT, A.UPDATE)],
)
async def revoke_endpoint(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    client_id: uuid.UUID,
    endpoint_id: uuid.UUID,
) -> None:
    """Take the endpoint from the client, unless a group gives it too."""
    caller.require(R.CLIENT, A.UPDATE, client_id)
    await access.get_client(session, client_id)
    await access.remove_link(session, ClientEndpoint(client_id=client_id, endpoint_id=endpoint_id))
    await services.settle()


@router.put(
    "/clients/{client_id}/groups/{group_id}",
    status_code=204,
    dependencies=[needs(R.CLIENT, A.UPDATE)],
)
async def join_group(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    client_id: uuid.UUID,
    group_id: uuid.UUID,
) -> None:
    """Let the client call all that the group holds, which whoever grants it may run."""
    caller.require(R.CLIENT, A.UPDATE, client_id)
    await access.get_client(session, client_id)
    caller.require(R.GROUP, A.READ, group_id)
    await access.get_group(session, group_id)
    await require_group(session, caller, group_id)
    await access.add_link(session, ClientGroup(client_id=client_id, group_id=group_id))
    await services.settle()


@router.delete(
    "/clients/{client_id}/groups/{group_id}",
    status_code=204,
    dependencies=[needs(R.CLIENT, A.UPDATE)],
)
async def leave_group(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    client_id: uuid.UUID,
    group_id: uuid.UUID,
) -> None:
    """Take the client out of the group."""
    caller.require(R.CLIENT, A.UPDATE, client_id)
    await access.get_client(session, client_id)
    await access.remove_link(session, ClientGroup(client_id=client_id, group_id=group_id))
    await services.settle()


def _listed(view: access.ClientView) -> ListedClientAnswer:
    granted = GrantedAnswer.model_validate(view.granted) if view.granted else None
    return ListedClientAnswer(**_answer(view).model_dump(), granted=granted)


async def _client(session: AsyncSession, client: Client) -> ClientAnswer:
    return _answer(await access.view_client(session, client))


def _answer(view: access.ClientView) -> ClientAnswer:
    client = view.client.model_dump(include=set(ClientAnswer.model_fields))
    until = view.client.previous_secret_until
    return ClientAnswer(
        **client | {"previous_secret_until": until if until and until > now() else None},
        endpoints=[EndpointLink.model_validate(endpoint) for endpoint in view.endpoints],
        groups=[GroupLink.model_validate(group) for group in view.groups],
    )
