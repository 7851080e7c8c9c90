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
VIEWER_SEES = {"/dashboard", "/endpoints", "/connections", "/modules", "/clients", "/users/me"}
TABS = "main [role=tablist]"
# On every endpoint: one is like the other.
SNIPPETS = "How to call it"


@pytest.fixture(scope="module")
def snippets() -> set[str]:
    """Whether the tabs that many pages share were opened in one of them."""
    return set()


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
async def test_a_page_keeps_nobody_out(
    filled: dict[str, str], admin: Window, visit: Visit, snippets: set[str]
) -> None:
    await admin.open(visit.location.format(**filled))
    await expect(admin.heading(visit.heading)).to_be_visible()
    await admin.press(*visit.steps)
    if visit.refused:
        admin.expect_problem(visit.refused)
    await admin.check(visit.name, (LIGHT, WIDE))
    # Its tabs were opened by another visit where this one is about something in a tab.
    is_inside = visit.steps or "?" in visit.location
    await open_tabs(admin, visit.name, {"About the endpoint"} if is_inside else set(), snippets)


async def open_tabs(window: Window, name: str, done: set[str], once: set[str]) -> None:
    """Open all tabs that are not done yet, and the tabs in them, of which some are done once."""
    for tabs in await window.page.locator(TABS).all():
        about = await tabs.get_attribute("aria-label") or ""
        if about in done | once:
            continue
        (once if about == SNIPPETS else done).add(about)
        for tab in await tabs.get_by_role("tab").all():
            words = f"{name}-{await tab.get_attribute('data-tab')}"
            if await tab.get_attribute("aria-selected") == "false":
                await tab.click()
                await window.check(words, (LIGHT, WIDE))
            await open_tabs(window, words, done, once)
        return


async def test_a_viewer_is_offered_what_they_may_see(
    filled: dict[str, str], own_platform: PlatformProcess, chromium: Browser
) -> None:
    async with open_window(chromium, own_platform.url) as window:
        await log_in(window, "vera", PASSWORD)
        await window.open("/dashboard")
        assert await offered(window) == VIEWER_SEES
        for location in sorted(pages_of_the_sources()):
            await window.open(location)
            is_closed = location not in VIEWER_SEES
            refusal = window.page.get_by_text("You may not see this")
            assert await refusal.is_visible() == is_closed, location
            # They all look the same.
            if not is_closed or location == "/audit":
                await window.check(f"viewer{location.replace('/', '-')}", (LIGHT, WIDE))
        for location in ("/endpoints/{orders}", "/clients/groups/{internal}"):
            await window.open(location.format(**filled))
            assert not await window.page.get_by_role("button", name="Delete").is_visible()
            await window.check(
                f"viewer{location.split('{')[0].replace('/', '-')}one", (LIGHT, WIDE)
            )
