"""Logging in and out, and the sessions that a login makes."""

import uuid
from datetime import timedelta

import httpx
from sqlalchemy import event
from sqlmodel import select

from dbapi_platform.store import AuditEntry, PersonalToken, User, UserSession
from dbapi_platform.store.base import now
from tests.world import PASSWORD, World


async def log_in(world: World, username: str, password: str = PASSWORD, **kwargs: str) -> str:
    """A new session's token."""
    form = {"username": username, "password": password}
    answer = await world.http.post("/api/v1/login/access-token", data=form, headers=kwargs)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


async def ask(world: World, method: str, path: str, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return await world.http.request(method, f"/api/v1{path}", headers=headers)


async def user_of(world: World, username: str) -> User:
    async with world.platform.services.database.session() as session:
        return (await session.exec(select(User).where(User.username == username))).one()


async def change(world: World, token: str, **fields: object) -> None:
    """Change the row of a token's session."""
    async with world.platform.services.database.session() as session:
        claims = world.platform.services.logins.sessions.signer.verify("management", token)
        row = await session.get_one(UserSession, claims.token_id)
        row.sqlmodel_update(fields)
        session.add(row)
        await session.commit()


async def test_a_login_makes_a_session_that_its_user_sees(any_world: World) -> None:
    await any_world.add_user("sam")
    one = await log_in(any_world, "sam", **{"user-agent": "notebook/1"})
    await log_in(any_world, "sam", **{"user-agent": "x" * 1_000})
    listed = (await ask(any_world, "GET", "/sessions", one)).json()
    assert listed["total"] == 3
    current = next(item for item in listed["items"] if item["is_current"])
    assert (current["method"], current["ip_address"]) == ("password", "127.0.0.1")
    assert current["user_agent"] == "notebook/1"
    assert current["last_used_at"] is not None
    assert {len(item["user_agent"]) for item in listed["items"]} >= {300}
    assert (await user_of(any_world, "sam")).last_login_at is not None


async def test_logging_out_ends_the_one_session(any_world: World) -> None:
    await any_world.add_user("out")
    one, two = await log_in(any_world, "out"), await log_in(any_world, "out")
    assert (await ask(any_world, "POST", "/logout", one)).status_code == 204
    assert (await ask(any_world, "GET", "/users/me", one)).status_code == 401
    assert (await ask(any_world, "POST", "/logout", one)).status_code == 401
    assert (await ask(any_world, "GET", "/users/me", two)).status_code == 200


async def test_a_session_is_ended_from_another_and_by_its_owner_only(any_world: World) -> None:
    await any_world.add_user("owner")
    await any_world.add_user("stranger")
    one, two = await log_in(any_world, "owner"), await log_in(any_world, "owner")
    listed = (await ask(any_world, "GET", "/sessions", one)).json()["items"]
    other = next(item["id"] for item in listed if not item["is_current"])
    answer = await any_world.manage("DELETE", f"/sessions/{other}", user="stranger")
    assert answer.status_code == 404
    for item in listed:
        if not item["is_current"]:
            assert (await ask(any_world, "DELETE", f"/sessions/{item['id']}", one)).is_success
    assert (await ask(any_world, "GET", "/users/me", two)).status_code == 401
    assert (await ask(any_world, "GET", "/sessions", one)).json()["total"] == 1
    assert (await ask(any_world, "DELETE", f"/sessions/{uuid.uuid4()}", one)).status_code == 404


async def test_a_personal_token_has_no_session_to_log_out_of(any_world: World) -> None:
    await any_world.add_user("pat")
    made = await any_world.manage("POST", "/tokens", user="pat", json={"name": "x"}, status=201)
    answer = await ask(any_world, "POST", "/logout", made["token"])
    assert answer.status_code == 409
    assert "revoke" in answer.json()["message"]
    listed = (await ask(any_world, "GET", "/sessions", made["token"])).json()["items"]
    assert [item["is_current"] for item in listed] == [False]


async def test_a_token_is_tested(any_world: World) -> None:
    token = await any_world.add_user("tested", "Viewer")
    answer = await ask(any_world, "POST", "/login/test-token", token)
    assert answer.json() == (await ask(any_world, "GET", "/users/me", token)).json()
    assert answer.json()["username"] == "tested"
    assert (await ask(any_world, "POST", "/login/test-token", token + "x")).status_code == 401


async def test_a_token_is_no_better_than_its_row(any_world: World) -> None:
    await any_world.add_user("rows")
    me = await user_of(any_world, "rows")
    sessions = any_world.platform.services.logins.sessions
    expired = await log_in(any_world, "rows")
    await change(any_world, expired, expires_at=now() - timedelta(seconds=1))
    moved = await log_in(any_world, "rows")
    await change(any_world, moved, user_id=(await user_of(any_world, "admin")).id)
    signed = {"generation": me.token_generation, "lifetime": timedelta(hours=1)}
    without_row = sessions.signer.sign("management", me.id, **signed)
    old = sessions.signer.sign("management", me.id, **signed | {"lifetime": timedelta(seconds=-1)})
    for token in (expired, moved, without_row, old):
        assert (await ask(any_world, "GET", "/users/me", token)).status_code == 401


async def test_all_of_a_users_sessions_end_at_once_and_personal_tokens_stay(
    any_world: World,
) -> None:
    token = await any_world.add_user("everywhere")
    body = {"name": "ci"}
    personal = await any_world.manage("POST", "/tokens", user="everywhere", json=body, status=201)
    user = await user_of(any_world, "everywhere")
    await any_world.manage("POST", f"/users/{user.id}/sessions/revoke", status=204)
    assert (await ask(any_world, "GET", "/users/me", token)).status_code == 401
    assert (await ask(any_world, "GET", "/sessions", personal["token"])).json()["total"] == 0
    again = await log_in(any_world, "everywhere")
    assert (await ask(any_world, "GET", "/users/me", again)).status_code == 200


async def test_sessions_long_expired_are_forgotten_at_the_next_login(any_world: World) -> None:
    first = await any_world.add_user("often")
    second = await log_in(any_world, "often")
    await change(any_world, first, expires_at=now() - timedelta(days=31))
    await change(any_world, second, expires_at=now() - timedelta(days=29))
    await log_in(any_world, "often")
    me = await user_of(any_world, "often")
    async with any_world.platform.services.database.session() as session:
        rows = await session.exec(select(UserSession).where(UserSession.user_id == me.id))
        assert len(list(rows)) == 2


async def test_a_use_is_written_every_five_minutes(any_world: World) -> None:
    token = await any_world.add_user("busy")
    for used, is_written in ((now() - timedelta(minutes=4), False), (now() - timedelta(9), True)):
        await change(any_world, token, last_used_at=used)
        listed = (await ask(any_world, "GET", "/sessions", token)).json()["items"]
        assert (listed[0]["last_used_at"] != used.isoformat().replace("+00:00", "Z")) == is_written


async def test_a_request_asks_the_store_three_things_of_its_caller(any_world: World) -> None:
    token = await any_world.add_user("lean", "Dev")
    await ask(any_world, "GET", "/users/me", token)
    asked: list[str] = []
    engine = any_world.platform.services.database.engine.sync_engine

    def count(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        assert (await ask(any_world, "GET", "/users/me", token)).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    # The session with its user, the roles, what they allow; and what the route itself asks. The
    # gateway polls meanwhile, and the records are added up: of tables of their own.
    assert len([text for text in asked if " user_" in text]) == 4, asked


async def test_logins_are_in_the_audit_log_and_passwords_are_not(any_world: World) -> None:
    await any_world.add_user("noted")
    form = {"username": "noted", "password": "a wrong password"}
    await any_world.http.post("/api/v1/login/access-token", data=form)
    form = {"username": "x" * 100, "password": "a wrong password"}
    await any_world.http.post("/api/v1/login/access-token", data=form)
    async with any_world.platform.services.database.session() as session:
        entries = list(await session.exec(select(AuditEntry)))
    refused = [entry for entry in entries if entry.change == "refused"]
    names = {(entry.resource_name, entry.actor, entry.ip_address) for entry in refused}
    assert names == {("noted", "anonymous", "127.0.0.1"), ("x" * 100, "anonymous", "127.0.0.1")}
    begun = [e for e in entries if e.part == "user_session" and e.resource_name == "noted"]
    assert [(e.actor, e.via, e.action) for e in begun] == [("noted", "password", "sessions.login")]
    assert "a wrong password" not in str([entry.model_dump() for entry in entries])


async def test_a_user_without_a_password_does_not_log_in_by_one(any_world: World) -> None:
    await any_world.add_user("elsewhere")
    async with any_world.platform.services.database.session() as session:
        user = await session.get_one(User, (await user_of(any_world, "elsewhere")).id)
        user.password_hash = ""
        session.add(user)
        await session.commit()
    for password in ("", PASSWORD):
        form = {"username": "elsewhere", "password": password}
        answer = await any_world.http.post("/api/v1/login/access-token", data=form)
        assert answer.status_code in {401, 422}


async def test_strange_logins_are_refused_as_such(any_world: World) -> None:
    for form in (
        {},
        {"username": "admin"},
        {"username": "a\0b", "password": "x"},
        {"username": "x" * 101, "password": "x"},
        {"username": "admin", "password": "x" * 10_000},
        {"username": "admin", "password": PASSWORD, "grant_type": "implicit"},
        {"username": "admin", "password": PASSWORD, "colour": "red"},
    ):
        answer = await any_world.http.post("/api/v1/login/access-token", data=form)
        assert answer.status_code == 422, form
    raw = b"username=%ff%fe&password=%ed%a0%80"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await any_world.http.post("/api/v1/login/access-token", content=raw, headers=headers)
    assert answer.status_code in {401, 422}
    form = {"username": "admin", "password": PASSWORD, "grant_type": "password", "scope": ""}
    answer = await any_world.http.post("/api/v1/login/access-token", data=form)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


async def test_nothing_of_a_token_is_stored(any_world: World) -> None:
    token = await any_world.add_user("secret")
    async with any_world.platform.services.database.session() as session:
        rows = [
            *await session.exec(select(UserSession)),
            *await session.exec(select(PersonalToken)),
        ]
    assert all(token not in str(row.model_dump()) for row in rows)
