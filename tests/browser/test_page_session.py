"""The cookie of the pages in a real Chromium: what our page can do with it, and what others can."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page

from tests.services.certificates import make_certificate
from tests.web.builds import serve, write_build
from tests.world import PASSWORD, World

LOG_IN = """async ([name, password]) => {
  const headers = {'X-DBAPI-Page': '1', 'Content-Type': 'application/json'};
  const body = JSON.stringify({username: name, password: password});
  return (await fetch('/api/v1/login/page', {method: 'POST', headers, body})).status;
}"""
# What came of it: the status, or that the browser kept the answer to itself.
ASK = """async ([url, options]) => {
  try { return (await fetch(url, options)).status; } catch (error) { return error.name; }
}"""
OWN = {"headers": {"X-DBAPI-Page": "1"}}
ME = "/api/v1/users/me"


@pytest_asyncio.fixture(scope="module")
async def pages(world: World, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Where the pages are."""
    static = write_build(tmp_path_factory.mktemp("build") / "static")
    async with serve(world, static) as http:
        yield str(http.base_url)


@pytest_asyncio.fixture
async def neighbour() -> AsyncIterator[str]:
    """A site on another port of the same host: to the cookie, the same site."""

    async def blank(_request: web.Request) -> web.Response:
        return web.Response(
            text="<!doctype html><title>neighbour</title>", content_type="text/html"
        )

    application = web.Application()
    application.router.add_get("/", blank)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def log_in(page: Page, url: str) -> None:
    await page.goto(url)
    assert await page.evaluate(LOG_IN, ["admin", PASSWORD]) == 200


async def test_a_page_is_logged_in_and_sees_no_token(page: Page, pages: str) -> None:
    await log_in(page, pages)
    assert await page.evaluate("document.cookie") == ""
    assert await page.evaluate(ASK, [ME, OWN]) == 200
    assert await page.evaluate(ASK, [ME, {}]) == 401
    (cookie,) = await page.context.cookies(f"{pages}/api/v1")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert await page.context.cookies(f"{pages}/api/orders") == []
    assert await page.evaluate(ASK, ["/api/v1/logout", OWN | {"method": "POST"}]) == 204
    assert await page.context.cookies(f"{pages}/api/v1") == []
    assert await page.evaluate(ASK, [ME, OWN]) == 401


async def test_a_neighbour_reads_nothing_and_changes_nothing(
    world: World, page: Page, pages: str, neighbour: str
) -> None:
    await log_in(page, pages)
    await page.goto(neighbour)
    sent = {"credentials": "include"}
    for options in (
        OWN, sent, sent | OWN, sent | {"mode": "no-cors"},
        sent | {"mode": "no-cors", "method": "POST", "body": '{"name": "forged"}'},
    ):  # fmt: skip
        for path in (ME, "/api/v1/modules", "/api/v1/logout", "/api/v1/login/page"):
            assert await page.evaluate(ASK, [pages + path, options]) == "TypeError", options
    # A form goes out, cookie and all, and nothing comes of it.
    form = f"""() => {{
      const form = document.createElement('form');
      form.method = 'POST'; form.action = '{pages}/api/v1/logout';
      document.body.append(form); form.submit();
    }}"""
    async with page.expect_navigation():
        await page.evaluate(form)
    assert "unauthorized" in await page.content()
    modules = (await world.manage("GET", "/modules", status=200))["items"]
    assert "forged" not in [module["name"] for module in modules]
    await page.goto(pages)
    assert await page.evaluate(ASK, [ME, OWN]) == 200


async def test_a_neighbour_cannot_frame_a_page(page: Page, pages: str, neighbour: str) -> None:
    await page.goto(neighbour)
    async with page.expect_event("requestfailed") as failed:
        await page.evaluate(
            "url => { const frame = document.createElement('iframe');"
            "frame.src = url; document.body.append(frame); }",
            pages,
        )
    assert (await failed.value).url == f"{pages}/"


async def test_a_script_in_the_page_itself_does_not_run(page: Page, pages: str) -> None:
    await page.goto(pages)
    ran = """() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.head.append(script);
      return window.ran === true;
    }"""
    assert await page.evaluate(ran) is False
    assert await page.evaluate(ASK, ["https://192.0.2.1/", {"mode": "no-cors"}]) == "TypeError"


async def test_over_https_only_the_platform_itself_can_set_it(
    world: World, chromium: Browser, tmp_path: Path
) -> None:
    certificate, key = make_certificate()
    (tmp_path / "cert.pem").write_bytes(certificate)
    (tmp_path / "key.pem").write_bytes(key)
    tls = {"ssl_certfile": str(tmp_path / "cert.pem"), "ssl_keyfile": str(tmp_path / "key.pem")}
    static = write_build(tmp_path / "static")
    context = await chromium.new_context(ignore_https_errors=True)
    async with serve(world, static, **tls) as http:
        page = await context.new_page()
        await log_in(page, str(http.base_url))
        (cookie,) = await context.cookies()
        assert (cookie["name"], cookie["secure"]) == ("__Host-dbapi_session", True)
        assert await page.evaluate(ASK, [ME, OWN]) == 200
        # What a page beside it could set is not looked at.
        await page.evaluate("document.cookie = 'dbapi_session=x; path=/api/v1'")
        assert await page.evaluate(ASK, [ME, OWN]) == 200
        assert await page.evaluate(ASK, ["/api/v1/logout", OWN | {"method": "POST"}]) == 204
        assert [c["name"] for c in await context.cookies()] == ["dbapi_session"]
        assert await page.evaluate(ASK, [ME, OWN]) == 401
    await context.close()
