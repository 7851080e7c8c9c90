"""Who can come in: sessions, tokens and links, asked for and counted."""

import uuid

from sqlmodel import select

from dbapi_platform.store import PasswordReset, UserSession
from dbapi_platform.store.base import now
from tests.world import World

OTHER = "another good password"
# Tells a login that a test has laid from those that came.
LAID = "laid"


async def status_of(world: World, token: str) -> int:
    """Of asking who one is."""
    answer = await world.http.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


async def can_log_in(world: World, username: str, password: str) -> bool:
    answer = await world.http.post(
        "/api/v1/login/access-token", data={"username": username, "password": password}
    )
    return answer.status_code == 200


async def new_token(world: World, username: str) -> str:
    """A personal access token of the user's."""
    made = await world.manage("POST", "/tokens", user=username, json={"name": "t"}, status=201)
    return made["token"]


async def add_login_and_link(world: World, user_id: str) -> None:
    """As if the user had logged in, and had asked for a link by e-mail."""
    times = {"created_at": now(), "expires_at": now()}
    async with world.platform.services.database.session() as session:
        key = uuid.UUID(user_id)
        session.add(UserSession(user_id=key, method=LAID, **times))
        session.add(PasswordReset(user_id=key, token_hash=uuid.uuid4().hex, **times))
        await session.commit()


async def open_logins_and_links(world: World, user_id: str) -> tuple[int, int]:
    """How many of those that `add_login_and_link` made are still good."""
    async with world.platform.services.database.session() as session:
        key = uuid.UUID(user_id)
        logins = await session.exec(
            select(UserSession).where(UserSession.user_id == key, UserSession.method == LAID)
        )
        links = await session.exec(select(PasswordReset).where(PasswordReset.user_id == key))
        return (
            sum(row.revoked_at is None for row in logins),
            sum(row.used_at is None for row in links),
        )
