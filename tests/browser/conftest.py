"""Fixtures: a real Chromium, a real JupyterLab with the built extension, a real platform."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.pictures import keep_picture
from tests.browser.sample import fill
from tests.browser.windows import Window, log_in, open_window
from tests.labs import CHROMIUM_ARGUMENTS, Lab, chromium_program, serve_lab
from tests.platforms import PlatformProcess, serve_platform

PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@pytest_asyncio.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium; never one that is downloaded."""
    program = chromium_program()
    if program is None:
        pytest.fail("Chromium is missing: run `make services`")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=list(CHROMIUM_ARGUMENTS)
        )
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
def own_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    """A platform that the tests of one file have for themselves."""
    with serve_platform(tmp_path_factory.mktemp("platform")) as served:
        yield served


@pytest.fixture(scope="module")
def filled(own_platform: PlatformProcess) -> dict[str, str]:
    """Sample data on every page of the platform; answers the ids of what there is."""
    return fill(own_platform)


@pytest_asyncio.fixture(scope="module")
async def admin(own_platform: PlatformProcess, chromium: Browser) -> AsyncIterator[Window]:
    """A plain browser on the platform's pages, where its administrator is logged in."""
    async with open_window(chromium, own_platform.url) as window:
        await log_in(window, own_platform.username, own_platform.password)
        yield window


@pytest.fixture(scope="module")
def lab(own_platform: PlatformProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab in directories of its own, pointed at the platform, without a token for it."""
    with serve_lab(tmp_path_factory.mktemp("lab"), own_platform) as served:
        yield served


@pytest_asyncio.fixture
async def page(chromium: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A window of its own; what a failed test saw last is kept as a picture."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    opened = await context.new_page()
    yield opened
    await keep_picture(opened, request.node.name)
    await context.close()
