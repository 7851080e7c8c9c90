"""Pages log in at a provider and from a JupyterHub as programs do; the token goes to the cookie."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from dbapi_platform.access.backoff import place
from tests.management.browsers import NAME, OWN, ask, browser, cookie_of
from tests.management.oidc_logins import CALLBACK, code_of, finish, settings_of, to_code
from tests.management.test_login_throttle import set_failures
from tests.services.hub import JupyterHubServer, jupyterhub
from tests.services.oidc import Provider, oidc_provider
from tests.world import World, open_world


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with oidc_provider(CALLBACK) as running:
        yield running


@pytest.fixture(scope="module")
def hub() -> Iterator[JupyterHubServer]:
    with jupyterhub() as running:
        running.add_user("ada")
        yield running


@pytest_asyncio.fixture(scope="module")
async def elsewhere(
    provider: Provider, hub: JupyterHubServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """One whose users may come from both."""
    fields = settings_of(provider, oidc_create_users=True, oidc_default_roles=["Viewer"])
    fields |= {"jupyterhub_api_url": hub.api_url, "jupyterhub_create_users": True}
    async with open_world(tmp_path_factory.mktemp("elsewhere"), **fields) as world:
        yield world


async def method_of(page: httpx.AsyncClient) -> str:
    sessions = (await ask(page, "/sessions")).json()["items"]
    return next(item["method"] for item in sessions if item["is_current"])


async def test_a_code_and_its_handle_log_a_page_in(elsewhere: World, provider: Provider) -> None:
    handle, shown = await to_code(elsewhere, provider, "1001")
    assert "set-cookie" not in shown.headers
    body = {"handle": handle, "code": code_of(shown)}
    async with browser(elsewhere) as page:
        # Whoever is led here from another site has not used the code up.
        assert (await page.post("/login/page/oidc", json=body)).status_code == 403
        wrong = await page.post("/login/page/oidc", json=body | {"code": "AAAA-AAAA"}, headers=OWN)
        assert wrong.status_code == 401
        answer = await page.post("/login/page/oidc", json=body, headers=OWN)
        assert answer.status_code == 200, answer.text
        cookie = cookie_of(answer)
        assert (cookie.key, cookie["httponly"], cookie["samesite"]) == (NAME, True, "strict")
        assert cookie.value not in answer.text
        assert answer.json() == (await ask(page)).json()
        assert (answer.json()["username"], await method_of(page)) == ("alice", "oidc")
        again = await page.post("/login/page/oidc", json=body, headers=OWN)
        assert again.status_code == 401
        assert "set-cookie" not in again.headers


async def test_a_program_that_finishes_gets_no_cookie(elsewhere: World, provider: Provider) -> None:
    handle, shown = await to_code(elsewhere, provider, "1001")
    answer = await finish(elsewhere, handle, code_of(shown))
    assert answer.json()["access_token"]
    assert "set-cookie" not in answer.headers


async def test_a_token_of_the_hub_logs_a_page_in_and_guesses_are_counted(
    elsewhere: World, hub: JupyterHubServer
) -> None:
    token = await asyncio.to_thread(hub.user_token, "ada")
    async with browser(elsewhere) as page:
        path = "/login/page/jupyterhub"
        answer = await page.post(path, json={"token": token}, headers=OWN)
        assert answer.status_code == 200, answer.text
        assert cookie_of(answer)["httponly"] is True
        assert (await ask(page)).json()["username"] == "ada"
        assert await method_of(page) == "jupyterhub"
        await set_failures(elsewhere, place("jupyterhub", "127.0.0.1").key, 99)
        for status in (401, 429):
            answer = await page.post(path, json={"token": "guess"}, headers=OWN)
            assert answer.status_code == status
            assert "set-cookie" not in answer.headers
