"""Every command is named on its page, and every command there exists and explains itself."""

import re
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

from dbapi_platform.cli.main import app

PAGE = (Path(__file__).parents[2] / "docs/cli.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """As they are typed: `user create`."""
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"{name} {verb}" for verb in inner] if inner else [name]
    return found


def test_every_command_is_named() -> None:
    assert len(commands()) > 45
    missing = [name for name in commands() if not re.search(rf"`dbapi {name}(?=[ `])", PAGE)]
    assert missing == []


def test_every_command_of_the_page_exists() -> None:
    known = commands()
    for line in re.findall(r"^\| `dbapi ([^`]+)`", PAGE, re.MULTILINE):
        assert any(re.match(rf"{name}(?: |$)", line) for name in known), line


def test_every_command_explains_itself_and_its_options() -> None:
    runner = CliRunner()
    for name in commands():
        shown = runner.invoke(app, [*name.split(), "--help"], env={"COLUMNS": "120"})
        assert shown.exit_code == 0, name
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {name: command})
        for verb, found in inner.items():
            assert found.help, (name, verb)
            for parameter in found.params:
                assert getattr(parameter, "help", None), (name, verb, parameter.name)
