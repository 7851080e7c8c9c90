"""The catalogue's page in a real Chromium: whoever has no login reads it, and tries an endpoint."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.browser.windows import DARK, LIGHT, WIDE, Look, open_window
from tests.web.builds import serve, write_build
from tests.world import PASSWORD, World

PATH = "shop/orders/{customer_id}"
QUERY = """SELECT id, status, total FROM orders WHERE customer_id = {{ customer_id | sql_int }}
{% if status %} AND status = {{ status | sql_string }} {% endif %} LIMIT {{ limit | sql_int }}"""
PARAMS = {
    "customer_id": {"type": "integer", "example": 7, "description": "Whose orders"},
    "status": {"type": "string", "enum": ["open", "paid"]},
    "limit": {"type": "integer", "default": 3, "maximum": 500},
}
SCRIPT = "def execute(params):\n    return params\n"
ECHO = {
    "number": {"type": "integer", "in": "body"}, "whole": {"type": "object", "in": "body"},
    "sure": {"type": "boolean", "in": "body"}, "many": {"type": "array", "in": "body"},
    "day": {"type": "date", "in": "query"}, "trace": {"in": "header", "header": "X-Trace"},
}  # fmt: skip
NARROW = Look("light", 420)


@pytest_asyncio.fixture(scope="module")
async def published(world: World) -> dict[str, Any]:
    """A client that may call a private endpoint beside public ones, another that may not."""
    await world.manage("POST", "/modules", json={"name": "sales"}, status=201)
    public = await world.draft(
        "GET", PATH, QUERY, params=PARAMS, name="Orders of a customer", module="sales",
        description="Newest last", rate_limit=600,
    )  # fmt: skip
    await world.manage(
        "POST", f"/endpoints/{public['id']}/debug", json={"params": {"customer_id": 7}}, status=200
    )
    await world.manage("POST", f"/endpoints/{public['id']}/publish", json={}, status=200)
    await world.publish("POST", "echo", SCRIPT, engine="script", params=ECHO)
    await world.publish("POST", "anything", SCRIPT, engine="script")
    private = await world.publish("GET", "closed/total", "SELECT count(*) AS n FROM orders",
                                  access="private", module="sales")  # fmt: skip
    return {
        "client": await world.client("reader", private), "other": await world.client("other"),
        "private": private,
    }  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def url(
    world: World, published: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """Where the platform is."""
    await world.platform.snapshots.refresh()
    static = write_build(tmp_path_factory.mktemp("build") / "static")
    async with serve(world, static) as http:
        yield str(http.base_url).rstrip("/")


@pytest.fixture
def said(page: Page) -> list[str]:
    """What went wrong in the page."""
    problems: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: problems.append(str(error)))
    return problems


async def use_client(page: Page, client: dict[str, Any], secret: str | None = None) -> None:
    await page.get_by_role("banner").get_by_role("button", name="Use a client").click()
    dialog = page.get_by_role("dialog", name="Use a client")
    await dialog.get_by_label("Client id").fill(client["client_id"])
    await dialog.get_by_label("Client secret").fill(secret or client["client_secret"])
    await dialog.get_by_role("button", name="Use it").click()


def listed(page: Page) -> Any:
    return page.get_by_role("navigation", name="Endpoints").get_by_role("link")


async def test_whoever_has_no_login_finds_an_endpoint_and_tries_it(
    page: Page, url: str, said: list[str]
) -> None:
    await page.goto(f"{url}/catalog")
    await expect(listed(page)).to_have_count(3)
    await page.keyboard.press("/")
    await page.keyboard.type("customer orders")
    await expect(page.get_by_text("1 endpoint found")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=f"/api/{PATH}")).to_be_visible()
    assert page.url == f"{url}/catalog#GET/{PATH}".replace("{", "%7B").replace("}", "%7D") or (
        page.url == f"{url}/catalog#GET/{PATH}"
    )
    await expect(page.get_by_label("customer_id")).to_have_value("7")
    await page.get_by_label("limit").fill("2")
    await page.get_by_label("status").select_option("open")
    await page.get_by_role("button", name="Send").click()
    body = page.get_by_role("region", name="the body of the answer")
    await expect(body).to_contain_text('"status": "open"')
    assert len(json.loads(await body.inner_text())["data"]) == 2
    await expect(page.get_by_text("200 in")).to_be_visible()
    await page.get_by_text("Headers").click()
    await expect(page.get_by_text("ratelimit-remaining")).to_be_visible()
    assert said == []


async def test_what_is_wrong_is_shown_as_it_is_answered(
    page: Page, url: str, said: list[str]
) -> None:
    await page.goto(f"{url}/catalog#GET/{PATH}")
    await page.get_by_label("customer_id").fill("")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_contain_text("customer_id: is part of the address")
    await expect(page.get_by_label("customer_id")).to_be_focused()
    await page.get_by_label("customer_id").fill("x/y")
    await page.get_by_label("limit").fill("501")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("invalid_parameters", exact=True)).to_be_visible()
    for detail in ("customer_id: expected a whole number", "limit: expected 500 or less"):
        await expect(page.get_by_role("listitem").filter(has_text=detail)).to_be_visible()
    assert [problem for problem in said if "400" not in problem] == []


async def test_a_body_is_sent_by_its_types(page: Page, url: str, said: list[str]) -> None:
    await page.goto(f"{url}/catalog#POST/echo")
    await page.get_by_label("whole").fill("{broken")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_contain_text("whole: is not JSON")
    await page.get_by_label("whole").fill('{"a": [1, "<b>"]}')
    await page.get_by_label("number").fill("9007199254740993")
    await page.get_by_label("sure").select_option("false")
    await page.get_by_label("many").fill("1,2")
    await page.get_by_label("day").fill("2026-01-31")
    await page.get_by_label("X-Trace").fill("abc")
    async with page.expect_request(lambda request: "/api/echo" in request.url) as asked:
        await page.get_by_role("button", name="Send").click()
    # JavaScript has no such number: it is sent as it was typed.
    assert '"number":"9007199254740993"' in ((await asked.value).post_data or "")
    body = page.get_by_role("region", name="the body of the answer")
    await expect(body).to_contain_text("<b>")
    data = json.loads(await body.inner_text())["data"]
    assert (data["whole"], data["sure"], data["trace"]) == ({"a": [1, "<b>"]}, False, "abc")
    assert (data["many"], data["day"]) == (["1", "2"], "2026-01-31")
    await page.goto(f"{url}/catalog#POST/anything")
    await page.get_by_label("What is sent").fill('{"free": 1}')
    await page.get_by_role("button", name="Send").click()
    await expect(body).to_contain_text('"free": 1')
    assert said == []


async def test_a_client_tries_what_is_private_and_leaves_nothing_behind(
    page: Page, url: str, published: dict[str, Any], said: list[str]
) -> None:
    await page.goto(f"{url}/catalog#GET/closed/total")
    await expect(page.get_by_role("heading", name="There is no such endpoint")).to_be_visible()
    await use_client(page, published["client"], "wrong")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("is wrong")
    await page.get_by_role("button", name="Cancel").click()
    await use_client(page, published["client"])
    await expect(page.get_by_text(f"As client {published['client']['client_id']}")).to_be_visible()
    await expect(listed(page)).to_have_count(4)
    await page.get_by_role("button", name="Send").click()
    body = page.get_by_role("region", name="the body of the answer")
    await expect(body).to_contain_text('"n": 100')
    kept = await page.evaluate(
        "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert kept == '[{},{},""]'
    assert published["client"]["client_secret"] not in await page.content()
    await page.reload()
    await expect(page.get_by_role("heading", name="There is no such endpoint")).to_be_visible()
    await expect(listed(page)).to_have_count(3)
    refused = ("401", "404")
    assert [one for one in said if not any(status in one for status in refused)] == []


async def test_a_client_does_not_see_what_another_was_granted(
    page: Page, url: str, published: dict[str, Any]
) -> None:
    await page.goto(f"{url}/catalog#GET/closed/total")
    await use_client(page, published["other"])
    await expect(page.get_by_text("As client")).to_be_visible()
    await expect(page.get_by_role("heading", name="There is no such endpoint")).to_be_visible()
    await expect(listed(page)).to_have_count(3)
    await page.get_by_role("button", name="Stop using it").click()
    await expect(page.get_by_text("As client")).to_have_count(0)


async def test_who_is_logged_in_to_the_pages_sees_what_they_may_read(page: Page, url: str) -> None:
    answer = await page.request.post(
        f"{url}/api/v1/login/page",
        headers={"X-DBAPI-Page": "1"},
        data={"username": "admin", "password": PASSWORD},
    )
    assert answer.ok
    await page.goto(f"{url}/catalog#GET/closed/total")
    await expect(page.get_by_role("heading", name="/api/closed/total")).to_be_visible()
    await expect(page.get_by_text("calling it takes a client")).to_be_visible()
    (cookie,) = await page.context.cookies(f"{url}/api/v1")
    await page.context.clear_cookies()
    ended = {"name": cookie["name"], "value": f"{cookie['value']}x", "url": f"{url}/api/v1"}
    await page.context.add_cookies([ended])
    await page.reload()
    # A login that has ended keeps nobody from what is public.
    await expect(listed(page)).to_have_count(3)


async def test_a_search_that_finds_nothing_says_what_to_do(page: Page, url: str) -> None:
    await page.goto(f"{url}/catalog")
    await page.get_by_label("Search endpoints").fill("zzz")
    await expect(page.get_by_text("Nothing is found.")).to_be_visible()


async def test_snippets_are_read_by_the_arrow_keys(page: Page, url: str) -> None:
    await page.goto(f"{url}/catalog#GET/{PATH}")
    tabs = page.get_by_role("tablist", name="Languages")
    await expect(page.get_by_role("tabpanel")).to_contain_text(
        "curl 'http://test/api/shop/orders/7"
    )
    await tabs.get_by_role("tab", name="curl").press("ArrowRight")
    await expect(page.get_by_role("tabpanel")).to_contain_text("import httpx")
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tabpanel")).to_contain_text("await fetch(")
    await expect(tabs.get_by_role("tab", name="JavaScript")).to_be_focused()


async def test_no_inline_script_runs_and_nothing_is_asked_of_others(page: Page, url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answer = await page.goto(f"{url}/catalog")
    assert answer is not None
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(policy)
    await expect(listed(page)).to_have_count(3)
    outside = [one for one in asked if not one.startswith((url, "data:", "blob:"))]
    assert outside == []
    await page.evaluate(
        "() => document.body.append(Object.assign(document.createElement('script'),"
        " {textContent: 'window.ran = true'}))"
    )
    assert await page.evaluate("() => window.ran") is None


async def test_the_page_keeps_nobody_out(
    chromium: Browser, url: str, published: dict[str, Any]
) -> None:
    async with open_window(chromium, url) as window:
        page = window.page
        for name, location in (
            ("catalogue", "/catalog"),
            ("catalogue-endpoint", f"/catalog#GET/{PATH}"),
            ("catalogue-body", "/catalog#POST/echo"),
        ):
            await page.goto("about:blank")
            await page.goto(url + location)
            await window.check(name, (LIGHT, DARK, WIDE, NARROW))
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_text("200 in")).to_be_visible()
        await window.check("catalogue-tried", (LIGHT, DARK))
        await page.get_by_role("banner").get_by_role("button", name="Use a client").click()
        await window.check("catalogue-client", (LIGHT, DARK))
