"""The ways in that there are, and those that lead by a provider elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access.backoff import NAME_AND_PLACE, Counter, place
from ...access.external import admit
from ...access.jupyterhub import Hub
from ...access.oidc import LIFETIME, OidcLogins
from ...access.secrets import hash_secret
from ...access.sessions import Visitor
from ...errors import Conflict, PlatformError
from ..dependencies import ServicesDep, SessionDep, VisitorDep
from ..errors import STATUS
from ..pages import HEADERS, code_page, refusal_page
from ..requests import request_id
from ..services import Services
from ..session_shapes import (
    BegunAnswer,
    FinishIn,
    HubIn,
    MethodsAnswer,
    ProviderAnswer,
    TokenAnswer,
)
from .sessions import token_answer

router = APIRouter(tags=["external_login"])

Told = Annotated[str | None, Query(max_length=4_000)]
PAGE = {"text/html": {"schema": {"type": "string"}}}
EITHER = PAGE | {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}


@router.get("/login/methods")
async def methods(services: ServicesDep) -> MethodsAnswer:
    """Which ways in there are here."""
    logins = services.logins
    return MethodsAnswer(
        password=True,
        oidc=ProviderAnswer(name=logins.oidc.name) if logins.oidc else None,
        jupyterhub=logins.hub is not None,
        password_recovery=logins.recovery.mailer is not None,
    )


@router.post("/login/oidc")
async def begin(services: ServicesDep, session: SessionDep, visitor: VisitorDep) -> BegunAnswer:
    """Begin a login at the provider; finish it with the code that its page ends with."""
    oidc = _oidc(services)
    begun = [place("oidc begun", visitor.ip_address)]
    await services.logins.throttle.require(begun)
    await services.logins.throttle.count(begun)
    login = await oidc.begin(session)
    return BegunAnswer(
        authorization_url=login.authorization_url,
        handle=login.handle,
        expires_in=int(LIFETIME.total_seconds()),
    )


@router.get(
    "/login/oidc/callback",
    response_class=HTMLResponse,
    responses={
        "4XX": {"description": "Why the login failed", "content": EITHER},
        "5XX": {"description": "The provider, or the platform, failed", "content": EITHER},
    },
)
async def callback(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    visitor: VisitorDep,
    state: Told = None,
    code: Told = None,
    iss: Told = None,
) -> HTMLResponse:
    """Where the provider sends the browser: a page with the code to type into the notebook."""
    try:
        oidc = _oidc(services)
        async with services.logins.throttle.attempt(session, [place("oidc", visitor.ip_address)]):
            shown = await oidc.come_back(session, state=state or "", code=code, issuer=iss)
    except PlatformError as error:
        page = refusal_page(error.message, request_id(request))
        return HTMLResponse(page, STATUS[type(error)], headers=HEADERS)
    return HTMLResponse(code_page(shown), headers=HEADERS)


@router.post("/login/oidc/finish")
async def finish(
    services: ServicesDep, session: SessionDep, visitor: VisitorDep, body: FinishIn
) -> TokenAnswer:
    """Exchange the handle of a login and the code that its page showed for a session token."""
    return token_answer(services, await from_provider(services, session, visitor, body))


@router.post("/login/jupyterhub")
async def jupyterhub(
    services: ServicesDep, session: SessionDep, visitor: VisitorDep, body: HubIn
) -> TokenAnswer:
    """Exchange a token of the JupyterHub for a session token of its user's."""
    return token_answer(services, await from_hub(services, session, visitor, body))


async def from_provider(
    services: Services, session: AsyncSession, visitor: Visitor, body: FinishIn
) -> str:
    """The token of a new session, for a login at the provider that has come to its end."""
    oidc = _oidc(services)
    tried = [
        Counter(f"oidc:{hash_secret(body.handle)}", NAME_AND_PLACE),
        place("oidc", visitor.ip_address),
    ]
    async with services.logins.throttle.attempt(session, tried):
        user = await oidc.finish(session, handle=body.handle, code=body.code)
    return await services.logins.sessions.begin(session, user, method="oidc", visitor=visitor)


async def from_hub(services: Services, session: AsyncSession, visitor: Visitor, body: HubIn) -> str:
    """The token of a new session, for whoever's token the Hub says this is."""
    hub = _hub(services)
    async with services.logins.throttle.attempt(session, [place("jupyterhub", visitor.ip_address)]):
        arrival = await hub.arrival(body.token)
    user = await admit(session, arrival, hub.admission)
    return await services.logins.sessions.begin(session, user, method="jupyterhub", visitor=visitor)


def _oidc(services: Services) -> OidcLogins:
    if services.logins.oidc is None:
        raise Conflict("No login provider is set up here; log in another way")
    return services.logins.oidc


def _hub(services: Services) -> Hub:
    if services.logins.hub is None:
        raise Conflict("No JupyterHub is set up here; log in another way")
    return services.logins.hub
