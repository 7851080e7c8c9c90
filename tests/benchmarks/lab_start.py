"""`make bench-lab`: how much later JupyterLab is there with the extension than without it."""

import asyncio
import os
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.labs import CHROMIUM_ARGUMENTS, Lab, chromium_program, serve_lab
from tests.platforms import serve_platform

LIMIT_MS = 150
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
PATIENCE_MS = 120_000
# The page notes by its own clock, from the navigation on, when the launcher's cards are drawn.
NOTE = """
const look = () => {
  const card = document.querySelector('.jp-LauncherCard');
  if (card && card.getClientRects().length > 0) window.launcherAt = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@dataclass(frozen=True)
class Started:
    """What one start took until the launcher was seen."""

    waited_ms: float
    # Of the page's own thread, which other programs on the machine do not lengthen.
    worked_ms: float


async def start(browser: Browser, lab: Lab) -> Started:
    """Open JupyterLab in a browser that has nothing of it yet."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        session = await context.new_cdp_session(page)
        await session.send("Performance.enable", {"timeDomain": "threadTicks"})
        await page.add_init_script(NOTE)
        await page.goto(lab.address(), wait_until="commit")
        noted = await page.wait_for_function("window.launcherAt")
        metrics = (await session.send("Performance.getMetrics"))["metrics"]
        worked = next(one["value"] for one in metrics if one["name"] == "TaskDuration")
        return Started(float(await noted.json_value()), worked * 1000)
    finally:
        await context.close()


async def measure(program: str, bare: Lab, extended: Lab) -> tuple[list[Started], list[Started]]:
    """Both in turns, after one of each that does not count."""
    without, with_it = list[Started](), list[Started]()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=list(CHROMIUM_ARGUMENTS)
        )
        for round_ in range(ROUNDS + 1):
            turns = [(bare, without), (extended, with_it)]
            # Who is first has the machine as the other left it; so it changes.
            for lab, times in turns if round_ % 2 else reversed(turns):
                taken = await start(browser, lab)
                if round_:
                    times.append(taken)
        await browser.close()
    return without, with_it


def show(name: str, without: list[float], with_it: list[float]) -> float:
    """Print a line of the table; answers the difference of the medians."""
    one, two = statistics.median(without), statistics.median(with_it)
    pairs = [b - a for a, b in zip(without, with_it, strict=True)]
    print(
        f"{name}: without {one:.0f} ms ({min(without):.0f} to {max(without):.0f}), "
        f"with {two:.0f} ms ({min(with_it):.0f} to {max(with_it):.0f}), "
        f"{two - one:+.0f} ms; by pairs {statistics.median(pairs):+.0f} ms"
    )
    return two - one


def main() -> int:
    """Measure and print; exit status 1 when it takes longer than the limit."""
    program = chromium_program()
    if program is None:
        print("Chromium is missing: run `make services`")
        return 1
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dbapi-bench-")))
        platform = stack.enter_context(serve_platform(directory / "platform"))
        bare, extended = (
            stack.enter_context(
                serve_lab(directory / name, platform, token=platform.token, is_extended=is_extended)
            )
            for name, is_extended in (("bare", False), ("extended", True))
        )
        without, with_it = asyncio.run(measure(program, bare, extended))
    print(f"medians of {ROUNDS} starts each, in turns; the limit is {LIMIT_MS} ms more")
    more = show(
        "until the launcher is seen",
        [one.waited_ms for one in without],
        [one.waited_ms for one in with_it],
    )
    show(
        "work of the page's thread",
        [one.worked_ms for one in without],
        [one.worked_ms for one in with_it],
    )
    return int(more > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
