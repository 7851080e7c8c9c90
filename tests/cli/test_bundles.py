"""`dbapi export | plan | import`: from one database to another, through a directory."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from dbapi_platform.bootstrap import migrate
from tests.cli.conftest import Dbapi

ENDPOINT = """method: GET
path: one
datasource: shop
engine: sql
access: public
content: SELECT 1 AS one
published: true
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A small bundle, written by hand."""
    directory = tmp_path / "bundle"
    files = {
        "bundle.yaml": "format: 1\n",
        "README.md": "Ours.\n",
        "datasources/shop.yaml": "name: shop\nproduct_type: sqlite\ndatabase: shop.sqlite3\n",
        "modules/sales/module.yaml": "name: sales\n",
        "modules/sales/endpoints/one/GET.yaml": ENDPOINT,
    }
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    return directory


@pytest.fixture
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on the commands work on another, empty database."""

    def switch() -> None:
        url = f"sqlite:///{tmp_path / 'production.sqlite3'}"
        asyncio.run(migrate(url.replace("sqlite:", "sqlite+aiosqlite:")))
        monkeypatch.setenv("DBAPI_DATABASE_URL", url)

    return switch


def tree(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): path.read_text()
        for path in directory.rglob("*")
        if path.is_file()
    }


@pytest.mark.usefixtures("migrated")
def test_from_staging_to_production(
    dbapi: Dbapi, bundle: Path, tmp_path: Path, production: Callable[[], None]
) -> None:
    done = dbapi("import", "bundle")
    assert done.exit_code == 0, done.output
    assert "4 created" in done.stdout or "3 created" in done.stdout
    assert dbapi("export", "staging").exit_code == 0
    production()
    plan = dbapi("plan", "staging")
    assert plan.exit_code == 0
    assert "GET one" in plan.stdout
    # The module that every installation has is as the bundle says already.
    assert " changed" not in plan.stdout
    assert json.loads(dbapi("export", "empty", "--json").stdout)["files"] == 1
    assert dbapi("import", "staging", "--message", "Release 1").exit_code == 0
    assert dbapi("export", "production").exit_code == 0
    assert tree(tmp_path / "production") == tree(tmp_path / "staging")
    again = dbapi("plan", "staging", "--json")
    assert json.loads(again.stdout)["counts"]["unchanged"] == 3
    with sqlite3.connect(tmp_path / "production.sqlite3") as connection:
        (message,) = connection.execute("SELECT message FROM version").fetchone()
        vias = {row[0] for row in connection.execute("SELECT DISTINCT via FROM audit_entry")}
    assert message == "Release 1"
    assert "cli" in vias


@pytest.mark.usefixtures("migrated")
def test_a_conflict_ends_with_two_and_changes_nothing(dbapi: Dbapi, bundle: Path) -> None:
    file = bundle / "modules/sales/endpoints/one/GET.yaml"
    file.write_text(ENDPOINT.replace("shop", "nowhere"))
    for command in (["plan", "bundle"], ["import", "bundle"], ["import", "bundle", "--dry-run"]):
        done = dbapi(*command)
        assert done.exit_code == 2, done.output
        assert "there is no datasource named 'nowhere'" in " ".join(done.stdout.split())
    listed = json.loads(dbapi("import", "bundle", "--json").stdout)
    assert listed["imported"] is False
    dbapi("export", "after")
    assert list(tree(bundle.parent / "after")) == ["bundle.yaml"]


@pytest.mark.usefixtures("migrated")
def test_edits_are_kept_unless_they_may_go(dbapi: Dbapi, bundle: Path) -> None:
    file = bundle / "modules/sales/endpoints/one/GET.yaml"
    file.write_text(ENDPOINT.replace("published: true", "published: false"))
    assert dbapi("import", "bundle").exit_code == 0
    file.write_text(ENDPOINT.replace("AS one", "AS other"))
    kept = dbapi("plan", "bundle")
    assert kept.exit_code == 2
    assert "never published" in " ".join(kept.stdout.split())
    done = dbapi("import", "bundle", "--overwrite", "--diff")
    assert done.exit_code == 0
    assert "+SELECT 1 AS other" in done.stdout


@pytest.mark.usefixtures("migrated")
def test_an_export_removes_what_is_gone_and_nothing_else(dbapi: Dbapi, bundle: Path) -> None:
    assert dbapi("import", "bundle").exit_code == 0
    stale = bundle / "modules/gone/endpoints/old/GET.yaml"
    stale.parent.mkdir(parents=True)
    stale.write_text("old")
    mine = bundle / "notes.txt"
    mine.write_text("mine")
    assert dbapi("export", "bundle", "--module", "sales").exit_code == 0
    assert stale.exists()
    done = dbapi("export", "bundle")
    assert "1 removed" in done.stdout
    assert not (bundle / "modules/gone").exists()
    assert mine.exists()
    assert (bundle / "README.md").exists()
    assert "0 written anew, 0 removed" in dbapi("export", "bundle").stdout


@pytest.mark.usefixtures("migrated")
def test_a_directory_that_is_no_bundle_is_left_alone(dbapi: Dbapi, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/thesis.txt").write_text("mine")
    done = dbapi("export", "home")
    assert done.exit_code == 1
    assert "is not empty and no bundle" in done.stderr
    assert dbapi("plan", "home").exit_code == 1
    assert dbapi("plan", "nowhere").exit_code == 1


@pytest.mark.usefixtures("migrated")
def test_links_are_refused(dbapi: Dbapi, bundle: Path) -> None:
    (bundle / "modules/sales/endpoints/link.yaml").symlink_to("/etc/hostname")
    for command in ("plan", "export"):
        done = dbapi(command, "bundle")
        assert done.exit_code == 1
        assert "is a link" in done.stderr


@pytest.mark.usefixtures("migrated")
def test_every_mistake_is_told_with_its_file_and_line(dbapi: Dbapi, bundle: Path) -> None:
    (bundle / "modules/sales/endpoints/two.yaml").write_text("method: GET\npath: two\nlimts: {}\n")
    (bundle / "datasources/a.yaml").write_text("name: a\npassword: x\n")
    (bundle / "modul").mkdir()
    (bundle / "modul/a.yaml").write_text("name: a\n")
    done = dbapi("plan", "bundle")
    assert done.exit_code == 1
    assert "modules/sales/endpoints/two.yaml: limts, line 3: is not a known key" in done.stderr
    assert "did you mean 'limits'?" in done.stderr
    assert "a bundle holds no secret" in done.stderr
    assert "did you mean modules/?" in done.stderr
