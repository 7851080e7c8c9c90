"""Users: oneself, and for administrators the others."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from ...access import accounts
from ...access.accounts import NewUser, UserFilter
from ...access.administration import lock_administration
from ...access.own_account import change_own_password, own_user, require_password, update_own
from ...access.passwords import check_password_rules
from ...access.permissions import Caller
from ...store import Action, ResourceType
from ...store.paging import key_of
from ..dependencies import CallerDep, ServicesDep, SessionDep, needs
from ..etags import Etag, EtagDep
from ..paging import Page, from_cursor, to_cursor
from ..people_shapes import (
    MeAnswer,
    MePatch,
    PasswordChangeIn,
    UserAnswer,
    UserIn,
    UserPatch,
    UserQuery,
)
from ..presenting_people import me_answer, user_answer
from ..requests import address
from ..shapes import Patch

router = APIRouter(prefix="/users", tags=["users"])

R, A = ResourceType.USER, Action
SORT = "username"


@router.get("/me")
async def me(session: SessionDep, caller: CallerDep, etag: EtagDep) -> MeAnswer:
    """Who the token speaks for, and what they may do."""
    return etag.tell(me_answer(caller, await own_user(session, caller)))


@router.patch("/me")
async def update_me(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    etag: EtagDep,
    body: MePatch,
) -> MeAnswer:
    """Change one's own name, or e-mail address; the latter takes one's password."""
    fields = body.sent()
    password = fields.pop("current_password", None)
    if "email" in fields and fields["email"] != (await own_user(session, caller)).email:
        throttle = services.logins.throttle
        async with throttle.password_attempt(session, caller.username, address(request)):
            await require_password(session, caller, password and password.get_secret_value())
    await lock_administration(session)
    profile = MePatch(**fields)
    etag.require(me_answer(caller, await own_user(session, caller)), profile)
    return etag.tell(me_answer(caller, await update_own(session, caller, fields)))


@router.post("/me/password", status_code=204)
async def change_password(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    body: PasswordChangeIn,
) -> None:
    """Change one's own password. All of one's sessions end, this one too: log in again."""
    new = body.new_password.get_secret_value()
    check_password_rules(new, "new_password", username=caller.username)
    # Whoever found a session open must not guess what it was opened with.
    throttle = services.logins.throttle
    async with throttle.password_attempt(session, caller.username, address(request)):
        current = body.current_password.get_secret_value()
        await change_own_password(session, caller, current=current, new=new)
    services.logins.recovery.tell_changed(await own_user(session, caller))


@router.get("", dependencies=[needs(R, A.READ)])
async def list_users(
    session: SessionDep, caller: CallerDep, wanted: Annotated[UserQuery, Query()]
) -> Page[UserAnswer]:
    """Users by name."""
    caller.require(R, A.READ)
    views, total = await accounts.list_users(
        session,
        UserFilter(search=wanted.search, role=wanted.role, is_active=wanted.is_active),
        limit=wanted.limit + 1,
        offset=wanted.offset,
        after=from_cursor(SORT, wanted.cursor, accounts.BY_NAME),
    )
    page = views[: wanted.limit]
    more = len(views) > wanted.limit
    return Page(
        items=[user_answer(view) for view in page],
        total=total,
        next=to_cursor(SORT, key_of([page[-1].user.username])) if more else None,
    )


@router.post("", status_code=201, dependencies=[needs(R, A.CREATE)])
async def create_user(session: SessionDep, caller: CallerDep, body: UserIn) -> UserAnswer:
    """Make a user, with roles that hold nothing which the caller lacks."""
    caller.require(R, A.CREATE)
    new = NewUser(
        username=body.username,
        password=body.password.get_secret_value() if body.password else None,
        email=body.email,
        full_name=body.full_name,
        roles=tuple(body.roles),
        is_superuser=body.is_superuser,
        is_active=body.is_active,
    )
    return user_answer(await accounts.add_user(session, caller, new))


@router.get("/{user_id}", dependencies=[needs(R, A.READ)])
async def get_user(
    session: SessionDep, caller: CallerDep, etag: EtagDep, user_id: uuid.UUID
) -> UserAnswer:
    """One user."""
    caller.require(R, A.READ)
    return etag.tell(user_answer(await accounts.get_user(session, user_id)))


@router.patch("/{user_id}", dependencies=[needs(R, A.UPDATE)])
async def update_user(
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    etag: EtagDep,
    user_id: uuid.UUID,
    body: UserPatch,
) -> UserAnswer:
    """Change the fields that are sent. A new password, or making inactive, ends sessions at once.

    Of users who may do more than the caller, nothing can be changed.
    """
    caller.require(R, A.UPDATE)
    await _require_seen(session, caller, etag, user_id, body)
    fields = body.sent()
    if body.password is not None and "password" in fields:
        fields["password"] = body.password.get_secret_value()
    view = await accounts.update_user(session, caller, user_id, fields)
    if fields.get("password") is not None:
        services.logins.recovery.tell_changed(view.user)
    return etag.tell(user_answer(view))


@router.delete("/{user_id}", status_code=204, dependencies=[needs(R, A.DELETE)])
async def delete_user(
    session: SessionDep, caller: CallerDep, etag: EtagDep, user_id: uuid.UUID
) -> None:
    """Delete a user with their sessions and tokens; what they made keeps their name."""
    caller.require(R, A.DELETE)
    await _require_seen(session, caller, etag, user_id)
    await accounts.delete_user(session, caller, user_id)


@router.post("/{user_id}/sessions/revoke", status_code=204, dependencies=[needs(R, A.UPDATE)])
async def revoke_sessions(session: SessionDep, caller: CallerDep, user_id: uuid.UUID) -> None:
    """End every session of a user; their personal access tokens stay."""
    caller.require(R, A.UPDATE)
    await accounts.revoke_sessions(session, caller, user_id)


async def _require_seen(
    session: AsyncSession,
    caller: Caller,
    etag: Etag,
    user_id: uuid.UUID,
    body: Patch | None = None,
) -> None:
    await lock_administration(session)
    current = user_answer(await accounts.get_user(session, user_id))
    etag.require(current, body, may_read=caller.allows(R, A.READ))
