"""Logging in from the platform's own pages: a cookie comes, is good, and goes."""

import asyncio
import json

import pytest

from tests.management.browsers import HOST_NAME, NAME, OWN, PAGE, ask, browser, cookie_of, log_in
from tests.management.people import audited, find_user
from tests.world import PASSWORD, World, open_world


async def test_a_page_is_told_who_logged_in_and_no_token(any_world: World) -> None:
    await any_world.add_user("alice", "Viewer")
    async with browser(any_world) as page:
        answer = await log_in(page, "alice")
        assert answer.status_code == 200
        assert answer.json() == (await ask(page)).json()
        assert (answer.json()["username"], answer.json()["roles"]) == ("alice", ["Viewer"])
        assert cookie_of(answer).value not in answer.text
        sessions = (await ask(page, "/sessions")).json()["items"]
        assert [s["method"] for s in sessions if s["is_current"]] == ["password"]


async def test_the_cookie_is_out_of_every_scripts_reach(any_world: World) -> None:
    async with browser(any_world) as page:
        cookie = cookie_of(await log_in(page, "admin"))
    assert cookie.key == NAME
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "strict", "/api/v1")
    assert (cookie["secure"], cookie["domain"]) == ("", "")
    assert cookie["max-age"] == str(any_world.settings.session_token_minutes * 60)


async def test_over_https_no_other_host_can_set_it(any_world: World) -> None:
    async with browser(any_world, "https://test") as page:
        answer = await log_in(page, "admin")
        cookie = cookie_of(answer)
        # What browsers ask of the prefix.
        assert (cookie.key, cookie["secure"], cookie["path"]) == (HOST_NAME, True, "/")
        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "strict", "")
        assert (await ask(page)).status_code == 200
        page.cookies.clear()
        # A sibling host may set the plain name, and names that look like the guarded one.
        for name in (NAME, f"\xa0{HOST_NAME}", f"\x85{HOST_NAME}", f"{HOST_NAME}\xa0", "x"):
            sent = f"{name}={cookie.value}".encode("latin-1")
            headers = [(b"cookie", sent), *((k.encode(), v.encode()) for k, v in OWN.items())]
            assert (await page.get("/users/me", headers=headers)).status_code == 401, name


async def test_https_is_a_trusted_proxys_word(any_world: World) -> None:
    async with browser(any_world) as page:
        # Nobody is trusted here.
        answer = await log_in(page, "admin", **{"X-Forwarded-Proto": "https"})
        assert cookie_of(answer).key == NAME


