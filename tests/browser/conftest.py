"""Fixtures: a real Chromium, a real JupyterLab with the built extension, a real platform."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from dbapi_platform.demo.home import DemoHome
from dbapi_platform.demo.processes import free_port, running, wait_for
from tests.platforms import PlatformProcess, serve_platform

# What a browser would otherwise do on its own: ask for updates, and what needs a screen.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Lab:
    """A JupyterLab whose user has not logged in to the platform yet."""

    url: str
    token: str
    notebooks: Path
    platform: PlatformProcess

    def address(self, path: str = "lab") -> str:
        return f"{self.url}/{path}{'&' if '?' in path else '?'}token={self.token}"


@pytest_asyncio.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium; never one that is downloaded."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("Chromium is missing: run `make services`")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
def own_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    """A platform that the tests of one file have for themselves."""
    with serve_platform(tmp_path_factory.mktemp("platform")) as served:
        yield served


@pytest.fixture(scope="module")
def lab(own_platform: PlatformProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab in directories of its own, pointed at the platform, without a token for it."""
    directory = tmp_path_factory.mktemp("lab")
    home = DemoHome(directory / "home")
    token, port = home.prepare().jupyter_token, free_port(0)
    arguments = [
        "jupyterlab",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={home.notebooks}",
        "--no-browser",
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]
    environment = {
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_DIR": str(directory / "config"),
        "JUPYTER_DATA_DIR": str(directory / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(home.lab / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(directory / "workspaces"),
        "DBAPI_CONFIG_DIR": str(directory / "dbapi"),
        "DBAPI_URL": own_platform.url,
        "DBAPI_TOKEN": "",
    }
    with running(arguments, environment=environment, log=home.jupyter_log) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/api", process, home.jupyter_log)
        yield Lab(url, token, home.notebooks, own_platform)


@pytest_asyncio.fixture
async def page(chromium: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A window of its own; what a failed test saw last is kept as a picture."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    opened = await context.new_page()
    yield opened
    if os.environ.get("DBAPI_TEST_PICTURES"):
        await opened.screenshot(
            path=Path(os.environ["DBAPI_TEST_PICTURES"]) / f"{request.node.name}.png"
        )
    await context.close()
