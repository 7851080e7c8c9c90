"""What a person does in JupyterLab, found by what is on the screen."""

import json
import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.browser.axe import find_barriers
from tests.browser.pictures import keep_picture
from tests.labs import Lab

# JupyterLab around it is not ours.
OURS = (
    ".dbapi-Sidebar",
    ".dbapi-BadgePanel",
    ".lm-DockPanel-widget:not(.lm-mod-hidden) .dbapi-Page",
)
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@dataclass(frozen=True)
class Desk:
    """A window with JupyterLab in it."""

    lab: Lab
    page: Page

    async def open_notebook(self, name: str, *cells: str) -> None:
        """Open a new notebook that has these cells of code, with our sidebar beside it."""
        content = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
            "cells": [
                {
                    "cell_type": "code", "id": f"cell-{number}", "metadata": {}, "outputs": [],
                    "execution_count": None, "source": source,
                }
                for number, source in enumerate(cells)
            ],
        }  # fmt: skip
        (self.lab.notebooks / name).write_text(json.dumps(content))
        await self.page.goto(self.lab.address(f"lab/tree/{name}?reset"))
        await self.page.get_by_role("tab", name="pyDBAPI").click()
        await expect(self.cell(len(cells) - 1)).to_be_visible()

    @property
    def sidebar(self) -> Locator:
        return self.page.locator(".dbapi-Sidebar")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def main(self) -> Locator:
        """The page that is open in the main area."""
        return self.page.locator(".dbapi-Page:visible")

    async def keep(self, name: str) -> None:
        """Keep a picture; nothing of ours stands in anybody's way."""
        await keep_picture(self.page, name)
        found = await find_barriers(self.page, OURS)
        assert not found, f"{name}:\n" + "\n\n".join(found)

    async def log_in(self, username: str, password: str) -> None:
        """Log in by the sidebar; whoever is logged in is logged out before."""
        out = self.sidebar.get_by_role("button", name="Log out")
        enter = self.sidebar.get_by_role("button", name="Log in")
        await expect(out.or_(enter)).to_be_visible()
        if await out.is_visible():
            await out.click()
        await enter.click()
        await self.dialog.get_by_label("User name").fill(username)
        await self.dialog.get_by_role("textbox", name="Password").fill(password)
        await self.dialog.get_by_role("button", name="Log in").click()
        await expect(self.dialog).to_have_count(0)
        await expect(self.sidebar.get_by_text(username, exact=True)).to_be_visible()

    def row(self, name: str) -> Locator:
        """A row of the sidebar."""
        return self.sidebar.get_by_role("treeitem", name=name)

    async def act(self, row: str, action: str) -> None:
        """Choose from a row's menu."""
        await self.row(row).first.click(button="right")
        await self.page.get_by_role("menuitem", name=action, exact=True).click()

    def cell(self, number: int) -> Locator:
        """A cell of the notebook, from 0 on."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)

    def badge(self, number: int) -> Locator:
        """What stands at a cell's foot."""
        return self.cell(number).get_by_role("group", name="Endpoint of this cell")

    async def run(self, number: int) -> None:
        """Run a cell, and wait until it has run."""
        prompt = self.cell(number).locator(".jp-InputPrompt")
        before = await prompt.inner_text()
        await self.cell(number).locator(".jp-InputArea-editor").click()
        await self.page.keyboard.press("Control+Enter")
        await expect(prompt).not_to_have_text(before)
        # A star while it runs.
        await expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))

    async def write_after(self, number: int, word: str, text: str) -> None:
        """Add a line to a cell, below the line that holds this word."""
        await self.cell(number).locator(".cm-line", has_text=word).first.click()
        await self.page.keyboard.press("End")
        await self.page.keyboard.press("Enter")
        await self.page.keyboard.type(text)

    async def tool(self, number: int, name: str) -> None:
        """Press a button of a cell's toolbar."""
        await self.cell(number).locator(".jp-InputArea-editor").click()
        await self.cell(number).get_by_role("button", name=name, exact=True).click()
