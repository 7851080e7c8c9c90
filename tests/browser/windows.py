"""Windows of a plain browser on the platform's pages, and what must hold in each of them."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.browser.axe import AXE, find_barriers
from tests.browser.pictures import keep_picture
from tests.browser.visits import Step

# The last of what is awaited: two frames after it, all is drawn.
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
HEIGHT = 900
# A machine with much else to do is slow, not wrong.
PATIENCE_MS = 30_000


@dataclass(frozen=True)
class Look:
    """A theme and a width."""

    theme: Literal["light", "dark"]
    width: int

    def __str__(self) -> str:
        return f"{self.theme}-{self.width}"


LIGHT, DARK = Look("light", 1280), Look("dark", 1280)
WIDE = Look("dark", 1920)
LOOKS = (LIGHT, WIDE, Look("light", 1920), DARK)


@dataclass
class Window:
    """A page with all that went wrong in it."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list)
    # Requests that are not answered yet.
    asked: set[Request] = field(default_factory=set)
    opened: int = 0

    def watch(self) -> None:
        """Note what the page asks for, and what goes wrong."""
        self.page.on("request", self._ask)
        self.page.on("requestfinished", self._answer)
        self.page.on("requestfailed", self._answer)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._hear)

    def _ask(self, request: Request) -> None:
        self.asked.add(request)

    def _answer(self, request: Request) -> None:
        self.asked.discard(request)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.problems.append(said.text)

    async def open(self, location: str) -> None:
        """A location in a page that was just loaded; nothing of another one is left in it."""
        self.problems.clear()
        self.opened += 1
        await self.page.goto(f"{self.url}/?{self.opened}#{location}")
        await self.wait()

    async def wait(self) -> None:
        """Until nothing is loading any more."""
        await self.page.evaluate(DRAWN)
        while self.asked:
            await asyncio.sleep(0.02)
            await self.page.evaluate(DRAWN)
        busy = self.page.locator(".dbapi-Loading, [aria-busy=true]")
        await expect(busy).to_have_count(0, timeout=PATIENCE_MS)

    async def press(self, *steps: Step) -> None:
        """Press buttons and fill fields, of the dialog if one is open."""
        for step in steps:
            dialog = self.page.locator("dialog[open]")
            place = dialog if await dialog.count() else self.page.locator("main")
            if isinstance(step, str):
                await place.get_by_role("button", name=step, exact=True).first.click()
            else:
                await place.get_by_label(re.compile(f"^{re.escape(step[0])}")).fill(step[1])
            await self.wait()

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, level=1)

    def expect_problem(self, part: str) -> None:
        """Something went wrong, as it should; nothing else did."""
        assert self.problems, f"Nothing went wrong, {part} least of all"
        assert all(part in problem for problem in self.problems), self.problems
        self.problems.clear()

    async def check(self, name: str, looks: Iterable[Look]) -> None:
        """Nothing stands in anybody's way, in each look; leaves a picture of each."""
        # Where the mouse was last, nothing is drawn as if it was meant.
        await self.page.mouse.move(0, 0)
        for look in looks:
            await self.page.emulate_media(color_scheme=look.theme, reduced_motion="reduce")
            await self.page.set_viewport_size({"width": look.width, "height": HEIGHT})
            await self.wait()
            await keep_picture(self.page, f"{name}-{look}")
            found = await find_barriers(self.page)
            assert not found, f"{name}, {look}:\n" + "\n\n".join(found)
        problems, self.problems = self.problems, []
        assert not problems, f"{name}: {problems}"


@asynccontextmanager
async def open_window(chromium: Browser, url: str) -> AsyncIterator[Window]:
    """A window without a login; the pages' own rules do not keep axe out of it."""
    context = await chromium.new_context(bypass_csp=True)
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(path=AXE)
    window = Window(await context.new_page(), url)
    window.watch()
    yield window
    await context.close()


async def log_in(window: Window, username: str, password: str) -> None:
    """Log in as the pages do: the context keeps the cookie."""
    answer = await window.page.request.post(
        f"{window.url}/api/v1/login/page",
        headers={"X-DBAPI-Page": "1"},
        data={"username": username, "password": password},
    )
    assert answer.ok, await answer.text()
