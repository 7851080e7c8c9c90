"""Logging in from the platform's own pages: the token goes into a cookie, not into the answer."""

from fastapi import APIRouter, Request, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access.own_account import own_user
from ...access.sessions import log_out
from ...errors import Unauthorized
from ...store import act_as
from ..dependencies import ServicesDep, SessionDep, VisitorDep, actor
from ..page_sessions import OWN_PAGE, keep, page_token
from ..people_shapes import MeAnswer
from ..presenting_people import me_answer
from ..services import Services
from ..session_shapes import FinishIn, HubIn, PageLoginIn
from .external_login import from_hub, from_provider
from .sessions import by_password

router = APIRouter(tags=["page_login"], dependencies=[OWN_PAGE])


@router.post("/login/page")
async def password(
    request: Request,
    response: Response,
    services: ServicesDep,
    session: SessionDep,
    visitor: VisitorDep,
    body: PageLoginIn,
) -> MeAnswer:
    """Log a page in with a user name and a password; the answer is as `GET /users/me`."""
    token = await by_password(services, session, visitor, body.username, body.password)
    return await _open(request, response, services, session, token)


@router.post("/login/page/oidc")
async def oidc(
    request: Request,
    response: Response,
    services: ServicesDep,
    session: SessionDep,
    visitor: VisitorDep,
    body: FinishIn,
) -> MeAnswer:
    """Log a page in with the handle and the code of a login at the provider."""
    token = await from_provider(services, session, visitor, body)
    return await _open(request, response, services, session, token)


@router.post("/login/page/jupyterhub")
async def jupyterhub(
    request: Request,
    response: Response,
    services: ServicesDep,
    session: SessionDep,
    visitor: VisitorDep,
    body: HubIn,
) -> MeAnswer:
    """Log a page in with a token of the JupyterHub."""
    token = await from_hub(services, session, visitor, body)
    return await _open(request, response, services, session, token)


async def _open(
    request: Request, response: Response, services: Services, session: AsyncSession, token: str
) -> MeAnswer:
    """Put the new session in the place of the browser's old one."""
    sessions = services.logins.sessions
    caller = await sessions.identify(session, token)
    answer = me_answer(caller, await own_user(session, caller))
    await _end_replaced(request, services, session)
    keep(request, response, token, sessions.lifetime)
    return answer


async def _end_replaced(request: Request, services: Services, session: AsyncSession) -> None:
    """Nobody has its token any more once the cookie is another."""
    try:
        replaced = page_token(request)
        if replaced is None:
            return
        before = await services.logins.sessions.identify(session, replaced)
    except Unauthorized:
        return
    act_as(session, actor(request, before.username, via="page", user_id=before.id))
    await log_out(session, before)
