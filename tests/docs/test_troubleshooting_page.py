"""Every refusal to start and every warning in the log is on the page, as it is printed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dbapi_platform

PACKAGE = Path(dbapi_platform.__file__).parent
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
# Errors whose own words end a command, and what else ends one.
REFUSALS = {
    "BackupFailed", "DecryptionFailed", "Ended", "SchemaBlocked", "SchemaOutdated",
    "SettingsError", "StartFailed",
}  # fmt: skip
LOUD = {"warning", "error", "exception", "critical"}
# In these files every text about a setting is a refusal.
SETTINGS = ("settings.py", "login_settings.py")
GAP = "…"


def text_of(node: ast.expr) -> str:
    """As it is printed, with a gap for each value; empty when it is put together elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"%\w", GAP, node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values
        )
    return ""


def texts(file: Path) -> Iterator[str]:
    """What this file may tell an operator."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and is_telling(file, node.func):
            yield text_of(node.args[0])
        elif isinstance(node, ast.List) and file.name in SETTINGS:
            yield from (text_of(part) for part in node.elts)
        elif isinstance(node, ast.Yield) and node.value and file.name == "rotation.py":
            yield text_of(node.value)


def is_telling(file: Path, called: ast.expr) -> bool:
    match called:
        case ast.Attribute(value=ast.Name(id="log"), attr=name):
            return name in LOUD
        case ast.Attribute(value=ast.Name(id="problems"), attr="append"):
            return file.name in SETTINGS
        case ast.Name(id="fail" | "say"):
            return file.parent.name == "cli" and file.name in {"backups.py", "running.py"}
        case ast.Name(id=name):
            return name in REFUSALS
    return False


def told() -> list[tuple[str, str]]:
    found = {
        (str(file.relative_to(PACKAGE)), text)
        for file in PACKAGE.rglob("*.py")
        for text in texts(file)
        if re.search(r"[a-z]{3,} [a-z]", text)
    }
    return sorted(found)


def beginning(text: str) -> str:
    """The first stretch without a value that tells anything, to the end of its sentence."""
    parts = (part.strip(" .:;,'") for part in text.replace("`", "").split(GAP))
    first = next(part for part in parts if len(part) >= 12)
    return re.split(r"[.:;,] ", first)[0]


def test_much_is_told() -> None:
    assert len(told()) > 50
    places = {place for place, _ in told()}
    assert {"settings.py", "gateway/snapshot.py", "store/revisions.py", "creating.py"} <= places


@pytest.mark.parametrize(("place", "text"), told())
def test_what_an_operator_may_be_told_is_on_the_page(place: str, text: str) -> None:
    assert beginning(text) in PAGE.replace("`", ""), "docs/troubleshooting.md says nothing of it"


def test_the_page_leads_to_the_codes() -> None:
    """Which are described there, each of them: see test_pages."""
    for page, place in (("gateway.md", "status-codes"), ("management-api.md", "errors")):
        assert f"({page}#{place})" in PAGE
    codes = re.findall(r"`([a-z_]+)` \d{3}", PAGE)
    described = (ROOT / "docs/gateway.md").read_text() + (
        ROOT / "docs/management-api.md"
    ).read_text()
    assert len(codes) > 8
    assert [code for code in codes if f"`{code}`" not in described] == []


def test_every_place_that_pages_lead_to_is_there() -> None:
    """In pages for operators, whose readers are in a hurry."""
    for name in ("troubleshooting", "upgrade", "keys", "security"):
        page = (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
        for other, place in re.findall(r"\]\(([a-z-]*(?:\.md)?)#([a-z0-9-]+)\)", page):
            text = (ROOT / "docs" / (other or f"{name}.md")).read_text(encoding="utf-8")
            headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
            anchors = [re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings]
            assert place in anchors, f"{name}.md: {other}#{place}"
