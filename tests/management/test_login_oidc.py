"""Logging in at a real OpenID Connect provider, and every way to cheat at it."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlmodel import select

from dbapi_platform.settings import SettingsError
from dbapi_platform.store import ExternalIdentity, LoginThrottle, OidcLogin, User
from dbapi_platform.store.base import now
from tests.services.oidc import Provider, oidc_provider
from tests.world import PASSWORD, World, make_settings, open_world

CALLBACK = "http://test/api/v1/login/oidc/callback"
LOGIN = "/api/v1/login/oidc"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with oidc_provider(CALLBACK) as running:
        yield running


def settings_of(provider: Provider, **fields: Any) -> dict[str, Any]:
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": provider.client_id,
        "oidc_client_secret": provider.client_secret,
        "oidc_name": "The company",
    } | fields


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


async def begin(world: World) -> dict[str, Any]:
    answer = await world.http.post(LOGIN)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def come_back(world: World, url: httpx.URL) -> httpx.Response:
    return await world.http.get(str(url))


def code_of(page: httpx.Response) -> str:
    assert page.status_code == 200, page.text
    return page.text.split("<code>")[1].split("</code>")[0]


async def finish(world: World, handle: str, code: str) -> httpx.Response:
    return await world.http.post(f"{LOGIN}/finish", json={"handle": handle, "code": code})


async def to_code(world: World, provider: Provider, account: str) -> tuple[str, httpx.Response]:
    """The handle, and the page that the browser ends at."""
    begun = await begin(world)
    url = await provider.log_in(begun["authorization_url"], account, callback=CALLBACK)
    return begun["handle"], await come_back(world, url)


async def log_in(world: World, provider: Provider, account: str) -> dict[str, Any]:
    """Who it is in the end."""
    handle, page = await to_code(world, provider, account)
    answer = await finish(world, handle, code_of(page))
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    me = (await world.http.get("/api/v1/users/me", headers=headers)).json()
    sessions = (await world.http.get("/api/v1/sessions", headers=headers)).json()["items"]
    assert next(item for item in sessions if item["is_current"])["method"] == "oidc"
    return me


async def user(world: World, username: str) -> User:
    async with world.platform.services.database.session() as session:
        return (await session.exec(select(User).where(User.username == username))).one()


async def change(world: World, username: str, **fields: object) -> None:
    async with world.platform.services.database.session() as session:
        row = (await session.exec(select(User).where(User.username == username))).one()
        row.sqlmodel_update(fields)
        session.add(row)
        await session.commit()


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


async def test_nobody_is_made_or_linked_unless_a_setting_says_so(
    provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fields = settings_of(provider)
    async with open_world(tmp_path_factory.mktemp("closed"), **fields) as closed:
        await closed.add_user("alice")
        await change(closed, "alice", email="alice@example.com")
        _, page = await to_code(closed, provider, "1001")
        assert page.status_code == 403
        async with closed.platform.services.database.session() as session:
            assert list(await session.exec(select(ExternalIdentity))) == []


async def test_only_the_domains_that_are_named_may_come(
    provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fields = settings_of(
        provider, oidc_create_users=True, oidc_allowed_domains="Example.com, example.net"
    )
    async with open_world(tmp_path_factory.mktemp("domains"), **fields) as opened:
        assert (await log_in(opened, provider, "1001"))["username"] == "alice"
        for account in ("1002", "1004", "1005"):
            _, page = await to_code(opened, provider, account)
            assert page.status_code == 403, account


async def test_a_role_that_is_missing_makes_no_user(
    provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fields = settings_of(provider, oidc_create_users=True, oidc_default_roles="Nonesuch")
    async with open_world(tmp_path_factory.mktemp("roles"), **fields) as opened:
        _, page = await to_code(opened, provider, "1001")
        assert page.status_code == 409
        async with opened.platform.services.database.session() as session:
            assert (await session.exec(select(User).where(User.username == "alice"))).all() == []


def test_half_a_provider_is_refused_at_the_start(tmp_path: Any) -> None:
    for fields, named in (
        ({"oidc_issuer": "https://x.example"}, "DBAPI_OIDC_CLIENT_ID"),
        ({"oidc_issuer": "https://x.example", "oidc_client_id": "x", "oidc_scopes": "email"},
         "DBAPI_OIDC_SCOPES"),
    ):  # fmt: skip
        with pytest.raises(SettingsError, match=named):
            make_settings(tmp_path, **fields).require_secrets()
