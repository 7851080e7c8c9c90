"""What another site, a sibling host, a proxy or a script tries with the cookie of our pages."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.management.browsers import NAME, OWN, PAGE, ask, browser, cookie_of, log_in
from tests.management.logins import new_token
from tests.world import PASSWORD, World, open_world

LOGIN = {"username": "admin", "password": PASSWORD}
ELSEWHERE = ("cross-site", "same-site", "none", "Same-Origin", "same-origin, cross-site", "")
# What a page's header is not.
NOT_PAGES: list[dict[str, str]] = [
    {}, {"X-DBAPI-Page": ""}, {"X-DBAPI-Page": "0"}, {"X-DBAPI-Page": "11"},
    {"X-DBAPI-Page": "true"}, {"X-DBAPI-Page": "1, 1"}, {"X-DBAPI-Pages": "1"},
]  # fmt: skip


@pytest_asyncio.fixture
async def page(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which the admin is logged in."""
    async with browser(world) as opened:
        assert (await log_in(opened, "admin")).status_code == 200
        yield opened


@pytest.mark.parametrize("headers", NOT_PAGES, ids=str)
async def test_the_cookie_alone_is_nobody(page: httpx.AsyncClient, headers: dict[str, str]) -> None:
    own = {"Sec-Fetch-Site": "same-origin"}
    assert (await page.get("/users/me", headers=headers | own)).status_code == 401
    answer = await page.post("/modules", json={"name": "forged"}, headers=headers | own)
    assert answer.status_code == 401
    assert (await page.post("/logout", headers=headers | own)).status_code == 401
    assert (await ask(page)).status_code == 200


