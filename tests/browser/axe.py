"""What axe finds in a page that keeps somebody out."""

from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "jupyter_extension/node_modules/axe-core/axe.min.js"
# What is serious is refused; the rest is a matter of taste or of the page around.
_RUN = """async selectors => {
  const dialog = document.querySelector('dialog[open]');
  const there = selectors.filter(selector => document.querySelector(selector));
  const where = dialog ?? (there.length ? { include: there.map(each => [each]) } : document);
  const { violations } = await axe.run(where, { resultTypes: ['violations'] });
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(node => `${id} (${impact}): ${node.html}\\n${node.failureSummary}`));
}"""


async def find_barriers(page: Page, parts: Sequence[str] = ()) -> list[str]:
    """What is serious or critical: in the dialog that is open, else in these parts or in all."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate(_RUN, list(parts))
    return found
