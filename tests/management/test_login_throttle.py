"""Whoever fails too often waits, whether or not there is such a user."""

import asyncio
import uuid
from datetime import timedelta

import httpx
from sqlmodel import select

from dbapi_platform.access.backoff import NAME, PLACE, login_counters, place
from dbapi_platform.access.passwords import AT_ONCE
from dbapi_platform.store import LoginThrottle, User
from dbapi_platform.store.base import now
from tests.world import PASSWORD, World


async def log_in(world: World, username: str, password: str) -> httpx.Response:
    form = {"username": username, "password": password}
    return await world.http.post("/api/v1/login/access-token", data=form)


async def fail(world: World, username: str, times: int) -> list[int]:
    return [(await log_in(world, username, "wrong")).status_code for _ in range(times)]


async def set_failures(world: World, key: str, failures: int) -> None:
    """As if there had been so many just now, and none was locked."""
    async with world.platform.services.database.session() as session:
        row = await session.get(LoginThrottle, key) or LoginThrottle(key=key, last_failed_at=now())
        row.failures, row.last_failed_at, row.locked_until = failures, now(), None
        session.add(row)
        await session.commit()


async def let_pass(world: World, **ago: float) -> None:
    """As if it had happened so long ago."""
    async with world.platform.services.database.session() as session:
        for row in await session.exec(select(LoginThrottle)):
            row.last_failed_at -= timedelta(**ago)
            row.locked_until = row.locked_until and row.locked_until - timedelta(**ago)
            session.add(row)
        await session.commit()


async def test_the_sixth_attempt_is_not_heard_even_if_it_is_right(any_world: World) -> None:
    await any_world.add_user("guessed")
    assert await fail(any_world, "guessed", 6) == [401] * 5 + [429]
    answer = await log_in(any_world, "guessed", PASSWORD)
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "too_many_requests"
    assert 1 <= int(answer.headers["retry-after"]) <= 1
    await let_pass(any_world, seconds=2)
    assert await fail(any_world, "guessed", 1) == [401]
    answer = await log_in(any_world, "guessed", PASSWORD)
    assert answer.headers["retry-after"] == "2"
    await let_pass(any_world, seconds=3)
    assert (await log_in(any_world, "guessed", PASSWORD)).status_code == 200
    # Forgotten: five more are free.
    assert await fail(any_world, "guessed", 5) == [401] * 5


async def test_a_name_that_nobody_has_answers_the_same(any_world: World) -> None:
    await any_world.add_user("somebody")
    answers = [
        [await log_in(any_world, name, "wrong") for _ in range(7)]
        for name in ("somebody", "nobody")
    ]
    one, other = ([(a.status_code, a.json()["message"]) for a in some] for some in answers)
    assert one == other
    assert [status for status, _ in one] == [401] * 5 + [429] * 2


async def test_spelling_a_name_otherwise_counts_as_the_same(any_world: World) -> None:
    names = ["Mixed", "mixed", " mixed", "MIXED", "mixed "]
    for name in names:
        assert (await log_in(any_world, name, "wrong")).status_code == 401
    assert (await log_in(any_world, "miXed", "wrong")).status_code == 429


async def test_a_name_guessed_from_everywhere_is_locked_a_little(any_world: World) -> None:
    await any_world.add_user("famous")
    _, by_name, _ = login_counters("famous", "127.0.0.1")
    await set_failures(any_world, by_name.key, NAME.free - 1)
    assert await fail(any_world, "famous", 2) == [401, 429]
    await let_pass(any_world, seconds=NAME.longest_s)
    assert (await log_in(any_world, "famous", PASSWORD)).status_code == 200


async def test_a_place_that_tries_many_names_is_locked(any_world: World) -> None:
    key = place("login", "127.0.0.1").key
    await set_failures(any_world, key, PLACE.free - 1)
    assert await fail(any_world, "one of many", 1) == [401]
    assert (await log_in(any_world, "admin", PASSWORD)).status_code == 429
    await let_pass(any_world, seconds=2)
    assert (await log_in(any_world, "admin", PASSWORD)).status_code == 200
    await set_failures(any_world, key, 0)


