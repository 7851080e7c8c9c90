"""Who may come in: passwords, session tokens, personal access tokens."""

from datetime import datetime

from sqlmodel import select

from dbapi_platform.store import PersonalToken, User
from tests.world import PASSWORD, World


async def me(world: World, token: str) -> int:
    """The status of asking who one is."""
    answer = await world.http.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


async def log_in(world: World, username: str, password: str) -> tuple[int, str]:
    answer = await world.http.post(
        "/api/v1/login/access-token", data={"username": username, "password": password}
    )
    return answer.status_code, answer.json()["message"] if answer.is_error else ""


async def test_a_wrong_password_and_an_unknown_user_look_the_same(world: World) -> None:
    await world.add_user("ann", "Dev")
    wrong = await log_in(world, "ann", "wrong")
    assert wrong[0] == 401
    assert wrong == await log_in(world, "nobody", PASSWORD)
    assert (await log_in(world, "ann", PASSWORD))[0] == 200


async def test_whoever_is_made_inactive_is_out_at_once(world: World) -> None:
    token = await world.add_user("leaving", "Dev")
    assert await me(world, token) == 200
    async with world.platform.services.database.session() as session:
        user = (await session.exec(select(User).where(User.username == "leaving"))).one()
        user.is_active = False
        session.add(user)
        await session.commit()
    assert await me(world, token) == 401
    assert (await log_in(world, "leaving", PASSWORD))[0] == 401


async def test_a_personal_token_is_told_once_and_revoked_at_once(world: World) -> None:
    await world.add_user("pat", "Dev")
    body = {"name": "notebook", "expires_in_days": 30}
    made = await world.manage("POST", "/tokens", user="pat", json=body, status=201)
    assert made["token"].startswith("dbapi_pat_")
    assert await me(world, made["token"]) == 200
    listed = await world.manage("GET", "/tokens", user="pat", status=200)
    assert [item["name"] for item in listed["items"]] == ["notebook"]
    assert "token" not in listed["items"][0]
    async with world.platform.services.database.session() as session:
        rows = list(await session.exec(select(PersonalToken)))
    assert all(made["token"] not in str(row.model_dump()) for row in rows)
    await world.manage("DELETE", f"/tokens/{made['id']}", user="pat", status=204)
    assert await me(world, made["token"]) == 401


async def test_a_token_made_with_a_token_ends_no_later(world: World) -> None:
    first = await world.manage(
        "POST", "/tokens", json={"name": "short", "expires_in_days": 2}, status=201
    )
    headers = {"Authorization": f"Bearer {first['token']}"}
    for name, days in (("longer", 90), ("for ever", None), ("shorter", 1)):
        body = {"name": name, "expires_in_days": days}
        answer = await world.http.post("/api/v1/tokens", json=body, headers=headers)
        assert answer.status_code == 201
        until = datetime.fromisoformat(answer.json()["expires_at"])
        last = datetime.fromisoformat(first["expires_at"])
        assert until == last if name != "shorter" else until < last


async def test_nobody_sees_or_ends_the_token_of_another(world: World) -> None:
    await world.add_user("one", "Dev")
    await world.add_user("two", "Dev")
    made = await world.manage("POST", "/tokens", user="one", json={"name": "x"}, status=201)
    assert (await world.manage("GET", "/tokens", user="two", status=200))["total"] == 0
    refused = await world.manage("DELETE", f"/tokens/{made['id']}", user="two")
    assert refused.status_code == 404
    assert await me(world, made["token"]) == 200


async def test_a_token_of_a_client_opens_no_management(world: World) -> None:
    client = await world.client("only a client")
    token = (await world.client_token(client)).json()["access_token"]
    assert await me(world, token) == 401
    session = await world.log_in("admin")
    await world.publish("GET", "locked", "SELECT 1 AS a", access="private")
    answer = await world.call("GET", "locked", headers={"Authorization": f"Bearer {session}"})
    assert answer.status_code == 401


async def test_a_wrong_token_is_refused_whatever_it_looks_like(world: World) -> None:
    for token in ("", "x", "dbapi_pat_", "dbapi_pat_" + "x" * 40, "a.b.c", "é", "x" * 20_000):
        header = {"Authorization": f"Bearer {token}".encode()}
        answer = await world.http.get("/api/v1/users/me", headers=header)
        assert answer.status_code == 401, token[:20]
        assert answer.headers["www-authenticate"] == "Bearer"
