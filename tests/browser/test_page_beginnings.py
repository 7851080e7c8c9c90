"""What is seen first: the login, and pages on which nothing is yet."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.windows import LIGHT, LOOKS, WIDE, Window, open_window
from tests.platforms import PlatformProcess

# What tells that there is nothing yet, and how the first one is made.
EMPTY = {
    "/dashboard": "No endpoint is live yet",
    "/endpoints": "Make the first endpoint in a notebook",
    "/modules/macros": "There is no macro yet",
    "/clients": "There is no client yet",
    "/clients/groups": "There is no group yet",
    "/records": "Nothing was asked of the gateway yet",
    "/firewall": "There is no rule: every address is allowed",
}


async def test_the_login_keeps_nobody_out_and_lets_one_in(
    own_platform: PlatformProcess, chromium: Browser
) -> None:
    async with open_window(chromium, own_platform.url) as window:
        await window.open("/endpoints")
        await expect(window.heading("pyDBAPI")).to_be_visible()
        # The browser notes the answer that tells that nobody is logged in.
        window.expect_problem("401")
        await window.check("login", LOOKS)
        await window.press(("User name", own_platform.username), ("Password", "wrong"), "Log in")
        await expect(window.page.get_by_role("alert")).to_be_visible()
        window.expect_problem("401")
        await window.check("login-refused", LOOKS)
        await window.press(("Password", own_platform.password), "Log in")
        await expect(window.heading("Endpoints")).to_be_visible()
        await window.check("login-done", (LIGHT,))


@pytest.mark.parametrize("location", EMPTY)
async def test_an_empty_page_tells_how_to_begin(admin: Window, location: str) -> None:
    await admin.open(location)
    await expect(admin.page.get_by_text(EMPTY[location])).to_be_visible()
    await admin.check(f"empty{location.replace('/', '-')}", (LIGHT, WIDE))


async def test_what_is_not_there_is_told(admin: Window) -> None:
    nothing = "00000000-0000-0000-0000-000000000000"
    await admin.open("/nothing")
    await expect(admin.page.get_by_text("There is no page at /nothing")).to_be_visible()
    await admin.check("no-page", (LIGHT, WIDE))
    for page in ("endpoints", "connections", "modules", "clients", "users"):
        await admin.open(f"/{page}/{nothing}")
        await expect(admin.page.get_by_role("alert")).to_be_visible()
        admin.expect_problem("404")
        await admin.check(f"no-{page}", (LIGHT, WIDE))