async def test_many_guesses_at_once_are_not_heard_either(any_world: World) -> None:
    await any_world.add_user("hammered")
    answers = await asyncio.gather(*(log_in(any_world, "hammered", "wrong") for _ in range(40)))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {401, 429}
    # Those that were in their turn already when the fifth failed.
    assert statuses.count(401) < 5 + AT_ONCE


async def test_many_who_are_right_at_once_are_all_heard(any_world: World) -> None:
    await any_world.add_user("popular")
    answers = await asyncio.gather(*(log_in(any_world, "popular", PASSWORD) for _ in range(12)))
    assert {answer.status_code for answer in answers} == {200}


async def test_an_administrator_unlocks_a_user(any_world: World) -> None:
    await any_world.add_user("locked out")
    await any_world.add_user("dev", "Dev")
    await fail(any_world, "locked out", 6)
    async with any_world.platform.services.database.session() as session:
        user = (await session.exec(select(User).where(User.username == "locked out"))).one()
    path = f"/users/{user.id}/unlock"
    assert (await any_world.manage("POST", path, user="dev")).status_code == 403
    assert (await any_world.manage("POST", f"/users/{uuid.uuid4()}/unlock")).status_code == 404
    await any_world.manage("POST", path, status=204)
    assert (await log_in(any_world, "locked out", PASSWORD)).status_code == 200


async def test_guessing_personal_tokens_is_slowed_and_good_ones_are_not(any_world: World) -> None:
    await any_world.add_user("neighbour")
    body = {"name": "x"}
    good = await any_world.manage("POST", "/tokens", user="neighbour", json=body, status=201)
    await set_failures(any_world, place("token", "127.0.0.1").key, PLACE.free - 1)
    statuses = []
    for token in ("dbapi_pat_guess", "dbapi_pat_other", good["token"]):
        header = {"Authorization": f"Bearer {token}"}
        statuses.append((await any_world.http.get("/api/v1/users/me", headers=header)).status_code)
    assert statuses == [401, 429, 200]
    # Nor is anybody's login.
    assert (await log_in(any_world, "neighbour", PASSWORD)).status_code == 200


async def test_many_guesses_at_once_do_not_take_every_connection(any_world: World) -> None:
    """Each that holds one and waits for another would stop all that come after."""
    await any_world.add_user("bystander")
    header = {"Authorization": "Bearer dbapi_pat_guess"}
    reset = {"token": "guess", "new_password": PASSWORD}
    calls = [any_world.http.get("/api/v1/users/me", headers=header) for _ in range(30)]
    calls += [any_world.http.post("/api/v1/password-reset", json=reset) for _ in range(30)]
    async with asyncio.timeout(25):
        statuses = {answer.status_code for answer in await asyncio.gather(*calls)}
    assert statuses <= {401, 422, 429}
    assert (await log_in(any_world, "bystander", PASSWORD)).status_code == 200


async def test_old_counts_are_swept(any_world: World) -> None:
    throttle = any_world.platform.services.logins.throttle
    await fail(any_world, "long ago", 1)
    await let_pass(any_world, days=3)
    throttle._swept_at = -10_000
    await fail(any_world, "today", 1)
    async with any_world.platform.services.database.session() as session:
        keys = set(await session.exec(select(LoginThrottle.key)))
    assert keys == {counter.key for counter in login_counters("today", "127.0.0.1")}


async def test_the_present_password_is_not_guessed_from_an_open_session(any_world: World) -> None:
    await any_world.add_user("left open")
    body = {"current_password": "a guess", "new_password": "another good password"}
    statuses = [
        (
            await any_world.manage("POST", "/users/me/password", user="left open", json=body)
        ).status_code
        for _ in range(6)
    ]
    assert statuses == [422] * 5 + [429]
