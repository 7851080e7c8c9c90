"""Logging in at a real OpenID Connect provider, and every way to cheat at it."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
from sqlmodel import select

from dbapi_platform.store import LoginThrottle, OidcLogin
from dbapi_platform.store.base import now
from tests.management.oidc_logins import (
    CALLBACK,
    LOGIN,
    begin,
    change,
    code_of,
    come_back,
    finish,
    log_in,
    settings_of,
    to_code,
    user,
)
from tests.services.oidc import Provider, oidc_provider
from tests.world import PASSWORD, World, open_world


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with oidc_provider(CALLBACK) as running:
        yield running


@pytest_asyncio.fixture(scope="module", params=["sqlite", "postgresql"])
async def oidc_world(
    request: pytest.FixtureRequest,
    provider: Provider,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[World]:
    """One that makes users, and links those of the same address."""
    fields = settings_of(
        provider, oidc_create_users=True, oidc_link_by_email=True, oidc_default_roles=["Viewer"]
    )
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("fresh_postgres_url")
        fields["database_url"] = make()
    async with open_world(tmp_path_factory.mktemp("oidc"), **fields) as world:
        yield world


async def test_the_first_login_makes_a_user_and_the_second_finds_them(
    oidc_world: World, provider: Provider
) -> None:
    one = await log_in(oidc_world, provider, "1001")
    assert (one["username"], one["roles"]) == ("alice", ["Viewer"])
    made = await user(oidc_world, "alice")
    assert (made.email, made.full_name) == ("alice@example.com", "Alice <b>")
    assert await log_in(oidc_world, provider, "1001") == one
    form = {"username": "alice", "password": PASSWORD}
    answer = await oidc_world.http.post("/api/v1/login/access-token", data=form)
    assert answer.status_code == 401


async def test_the_page_runs_nothing_and_keeps_nothing(
    oidc_world: World, provider: Provider
) -> None:
    _, page = await to_code(oidc_world, provider, "1001")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-type"].startswith("text/html")
    assert "set-cookie" not in page.headers
    assert "Alice" not in page.text


async def test_an_unverified_address_links_nobody(oidc_world: World, provider: Provider) -> None:
    await oidc_world.add_user("robert")
    await change(oidc_world, "robert", email="bob@example.com")
    assert (await log_in(oidc_world, provider, "1002"))["username"] == "bob"
    assert (await user(oidc_world, "bob")).email is None


async def test_a_verified_address_links_and_a_name_never_does(
    oidc_world: World, provider: Provider
) -> None:
    # Carol is named admin at the provider.
    _, page = await to_code(oidc_world, provider, "1003")
    assert page.status_code == 409
    await oidc_world.add_user("carol")
    await change(oidc_world, "carol", email="carol@example.com")
    assert (await log_in(oidc_world, provider, "1003"))["username"] == "carol"


async def test_a_user_who_is_inactive_is_refused_before_and_after_the_code(
    oidc_world: World, provider: Provider
) -> None:
    assert (await log_in(oidc_world, provider, "1004"))["username"] == "dave"
    handle, page = await to_code(oidc_world, provider, "1004")
    await change(oidc_world, "dave", is_active=False)
    assert (await finish(oidc_world, handle, code_of(page))).status_code == 401
    _, page = await to_code(oidc_world, provider, "1004")
    assert page.status_code == 403
    assert "not active" in page.text


async def test_whom_the_provider_gives_no_name_is_refused(
    oidc_world: World, provider: Provider
) -> None:
    _, page = await to_code(oidc_world, provider, "1005")
    assert page.status_code == 403


async def test_a_code_is_good_once_and_with_its_handle_only(
    oidc_world: World, provider: Provider
) -> None:
    mine, page = await to_code(oidc_world, provider, "1001")
    theirs, other = await to_code(oidc_world, provider, "1002")
    assert (await finish(oidc_world, theirs, code_of(page))).status_code == 401
    assert (await finish(oidc_world, mine, code_of(other))).status_code == 401
    assert (await finish(oidc_world, "no handle", code_of(page))).status_code == 401
    spelt = code_of(page).lower().replace("-", " ")
    assert (await finish(oidc_world, mine, spelt)).status_code == 200
    assert (await finish(oidc_world, mine, code_of(page))).status_code == 401


async def test_a_login_that_is_not_over_has_no_code(oidc_world: World) -> None:
    begun = await begin(oidc_world)
    for code in ("", "AAAA-AAAA", "0" * 20):
        answer = await finish(oidc_world, begun["handle"], code)
        assert answer.status_code in {401, 422}


async def test_codes_are_not_guessed(oidc_world: World, provider: Provider) -> None:
    handle, page = await to_code(oidc_world, provider, "1001")
    statuses = [(await finish(oidc_world, handle, "AAAA-AAAA")).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert (await finish(oidc_world, handle, code_of(page))).status_code == 429


async def test_a_state_is_good_once_and_none_is_made_up(
    oidc_world: World, provider: Provider
) -> None:
    begun = await begin(oidc_world)
    url = await provider.log_in(begun["authorization_url"], "1001", callback=CALLBACK)
    wrong = url.copy_set_param("state", "made up")
    assert (await come_back(oidc_world, wrong)).status_code == 401
    page = await come_back(oidc_world, url)
    assert (await come_back(oidc_world, url)).status_code == 401
    assert (await finish(oidc_world, begun["handle"], code_of(page))).status_code == 200


async def test_a_provider_code_of_another_login_is_refused(
    oidc_world: World, provider: Provider
) -> None:
    """Injected into the victim's login; PKCE and the nonce bind it to its own."""
    attacker, victim = await begin(oidc_world), await begin(oidc_world)
    stolen = await provider.log_in(attacker["authorization_url"], "1001", callback=CALLBACK)
    own = await provider.log_in(victim["authorization_url"], "1002", callback=CALLBACK)
    mixed = own.copy_set_param("code", stolen.params["code"])
    page = await come_back(oidc_world, mixed)
    assert page.status_code == 401
    # And the login is over, whatever comes after.
    assert (await come_back(oidc_world, own)).status_code == 401


