"""What the docs say is so: links, settings, error codes, routes, commands, the README's cell."""

import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from dbapi_jupyter.cells import read_cell
from dbapi_platform import datasources, errors, gateway
from dbapi_platform.cli.main import app as command
from dbapi_platform.cli.settings_table import settings_markdown
from dbapi_platform.engines.errors import Code
from dbapi_platform.management.app import RESOURCES
from dbapi_platform.management.errors import HTTP_CODES
from tests.world import World

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "jupyter_extension/README.md"]
)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
CODE = re.compile(r'(?:\bcode = |Refused\(\s*\d+,\s*|, )"([a-z_]{5,})"')


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_page_is_reached_from_the_readme() -> None:
    reached, pending = set[Path](), [ROOT / "README.md"]
    while pending:
        page = pending.pop()
        if page.suffix == ".md" and page not in reached:
            reached.add(page)
            found = LINK.findall(page.read_text(encoding="utf-8"))
            pending += [(page.parent / target).resolve() for target in found]
    decisions = set(ROOT.glob("docs/decisions/*.md"))
    assert set(ROOT.glob("docs/**/*.md")) - reached - decisions == set()


def test_the_settings_page_is_made_from_the_settings() -> None:
    assert read("docs/settings.md") == settings_markdown(), "run `make docs`"


def codes(*files: Path) -> set[str]:
    """Every error code in these files' source."""
    return {code for file in files for code in re.findall(
        r'(?:code = |\n\s+|Refused\(|\d{3}, )"([a-z]+(?:_[a-z]+)+|unauthorized|forbidden)"[,\n]',
        file.read_text(encoding="utf-8"),
    )}  # fmt: skip


def test_every_error_code_is_described() -> None:
    told = read("docs/gateway.md"), read("docs/management-api.md")
    package = Path(gateway.__file__).parent
    scripts = package.parent / "engines/script/errors.py"
    answered = codes(*package.glob("**/*.py"), package.parent / "publishing/failures.py", scripts)
    assert {"too_many_concurrent", "invalid_parameters", "rate_limited"} <= answered
    assert [code for code in sorted(answered) if f"`{code}`" not in told[0]] == []
    raised = {kind.code for kind in errors.PlatformError.__subclasses__()}
    raised |= {kind.code for kind in datasources.DatasourceError.__subclasses__()}
    raised |= set(HTTP_CODES.values())
    assert [code for code in sorted(raised) if f"`{code}`" not in "".join(told)] == []


def test_every_code_of_a_drafts_problem_is_described() -> None:
    page = read("docs/management-api.md")
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", page, re.MULTILINE)
    told = [code for row in rows for code in re.findall(r"`([a-z_]+)`", row)]
    assert sorted(told) == sorted(Code)


def routes() -> list[tuple[str, str]]:
    found = []
    for resource in RESOURCES:
        for route in resource.router.routes:
            assert isinstance(route, APIRoute)
            found += [
                (method, re.sub(r"\{[a-z_]+\}", "{}", route.path)) for method in route.methods
            ]
    return found


def test_every_route_is_described() -> None:
    """A line of the table may give several methods, or several paths, at once."""
    lines = read("docs/management-api.md").splitlines()
    plain = [re.sub(r"\{[a-z_]+\}", "{}", line) for line in lines]
    missing = [
        f"{method} {path}"
        for method, path in routes()
        if not any(
            re.search(rf"{re.escape(path)}(?![\w/{{])", line) and method in line for line in plain
        )
    ]
    assert missing == []


def test_every_command_of_the_readme_exists() -> None:
    known = {found.name or "" for found in command.registered_commands}
    known |= {found.callback.__name__ for found in command.registered_commands if found.callback}
    used = re.findall(r"(?<!%)\bdbapi ([a-z-]+)", read("README.md"))
    assert used
    assert [name for name in used if name not in known] == []
    targets = re.findall(r"^([a-z-]+):.*##", read("Makefile"), re.MULTILINE)
    used = re.findall(r"\bmake ([a-z-]+)(?=[ `\n])", read("README.md") + read("CONTRIBUTING.md"))
    assert [name for name in used if name not in targets] == []


async def test_the_readmes_cell_can_be_published(world: World) -> None:
    """Its text is read as the notebook reads it and runs on the tests' own shop."""
    block = next(b for b in re.findall(r"```\n(.*?)```", read("README.md"), re.DOTALL) if "%%" in b)
    line, _, body = block.partition("\n")
    cell = read_cell(line.removeprefix("%%dbapi sql "), body)
    method, path = line.split()[2:4]
    draft = cell.draft("sql", method, path, datasource=None, module=None)
    endpoint = await world.manage("PUT", "/drafts", json=draft, status=200)
    await world.manage("POST", f"/endpoints/{endpoint['id']}/publish", json={}, status=200)
    answer = await world.call("GET", "orders/7?limit=2")
    assert [row["id"] for row in answer.json()["data"]] == [97, 87]
