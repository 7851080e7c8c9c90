"""What JupyterLab loads of the extension before anything of it is used."""

import gzip
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.browser.conftest import PATIENCE_MS, Lab
from tests.labs import BUILT

STATIC = "/lab/extensions/dbapi-jupyter/static/"
# The languages of the cells are half of it: they colour the first notebook that is opened.
# JupyterLab itself is thirty times as heavy.
MOST_BYTES = 140_000


async def test_the_start_loads_no_page_and_little_else(lab: Lab, page: Page) -> None:
    loaded = set[str]()
    page.on("request", lambda request: loaded.add(urlsplit(request.url).path))
    await page.goto(lab.address())
    launcher = page.get_by_role("heading", name="pyDBAPI")
    await expect(launcher).to_be_visible(timeout=PATIENCE_MS)
    await page.wait_for_load_state("networkidle")
    names = {path.rpartition("/")[2] for path in loaded if STATIC in path}
    weights = {
        name: len(gzip.compress((BUILT / "static" / name).read_bytes()))
        for name in names
        if name.endswith(".js")
    }
    assert any(name.startswith("remoteEntry") for name in weights)
    assert sum(weights.values()) < MOST_BYTES, weights