async def test_an_answer_of_another_issuer_is_refused(
    oidc_world: World, provider: Provider
) -> None:
    for iss in ("http://evil.example", None):
        begun = await begin(oidc_world)
        url = await provider.log_in(begun["authorization_url"], "1001", callback=CALLBACK)
        mixed = url.copy_set_param("iss", iss) if iss else url.copy_remove_param("iss")
        assert (await come_back(oidc_world, mixed)).status_code == 401


async def test_a_refusal_of_the_provider_is_a_page_and_nothing_in_it_is_run(
    oidc_world: World, provider: Provider
) -> None:
    begun = await begin(oidc_world)
    state = httpx.URL(begun["authorization_url"]).params["state"]
    told = {"state": state, "error": "<script>", "iss": provider.issuer}
    page = await oidc_world.http.get(f"{LOGIN}/callback", params=told)
    assert page.status_code == 401
    assert "<script>" not in page.text
    for strange in ({}, {"state": "\0"}, {"state": "<b>"}, {"code": "é" * 100}):
        page = await oidc_world.http.get(f"{LOGIN}/callback", params=strange)
        assert page.status_code == 401
        assert page.headers["content-type"].startswith("text/html")


async def test_a_login_is_over_after_ten_minutes(oidc_world: World, provider: Provider) -> None:
    handle, page = await to_code(oidc_world, provider, "1001")
    late = await begin(oidc_world)
    url = await provider.log_in(late["authorization_url"], "1001", callback=CALLBACK)
    async with oidc_world.platform.services.database.session() as session:
        for row in await session.exec(select(OidcLogin)):
            row.expires_at = now() - timedelta(seconds=1)
            session.add(row)
        await session.commit()
    assert (await finish(oidc_world, handle, code_of(page))).status_code == 401
    assert (await come_back(oidc_world, url)).status_code == 401
    await begin(oidc_world)
    async with oidc_world.platform.services.database.session() as session:
        assert len(list(await session.exec(select(OidcLogin)))) == 1


async def test_nothing_that_is_stored_can_be_used(oidc_world: World, provider: Provider) -> None:
    begun = await begin(oidc_world)
    state = httpx.URL(begun["authorization_url"]).params["state"]
    async with oidc_world.platform.services.database.session() as session:
        rows = str([row.model_dump() for row in await session.exec(select(OidcLogin))])
    assert state not in rows
    assert begun["handle"] not in rows


async def test_beginning_without_end_is_slowed(oidc_world: World) -> None:
    async with oidc_world.platform.services.database.session() as session:
        key = "oidc begun:127.0.0.1"
        row = await session.get(LoginThrottle, key) or LoginThrottle(key=key, last_failed_at=now())
        row.sqlmodel_update({"failures": 99, "last_failed_at": now(), "locked_until": None})
        session.add(row)
        await session.commit()
    statuses = [(await oidc_world.http.post(LOGIN)).status_code for _ in range(2)]
    assert statuses == [200, 429]


async def test_the_ways_in_are_told(oidc_world: World, world: World) -> None:
    told = (await oidc_world.http.get("/api/v1/login/methods")).json()
    assert told == {
        "password": True, "oidc": {"name": "The company"}, "jupyterhub": False,
        "password_recovery": False,
    }  # fmt: skip
    assert (await world.http.get("/api/v1/login/methods")).json()["oidc"] is None
    assert (await world.http.post(LOGIN)).status_code == 409
    page = await world.http.get(f"{LOGIN}/callback", params={"state": "x"})
    assert page.status_code == 409
