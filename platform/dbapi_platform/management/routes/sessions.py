"""Logging in and out, one's sessions, and personal access tokens."""

import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access.own_account import own_user
from ...access.personal_tokens import (
    create_personal_token,
    list_personal_tokens,
    revoke_personal_token,
)
from ...access.sessions import Visitor, end_session, list_sessions, log_out
from ...store import Action, ResourceType
from ...store.base import now
from ..dependencies import CallerDep, ServicesDep, SessionDep, VisitorDep, needs
from ..page_sessions import forget, page_token
from ..paging import Page, whole
from ..people_shapes import MeAnswer
from ..presenting_people import me_answer
from ..services import Services
from ..session_shapes import (
    LoginIn,
    NewPersonalTokenAnswer,
    PersonalTokenAnswer,
    SessionAnswer,
    TokenAnswer,
    TokenIn,
)

router = APIRouter(tags=["sessions"])


@router.post("/login/access-token")
async def login(
    services: ServicesDep,
    session: SessionDep,
    visitor: VisitorDep,
    form: Annotated[LoginIn, Form()],
) -> TokenAnswer:
    """Exchange a user name and a password for a session token."""
    token = await by_password(services, session, visitor, form.username, form.password)
    return token_answer(services, token)


@router.post("/login/test-token")
async def test_token(session: SessionDep, caller: CallerDep) -> MeAnswer:
    """Who the token speaks for, if it is good; like `GET /users/me`."""
    return me_answer(caller, await own_user(session, caller))


@router.post("/logout", status_code=204)
async def logout(
    request: Request, response: Response, session: SessionDep, caller: CallerDep
) -> None:
    """End the session of the token that is sent; a page's cookie goes with it."""
    await log_out(session, caller)
    if page_token(request) is not None:
        forget(request, response)


@router.get("/sessions")
async def sessions(session: SessionDep, caller: CallerDep) -> Page[SessionAnswer]:
    """The caller's own sessions that are still good, newest first."""
    rows = await list_sessions(session, caller)
    return whole(
        [SessionAnswer(**row.model_dump(), is_current=row.id == caller.session_id) for row in rows]
    )


@router.delete("/sessions/{session_id}", status_code=204)
async def revoke_session(session: SessionDep, caller: CallerDep, session_id: uuid.UUID) -> None:
    """End one of the caller's own sessions at once."""
    await end_session(session, caller, session_id)


@router.post(
    "/users/{user_id}/unlock",
    status_code=204,
    dependencies=[needs(ResourceType.USER, Action.UPDATE)],
)
async def unlock(
    services: ServicesDep, session: SessionDep, caller: CallerDep, user_id: uuid.UUID
) -> None:
    """Forget the logins of a user that failed, so that the next one is heard."""
    caller.require(ResourceType.USER, Action.UPDATE, user_id)
    await services.logins.throttle.unlock_user(session, caller, user_id)


@router.get("/tokens")
async def tokens(session: SessionDep, caller: CallerDep) -> Page[PersonalTokenAnswer]:
    """The caller's own personal access tokens; their text is never told again."""
    rows = await list_personal_tokens(session, caller)
    return whole([PersonalTokenAnswer.model_validate(row) for row in rows])


@router.post("/tokens", status_code=201)
async def create_token(
    session: SessionDep, caller: CallerDep, body: TokenIn
) -> NewPersonalTokenAnswer:
    """Make a personal access token; `token` is told only in this answer."""
    expires_at = now() + timedelta(days=body.expires_in_days) if body.expires_in_days else None
    row, text = await create_personal_token(session, caller, name=body.name, expires_at=expires_at)
    answer = PersonalTokenAnswer.model_validate(row)
    return NewPersonalTokenAnswer(**answer.model_dump(), token=text)


@router.delete("/tokens/{token_id}", status_code=204)
async def revoke_token(session: SessionDep, caller: CallerDep, token_id: uuid.UUID) -> None:
    """End one of the caller's own tokens at once."""
    await revoke_personal_token(session, caller, token_id)


async def by_password(
    services: Services, session: AsyncSession, visitor: Visitor, username: str, password: str
) -> str:
    """The token of a new session. Raises Unauthorized or TooManyRequests."""
    logins = services.logins
    async with logins.throttle.password_attempt(session, username, visitor.ip_address):
        return await logins.sessions.log_in(
            session, username=username, password=password, visitor=visitor
        )


def token_answer(services: Services, token: str) -> TokenAnswer:
    """A session token, and how long it is good."""
    lifetime = services.logins.sessions.lifetime
    return TokenAnswer(access_token=token, expires_in=int(lifetime.total_seconds()))
