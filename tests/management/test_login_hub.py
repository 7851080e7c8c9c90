"""Logging in by a token of a real JupyterHub."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlmodel import select

from dbapi_platform.store import ExternalIdentity, LoginThrottle, User
from dbapi_platform.store.base import now
from tests.services.hub import JupyterHubServer, jupyterhub
from tests.world import World, open_world


@pytest.fixture(scope="module")
def hub() -> Iterator[JupyterHubServer]:
    with jupyterhub() as running:
        for name in ("ada", "ben", "cleo", "admin"):
            running.add_user(name)
        yield running


@pytest_asyncio.fixture(scope="module", params=["sqlite", "postgresql"])
async def hub_world(
    request: pytest.FixtureRequest,
    hub: JupyterHubServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[World]:
    fields: dict[str, Any] = {
        "jupyterhub_api_url": hub.api_url,
        "jupyterhub_create_users": True,
        "jupyterhub_default_roles": "Dev, Viewer",
    }
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("fresh_postgres_url")
        fields["database_url"] = make()
    async with open_world(tmp_path_factory.mktemp("hub"), **fields) as world:
        yield world


async def log_in(world: World, token: str) -> httpx.Response:
    return await world.http.post("/api/v1/login/jupyterhub", json={"token": token})


async def who(world: World, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    assert "set-cookie" not in answer.headers
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return (await world.http.get("/api/v1/users/me", headers=headers)).json()


async def test_a_users_server_logs_in_with_the_token_it_was_given(
    hub_world: World, hub: JupyterHubServer
) -> None:
    token = await asyncio.to_thread(hub.server_token, "ada")
    me = await who(hub_world, await log_in(hub_world, token))
    assert (me["username"], me["roles"]) == ("ada", ["Dev", "Viewer"])
    # A token of their own, later, is the same person's.
    own = await asyncio.to_thread(hub.user_token, "ada")
    assert await who(hub_world, await log_in(hub_world, own)) == me
    await asyncio.to_thread(hub.stop_server, "ada")
    (hub.directory / "ada.token").unlink()
    # The Hub ends a server's token with the server.
    assert (await log_in(hub_world, token)).status_code == 401


async def test_two_first_logins_at_once_make_one_user(
    hub_world: World, hub: JupyterHubServer
) -> None:
    token = await asyncio.to_thread(hub.user_token, "ben")
    answers = await asyncio.gather(*(log_in(hub_world, token) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await who(hub_world, await log_in(hub_world, token)))["username"] == "ben"
    async with hub_world.platform.services.database.session() as session:
        rows = await session.exec(select(ExternalIdentity).where(ExternalIdentity.subject == "ben"))
        assert len(list(rows)) == 1


async def test_tokens_that_are_not_a_users_own_are_refused(
    hub_world: World, hub: JupyterHubServer
) -> None:
    as_a_service_holds = await asyncio.to_thread(
        hub.user_token, "ada", scopes=["read:users:name!user=ada"]
    )
    for token in (as_a_service_holds, hub.token, "made-up"):
        assert (await log_in(hub_world, token)).status_code == 401
    for strange in ("", "a b", "a\r\nX-Evil: 1", "é", "x" * 501):
        assert (await log_in(hub_world, strange)).status_code == 422


async def test_a_name_that_is_somebody_elses_is_not_taken_over(
    hub_world: World, hub: JupyterHubServer
) -> None:
    token = await asyncio.to_thread(hub.user_token, "admin")
    assert (await log_in(hub_world, token)).status_code == 409


async def test_whoever_is_inactive_here_stays_out(hub_world: World, hub: JupyterHubServer) -> None:
    token = await asyncio.to_thread(hub.user_token, "cleo")
    await who(hub_world, await log_in(hub_world, token))
    async with hub_world.platform.services.database.session() as session:
        user = (await session.exec(select(User).where(User.username == "cleo"))).one()
        user.is_active = False
        session.add(user)
        await session.commit()
    assert (await log_in(hub_world, token)).status_code == 403


async def test_guessing_is_slowed(hub_world: World, hub: JupyterHubServer) -> None:
    async with hub_world.platform.services.database.session() as session:
        key = "jupyterhub:127.0.0.1"
        row = await session.get(LoginThrottle, key) or LoginThrottle(key=key, last_failed_at=now())
        row.sqlmodel_update({"failures": 99, "last_failed_at": now(), "locked_until": None})
        session.add(row)
        await session.commit()
    assert [(await log_in(hub_world, "guess")).status_code for _ in range(2)] == [401, 429]


async def test_nobody_is_made_unless_a_setting_says_so(
    hub: JupyterHubServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fields = {"jupyterhub_api_url": hub.api_url}
    async with open_world(tmp_path_factory.mktemp("closed"), **fields) as closed:
        token = await asyncio.to_thread(hub.user_token, "ada")
        assert (await log_in(closed, token)).status_code == 403
        assert (await closed.http.get("/api/v1/login/methods")).json()["jupyterhub"] is True


async def test_a_hub_that_is_not_there_or_none_is_told(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert (await log_in(world, "x")).status_code == 409
    fields = {"jupyterhub_api_url": "http://127.0.0.1:1/hub/api"}
    async with open_world(tmp_path_factory.mktemp("away"), **fields) as alone:
        answer = await log_in(alone, "x")
        assert answer.status_code == 424
        assert answer.json()["error"]["code"] == "login_provider_unavailable"
