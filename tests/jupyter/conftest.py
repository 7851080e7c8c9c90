"""Fixtures: a fake platform, and an IPython shell with the extension loaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from dbapi_jupyter.magics import load, unload
from dbapi_jupyter.notebook import Notebook
from dbapi_jupyter.results import Shown
from tests.jupyter.fake_platform import Fake, start
from tests.jupyter.kernel import connected, kernel

__all__ = ["connected", "kernel"]


@pytest.fixture(autouse=True)
def config_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's own credentials are read or written."""
    directory = tmp_path / "config"
    monkeypatch.setenv("DBAPI_CONFIG_DIR", str(directory))
    for name in ("DBAPI_URL", "DBAPI_TOKEN", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    return directory


@pytest.fixture
def fake() -> Iterator[Fake]:
    state = Fake()
    server = start(state)
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def shell(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """Logged in by the environment, as in a demo."""
    monkeypatch.setenv("DBAPI_URL", fake.url)
    monkeypatch.setenv("DBAPI_TOKEN", "good-token")
    found = InteractiveShell.instance()
    load(found)
    yield found
    notebook_of(found).catalog.wait()
    unload(found)


@pytest.fixture
def notebook(shell: InteractiveShell) -> Notebook:
    return notebook_of(shell)


def notebook_of(shell: InteractiveShell) -> Notebook:
    return shell.magics_manager.magics["line"]["dbapi"].__self__.notebook


SQL = "SELECT *\nFROM orders WHERE customer_id = {{ customer_id | sql_int }}\n"


@pytest.fixture
def say(shell: InteractiveShell):
    """Run a line; answers what it shows."""

    def run(line: str) -> str:
        return str(shell.run_line_magic("dbapi", line))

    run("use shop")
    return run


@pytest.fixture
def cell(shell: InteractiveShell, say):
    """Run a cell of the endpoint."""

    def run(
        body: str = SQL, words: str = "customer_id=7", line: str = "sql GET orders/{customer_id}"
    ) -> Shown:
        return shell.run_cell_magic("dbapi", f"{line} {words}".strip(), body)

    return run
