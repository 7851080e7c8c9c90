"""Every page that a plain browser shows: it works, is its own, and stands in nobody's way."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.visits import PAGES, Visit
from tests.browser.windows import LIGHT, WIDE, Window, log_in, open_window
from tests.platforms import PlatformProcess
from tests.world import PASSWORD

REGISTRY = Path(__file__).parents[2] / "jupyter_extension/src/pages/pages.ts"
# What is offered to a Viewer; the other pages say by their address that they may not see them.
VIEWER_SEES = {"/dashboard", "/endpoints", "/connections", "/modules", "/clients"}
TABS = "main [role=tablist]"


def pages_of_the_sources() -> set[str]:
    """The pages' addresses, as the registry has them."""
    return set(re.findall(r"^ +path: '(/[^']+)'", REGISTRY.read_text(), re.MULTILINE))


async def offered(window: Window) -> set[str]:
    links = window.page.get_by_role("navigation", name="Pages").get_by_role("link")
    return {
        (await link.get_attribute("href") or "").removeprefix("#") for link in await links.all()
    }


async def test_every_page_is_offered_and_visited(filled: dict[str, str], admin: Window) -> None:
    await admin.open("/dashboard")
    pages = pages_of_the_sources()
    assert pages, "The registry is not written as it was: read it another way"
    assert await offered(admin) == pages
    assert pages <= {visit.location.partition("?")[0] for visit in PAGES}


@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.name)
async def test_a_page_keeps_nobody_out(filled: dict[str, str], admin: Window, visit: Visit) -> None:
    await admin.open(visit.location.format(**filled))
    await expect(admin.heading(visit.heading)).to_be_visible()
    await admin.press(*visit.steps)
    await admin.check(visit.name, (LIGHT, WIDE))
    # What is pressed shows in the tab that is open: only the tabs in it are left.
    await open_tabs(admin, visit.name, depth=1 if visit.steps else 0)


async def open_tabs(window: Window, name: str, depth: int) -> None:
    """Open all tabs, and the tabs in them."""
    tabs = window.page.locator(TABS).nth(depth).get_by_role("tab")
    for tab in await tabs.all():
        title = (await tab.inner_text()).lower().replace(" ", "-")
        if await tab.get_attribute("aria-selected") == "false":
            await tab.click()
            await window.check(f"{name}-{title}", (LIGHT, WIDE))
        await open_tabs(window, f"{name}-{title}", depth + 1)


async def test_a_viewer_is_offered_what_they_may_see(
    filled: dict[str, str], own_platform: PlatformProcess, chromium: Browser
) -> None:
    async with open_window(chromium, own_platform.url) as window:
        await log_in(window, "vera", PASSWORD)
        await window.open("/dashboard")
        assert await offered(window) == VIEWER_SEES
        for location in sorted(pages_of_the_sources()):
            await window.open(location)
            is_closed = location not in VIEWER_SEES | {"/users/me"}
            refusal = window.page.get_by_text("You may not see this")
            assert await refusal.is_visible() == is_closed, location
            await window.check(f"viewer{location.replace('/', '-')}", (LIGHT, WIDE))
        for location in ("/endpoints/{orders}", "/clients/groups/{internal}"):
            await window.open(location.format(**filled))
            assert not await window.page.get_by_role("button", name="Delete").is_visible()
            await window.check(
                f"viewer{location.split('{')[0].replace('/', '-')}one", (LIGHT, WIDE)
            )