async def test_behind_a_proxy_that_speaks_tls_the_cookie_is_guarded(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory = tmp_path_factory.mktemp("proxied")
    async with open_world(directory, trusted_proxies=1) as world, browser(world) as page:
        answer = await log_in(page, "admin", **{"X-Forwarded-Proto": "https"})
        cookie = cookie_of(answer)
        assert (cookie.key, cookie["secure"]) == (HOST_NAME, True)
        sent = {"X-Forwarded-Proto": "https", "Cookie": f"{HOST_NAME}={cookie.value}"}
        assert (await ask(page, headers=sent)).status_code == 200
        out = await page.post("/logout", headers=OWN | sent)
        gone = cookie_of(out)
        assert (gone.key, gone["secure"], gone["path"]) == (HOST_NAME, True, "/")


async def test_logging_out_ends_the_session_and_takes_the_cookie(any_world: World) -> None:
    async with browser(any_world) as page:
        token = cookie_of(await log_in(page, "admin")).value
        answer = await page.post("/logout", headers=OWN)
        assert answer.status_code == 204
        gone = cookie_of(answer)
        assert (gone.key, gone.value, gone["max-age"], gone["path"]) == (NAME, "", "0", "/api/v1")
        assert not page.cookies
        stolen = {"Cookie": f"{NAME}={token}"}
        assert (await ask(page, headers=stolen)).status_code == 401
        bearer = {"Authorization": f"Bearer {token}"}
        assert (await page.get("/users/me", headers=bearer)).status_code == 401


async def test_a_program_that_logs_out_is_sent_no_cookie(any_world: World) -> None:
    await any_world.add_user("program")
    answer = await any_world.manage("POST", "/logout", user="program", headers=PAGE)
    assert answer.status_code == 204
    assert "set-cookie" not in answer.headers


async def test_a_session_that_is_ended_elsewhere_is_over_here(any_world: World) -> None:
    await any_world.add_user("twice")
    async with browser(any_world) as here, browser(any_world) as there:
        await log_in(here, "twice")
        await log_in(there, "twice")
        listed = (await ask(there, "/sessions")).json()["items"]
        for item in listed:
            if not item["is_current"]:
                await there.delete(f"/sessions/{item['id']}", headers=OWN)
        assert (await ask(here)).status_code == 401
        assert (await ask(there)).status_code == 200
        user = await find_user(any_world, "twice")
        await any_world.manage("POST", f"/users/{user['id']}/sessions/revoke", status=204)
        assert (await ask(there)).status_code == 401
        # The old cookie does not stand in the way.
        assert (await log_in(here, "twice")).status_code == 200
        await any_world.manage("PATCH", f"/users/{user['id']}", json={"is_active": False})
        assert (await ask(here)).status_code == 401


async def test_the_second_user_of_a_browser_takes_the_place_of_the_first(
    any_world: World,
) -> None:
    for name in ("first", "second"):
        await any_world.add_user(name)
    async with browser(any_world) as page:
        first = cookie_of(await log_in(page, "first")).value
        assert (await log_in(page, "second", "wrong")).status_code == 401
        # Who failed changed nothing.
        assert (await ask(page)).json()["username"] == "first"
        assert (await log_in(page, "second")).json()["username"] == "second"
        assert (await ask(page)).json()["username"] == "second"
        assert len(page.cookies) == 1
        # Nobody would end a session whose cookie is gone.
        kept = {"Authorization": f"Bearer {first}"}
        assert (await page.get("/users/me", headers=kept)).status_code == 401
    ended = (await audited(any_world, part="user_session", change="updated"))[-1]
    assert (ended["actor"], ended["via"]) == ("first", "page")


async def test_two_browsers_are_two_sessions(any_world: World) -> None:
    for name in ("left", "right"):
        await any_world.add_user(name)
    async with browser(any_world) as left, browser(any_world) as right:
        await asyncio.gather(log_in(left, "left"), log_in(right, "right"))
        await right.post("/logout", headers=OWN)
        assert (await ask(left)).json()["username"] == "left"
        assert (await ask(right)).status_code == 401


async def test_an_authorization_header_wins(any_world: World) -> None:
    token = await any_world.add_user("bearer")
    async with browser(any_world) as page:
        await log_in(page, "admin")
        answer = await ask(page, headers={"Authorization": f"Bearer {token}"})
        assert answer.json()["username"] == "bearer"
        for wrong in ("Bearer wrong", "Basic YTpi", "Bearer", ""):
            assert (await ask(page, headers={"Authorization": wrong})).status_code == 401, wrong


async def test_a_page_does_all_that_its_user_may_and_no_more(any_world: World) -> None:
    await any_world.add_user("viewing", "Viewer")
    async with browser(any_world) as page:
        await log_in(page, "viewing")
        assert (await ask(page, "/endpoints")).status_code == 200
        answer = await page.post("/modules", json={"name": "m"}, headers=OWN)
        assert answer.status_code == 403
        await log_in(page, "admin")
        assert (await page.post("/modules", json={"name": "m"}, headers=OWN)).status_code == 201
    made = (await audited(any_world, resource_type="module", change="created"))[-1]
    assert (made["actor"], made["via"]) == ("admin", "page")


async def test_logins_of_pages_are_in_the_audit_log_and_their_secrets_are_not(
    any_world: World,
) -> None:
    await any_world.add_user("noted")
    async with browser(any_world) as page:
        await log_in(page, "noted", "a wrong password")
        token = cookie_of(await log_in(page, "noted")).value
        await page.post("/logout", headers=OWN)
    noted = [
        (entry["actor"], entry["via"], entry["action"], entry["change"])
        for entry in await audited(any_world, resource_name="noted")
        if entry["action"] in {"page_login.password", "sessions.logout"}
    ]
    assert noted == [
        ("anonymous", "login", "page_login.password", "refused"),
        ("noted", "password", "page_login.password", "created"),
        ("noted", "page", "sessions.logout", "updated"),
    ]
    kept = str(await audited(any_world))
    assert token not in kept
    assert "a wrong password" not in kept


async def test_guesses_are_counted_with_those_of_programs(any_world: World) -> None:
    await any_world.add_user("guessed")
    form = {"username": "guessed", "password": "wrong"}
    async with browser(any_world) as page:
        for _ in range(3):
            assert (await log_in(page, "guessed", "wrong")).status_code == 401
        for _ in range(2):
            answer = await any_world.http.post("/api/v1/login/access-token", data=form)
            assert answer.status_code == 401
        answer = await log_in(page, "guessed")
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1
        assert "set-cookie" not in answer.headers


async def test_ways_in_that_are_not_set_up_are_told(any_world: World) -> None:
    async with browser(any_world) as page:
        for path, body in (
            ("/login/page/oidc", {"handle": "h", "code": "c"}),
            ("/login/page/jupyterhub", {"token": "t"}),
        ):
            answer = await page.post(path, json=body, headers=OWN)
            assert answer.status_code == 409
            assert "log in another way" in answer.json()["message"]


async def test_where_the_pages_are_turned_off_their_cookie_is_worth_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    async with open_world(tmp_path_factory.mktemp("off"), web_enabled=False) as world:
        token = await world.log_in("admin")
        async with browser(world) as page:
            answer = await log_in(page, "admin")
            assert answer.status_code == 409
            assert "turned off" in answer.json()["message"]
            assert (await ask(page, headers={"Cookie": f"{NAME}={token}"})).status_code == 401


async def test_strange_logins_are_refused_as_such(any_world: World) -> None:
    async with browser(any_world) as page:
        for body in (
            None, [], {}, {"username": "admin"}, {"username": "a" * 101, "password": "x"},
            {"username": "admin", "password": PASSWORD, "more": 1},
            {"username": "a\0", "password": PASSWORD},
        ):  # fmt: skip
            answer = await page.post("/login/page", content=json.dumps(body), headers=OWN)
            assert answer.status_code == 422, body
            assert "set-cookie" not in answer.headers
        answer = await page.post("/login/page", content=b"x" * 70_000, headers=OWN)
        assert answer.status_code == 413
