"""Every dialog of the pages: it opens, has its own title, and stands in nobody's way."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.visits import DIALOGS, Asking
from tests.browser.windows import DARK, LIGHT, Window

SOURCES = Path(__file__).parents[2] / "jupyter_extension/src"
# Their titles are written where they are used; one that is worked out before is not found.
TITLED = re.compile(r"<(?:Dialog|Confirm|Credentials)\s+title=(\"[^\"]+\"|\{`[^`]+`\})")


def titles_of_the_sources() -> Iterator[str]:
    """Patterns of all titles that the pages' dialogs have."""
    for name in ("pages", "publishing"):
        for file in (SOURCES / name).rglob("*.tsx"):
            for title in TITLED.findall(file.read_text()):
                parts = re.split(
                    r"\$\{[^}]+\}", title.strip('"{`}') if title[0] == '"' else title[2:-2]
                )
                yield ".+".join(re.escape(part) for part in parts)


def test_every_dialog_is_opened() -> None:
    titles = list(titles_of_the_sources())
    assert len(titles) > 30, "Dialogs are not written as they were: find them another way"
    opened = [asking.title for asking in DIALOGS]
    for title in titles:
        assert any(re.fullmatch(title, one) for one in opened), f"Nothing opens {title}"


@pytest.mark.parametrize("asking", DIALOGS, ids=lambda asking: asking.name)
async def test_a_dialog_keeps_nobody_out(
    filled: dict[str, str], admin: Window, asking: Asking
) -> None:
    await admin.open(asking.location.format(**filled))
    await admin.press(*asking.steps)
    await expect(admin.page.get_by_role("dialog", name=asking.title)).to_be_visible()
    await admin.check(asking.name, (LIGHT, DARK))
