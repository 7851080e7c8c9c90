"""Pictures of what tests see, kept in the directory that DBAPI_TEST_PICTURES names."""

import os
from pathlib import Path

from playwright.async_api import Page


async def keep_picture(page: Page, name: str) -> None:
    """Keep what is seen now as `name.png`, if pictures are wanted."""
    wanted = os.environ.get("DBAPI_TEST_PICTURES")
    if not wanted:
        return
    # The directory is made where there is none.
    await page.screenshot(path=Path(wanted) / f"{name}.png")
