"""What routes ask for: the services, a session, and the caller with a permission."""

import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.backoff import place
from ..access.permissions import Caller
from ..access.secrets import PERSONAL_TOKEN_PREFIX
from ..access.sessions import Visitor
from ..errors import Forbidden, Unauthorized
from ..publishing.endpoints import EndpointView, view_endpoint
from ..store import Action, Actor, Endpoint, ResourceType, act_as, note
from ..store.waiting import StoreUnavailable
from .page_sessions import page_token
from .requests import address, operation, request_id
from .services import Services

oauth2 = OAuth2PasswordBearer("/api/v1/login/access-token", auto_error=False)


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]


async def _session(services: ServicesDep) -> AsyncIterator[AsyncSession]:
    if services.served.is_store_away:
        # Whoever waits for a server that says nothing would wait long.
        raise StoreUnavailable
    async with services.database.session() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(_session)]


async def _caller(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    token: Annotated[str | None, Depends(oauth2)],
) -> Caller:
    via = "personal token" if token and token.startswith(PERSONAL_TOKEN_PREFIX) else "session"
    if not token:
        token, via = page_token(request), "page"
    if not token:
        raise Unauthorized("Log in, or send a personal access token as 'Authorization: Bearer …'")
    caller = await identified(services, session, token, address(request))
    act_as(session, actor(request, caller.username, via=via, user_id=caller.id))
    return caller


async def identified(
    services: Services, session: AsyncSession, token: str, ip: str | None
) -> Caller:
    """Who is behind a token. Raises Unauthorized, and TooManyRequests after too many guesses."""
    try:
        return await services.logins.sessions.identify(session, token)
    except Unauthorized:
        if token.startswith(PERSONAL_TOKEN_PREFIX):
            # A guess. Tokens that are good are not looked at more closely for it.
            guesses = [place("token", ip)]
            await session.rollback()
            await services.logins.throttle.require(guesses)
            await services.logins.throttle.count(guesses)
        raise


def actor(request: Request, name: str, *, via: str, user_id: uuid.UUID | None = None) -> Actor:
    """Who is behind this request, for the audit log; the action is the route's."""
    return Actor(
        name=name,
        via=via,
        action=operation(request.scope["route"]),
        id=user_id,
        ip_address=address(request),
        request_id=request_id(request),
    )


def _visitor(request: Request, session: SessionDep) -> Visitor:
    # Whoever logs in is nobody until then.
    act_as(session, actor(request, "anonymous", via="login"))
    agent = request.headers.get("user-agent", "").replace("\0", "")
    return Visitor(address(request), agent or None)


VisitorDep = Annotated[Visitor, Depends(_visitor)]
CallerDep = Annotated[Caller, Depends(_caller)]


class Permitted:
    """A route's declared permission: refuses callers who hold it for no resource at all.

    Routes about one resource check that one too, with `Caller.require`.
    """

    def __init__(self, resource_type: ResourceType, action: Action) -> None:
        self.resource_type = resource_type
        self.action = action

    def __call__(self, caller: CallerDep) -> Caller:
        """Raises Forbidden."""
        if not caller.allows_some(self.resource_type, self.action):
            raise Forbidden(
                f"You need the permission {self.resource_type}:{self.action} for this; "
                "ask an administrator"
            )
        return caller


def needs(resource_type: ResourceType, action: Action) -> Any:
    """For a route's `dependencies`."""
    return Depends(Permitted(resource_type, action))


async def permitted(
    session: AsyncSession, caller: Caller, action: Action, endpoint_id: uuid.UUID
) -> EndpointView:
    """One endpoint that this may be done to. Raises NotFound or Forbidden."""
    view = await view_endpoint(session, endpoint_id)
    caller.require(ResourceType.ENDPOINT, action, endpoint_id, module_id=view.endpoint.module_id)
    return view


async def note_run(session: AsyncSession, endpoint: Endpoint, **what: Any) -> None:
    """Note that a draft is run: it reads, and may write, what its datasource holds.

    Before it runs, so that one which never ends is noted too. Of parameters only the names are.
    """
    name = f"{endpoint.method} {endpoint.path}"
    note(session, ResourceType.ENDPOINT, endpoint.id, name, change="executed", after=what)
    await session.commit()


async def note_download(
    session: AsyncSession, resource_type: ResourceType, wanted: BaseModel
) -> None:
    """Note that a file of such things is written, and which ones."""
    asked = wanted.model_dump(mode="json", by_alias=True, exclude_unset=True)
    note(session, resource_type, change="executed", after=asked)
    await session.commit()
