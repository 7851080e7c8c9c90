"""The extension inside of JupyterLab."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Lab


async def test_the_launcher_offers_the_pages(lab: Lab, page: Page) -> None:
    await page.goto(lab.address())
    await expect(page.get_by_role("heading", name="pyDBAPI")).to_be_visible()