@pytest.mark.parametrize("site", ELSEWHERE)
async def test_a_request_from_elsewhere_is_nobodys_even_with_the_header(
    page: httpx.AsyncClient, site: str
) -> None:
    """`same-site` is a JupyterHub beside us, whose users write its pages: SameSite lets it in."""
    forged = PAGE | {"Sec-Fetch-Site": site}
    assert (await page.get("/users/me", headers=forged)).status_code == 401
    assert (await page.post("/logout", headers=forged)).status_code == 401
    both = [*PAGE.items(), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", site)]
    assert (await page.get("/users/me", headers=both)).status_code == 401
    assert (await ask(page)).status_code == 200


async def test_browsers_that_do_not_tell_where_from_need_the_header(
    page: httpx.AsyncClient,
) -> None:
    """Over plain http none tells."""
    assert (await page.get("/users/me", headers=PAGE)).status_code == 200
    assert (await page.get("/users/me")).status_code == 401
    twice = [*PAGE.items(), *PAGE.items()]
    assert (await page.get("/users/me", headers=twice)).status_code == 401


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain"])
async def test_a_form_of_another_site_changes_nothing(page: httpx.AsyncClient, kind: str) -> None:
    headers = {"Content-Type": kind, "Origin": "https://evil.example"}
    body = b'{"name": "by-form"}'
    answer = await page.post("/modules", content=body, headers=headers)
    assert answer.status_code == 401
    listed = (await ask(page, "/modules")).json()["items"]
    assert "by-form" not in [module["name"] for module in listed]


@pytest.mark.parametrize("path", ["/login/page", "/login/page/oidc", "/login/page/jupyterhub"])
async def test_nobody_logs_a_browser_in_from_elsewhere(world: World, path: str) -> None:
    """Else the victim works, and tells their secrets, in the attacker's account."""
    body = {"/login/page": LOGIN}.get(path, {"token": "t"})
    forged = [*NOT_PAGES, *(PAGE | {"Sec-Fetch-Site": site} for site in ELSEWHERE)]
    async with browser(world) as victim:
        for headers in forged:
            answer = await victim.post(path, json=body, headers=headers)
            assert answer.status_code == 403
            assert answer.json()["error"]["code"] == "forbidden"
            assert "X-DBAPI-Page" in answer.json()["message"]
            assert "set-cookie" not in answer.headers


async def test_logins_of_programs_never_set_a_cookie(world: World) -> None:
    answer = await world.http.post("/api/v1/login/access-token", data=LOGIN, headers=OWN)
    assert answer.json()["access_token"]
    assert "set-cookie" not in answer.headers


async def test_a_cookie_that_somebody_put_beside_ours_is_not_chosen(
    world: World, page: httpx.AsyncClient
) -> None:
    """Another port of this host may set one for a longer path, which is sent first."""
    strangers = await world.add_user("stranger")
    own = page.cookies[NAME]
    page.cookies.clear()
    for pair in ((strangers, own), (own, strangers), (own, own)):
        text = "; ".join(f"{NAME}={value}" for value in pair)
        answer = await ask(page, headers={"Cookie": text})
        assert answer.status_code == 401
        assert "delete the cookies" in answer.json()["message"]
        apart = [*OWN.items(), *(("Cookie", f"{NAME}={value}") for value in pair)]
        assert (await page.get("/users/me", headers=apart)).status_code == 401
    # Logging in is possible all the same.
    both = {"Cookie": f"{NAME}={own}; {NAME}={strangers}"}
    assert (await log_in(page, "admin", **both)).status_code == 200


async def test_a_session_is_new_with_every_login(world: World) -> None:
    """Whoever set a cookie before the login does not hold the one after it."""
    fixed = await world.add_user("fixing")
    async with browser(world) as victim:
        answer = await log_in(victim, "admin", Cookie=f"{NAME}={fixed}")
        assert cookie_of(answer).value != fixed
        assert (await ask(victim)).json()["username"] == "admin"
        me = await victim.get("/users/me", headers={"Authorization": f"Bearer {fixed}"})
        assert me.status_code == 401


@pytest.mark.parametrize("text", ["{0}x", '"{0}"', "{0} ; a", "", " ", "dbapi_pat_x"])
async def test_other_values_are_nobody_or_the_same(page: httpx.AsyncClient, text: str) -> None:
    own = page.cookies[NAME]
    page.cookies.clear()
    answer = await ask(page, headers={"Cookie": f"{NAME}={text.format(own)}"})
    assert answer.status_code == (200 if text == "{0} ; a" else 401)


async def test_a_personal_token_is_not_taken_from_a_cookie(world: World) -> None:
    personal = await new_token(world, "admin")
    async with browser(world) as page:
        assert (await ask(page, headers={"Cookie": f"{NAME}={personal}"})).status_code == 401


async def test_the_gateway_does_not_know_the_cookie(world: World, page: httpx.AsyncClient) -> None:
    endpoint = await world.publish("GET", "private", "SELECT 1 AS a", access="private")
    client = await world.client("reader", endpoint)
    token = (await world.client_token(client)).json()["access_token"]
    cookie = {"Cookie": f"{NAME}={page.cookies[NAME]}"}
    assert (await world.call("GET", "private", headers=OWN | cookie)).status_code == 401
    as_client = OWN | {"Cookie": f"{NAME}={token}"}
    assert (await world.call("GET", "private", headers=as_client)).status_code == 401
    good = {"Authorization": f"Bearer {token}"}
    assert (await world.call("GET", "private", headers=good)).status_code == 200
    # Nor is a client's token anything here.
    page.cookies.clear()
    assert (await ask(page, headers=as_client)).status_code == 401


async def test_no_endpoint_reads_the_cookie(world: World, page: httpx.AsyncClient) -> None:
    params = {name: {"in": "header"} for name in ("cookie", "x_seen")}
    content = "SELECT {{ cookie }} AS cookie, {{ x_seen }} AS seen"
    await world.publish("GET", "headers", content, params=params)
    sent = {"Cookie": f"{NAME}={page.cookies[NAME]}", "X-Seen": "1"}
    answer = await world.call("GET", "headers", headers=sent)
    assert answer.json()["data"] == [{"cookie": None, "seen": "1"}]


async def test_no_proxy_and_no_browser_keeps_an_answer(page: httpx.AsyncClient) -> None:
    for answer in (
        await ask(page), await ask(page, "/nope"), await page.get("/users/me"),
        await ask(page, "/about"), await page.post("/modules", json={}, headers=OWN),
        await log_in(page, "admin"), await page.post("/logout", headers=OWN),
    ):  # fmt: skip
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_origins_that_may_call_the_api_do_not_get_the_pages_login(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    friend = "https://friend.example"
    opened = open_world(tmp_path_factory.mktemp("cors"), cors_origins=friend)
    async with opened as world, browser(world) as page:
        asked = {"Origin": friend, "Access-Control-Request-Method": "POST"}

        async def preflight(path: str, headers: str) -> httpx.Response:
            named = asked | {"Access-Control-Request-Headers": headers}
            return await page.options(path, headers=named)

        allowed = await preflight("/users/me", "authorization")
        assert allowed.status_code == 200
        for path in ("/login/page", "/users/me", "/logout"):
            for wanted in ("x-dbapi-page", "authorization, X-DBAPI-Page", "content-type"):
                answer = await preflight(path, wanted)
                told = answer.headers.get("access-control-allow-headers", "").lower()
                assert "x-dbapi-page" not in told
                assert told != "*"
                assert "access-control-allow-credentials" not in answer.headers
                assert answer.is_success == (wanted == "content-type")
        await log_in(page, "admin")
        answer = await ask(page, headers={"Origin": friend})
        assert "access-control-allow-credentials" not in answer.headers
        assert "x-dbapi-page" not in str(answer.headers).lower()


async def test_without_cors_nothing_is_allowed_to_anybody(page: httpx.AsyncClient) -> None:
    asked = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-dbapi-page",
    }
    answer = await page.options("/login/page", headers=asked)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
