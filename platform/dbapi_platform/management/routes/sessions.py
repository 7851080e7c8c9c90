"""Logging in, and personal access tokens."""

import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import OAuth2PasswordRequestForm

from ...access.users import (
    create_personal_token,
    list_personal_tokens,
    log_in,
    revoke_personal_token,
)
from ...store.base import now
from ..dependencies import CallerDep, ServicesDep, SessionDep
from ..paging import Page
from ..shapes import (
    NewPersonalTokenAnswer,
    PersonalTokenAnswer,
    TokenAnswer,
    TokenIn,
)

router = APIRouter(tags=["sessions"])


@router.post("/login/access-token")
async def login(
    services: ServicesDep,
    session: SessionDep,
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
) -> TokenAnswer:
    """Exchange a user name and a password for a session token."""
    lifetime = timedelta(minutes=services.settings.session_token_minutes)
    token = await log_in(
        session,
        services.signer,
        username=form.username,
        password=form.password,
        lifetime=lifetime,
    )
    return TokenAnswer(access_token=token, expires_in=int(lifetime.total_seconds()))


@router.get("/tokens")
async def tokens(session: SessionDep, caller: CallerDep) -> Page[PersonalTokenAnswer]:
    """The caller's own personal access tokens; their text is never told again."""
    rows = await list_personal_tokens(session, caller)
    return Page(items=[PersonalTokenAnswer.model_validate(row) for row in rows], total=len(rows))


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
