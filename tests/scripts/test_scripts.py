"""The operator's scripts: what they do in which order, and what they do when something fails.

Docker is a stand-in that notes what it is asked; `dbapi` within its containers is real.
"""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from dbapi_platform.store.revisions import known_revisions
from tests.backups.conftest import PASSWORD, datasources
from tests.migrations.processes import Installation
from tests.scripts.conftest import ROOT, Host

SCRIPTS = sorted((ROOT / "scripts").glob("*.sh"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_is_a_sound_script_that_explains_itself(script: Path) -> None:
    checker = shutil.which("shellcheck")
    if not checker and (os.environ.get("CI") or os.geteuid() == 0):
        subprocess.run(["sh", str(ROOT / "tests/services/install.sh"), "shellcheck"], check=False)
        checker = shutil.which("shellcheck")
    if not checker:
        pytest.fail("shellcheck is missing: sh tests/services/install.sh shellcheck")
    done = subprocess.run(
        [checker, "-x", f"scripts/{script.name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    if script.name == "lib.sh":
        return
    assert os.access(script, os.X_OK)
    assert "set -eu" in script.read_text()
    told = subprocess.run([str(script), "--help"], capture_output=True, text=True, check=True)
    assert f"Usage: scripts/{script.name}" in told.stdout
    wrong = subprocess.run([str(script), "--what"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, "Usage" in wrong.stderr) == (2, True)


def test_a_release_is_migrated_before_any_instance_is_replaced(host: Host) -> None:
    status, said = host.run("deploy.sh", COMPOSE_PROFILES="replicas")
    assert status == 0, said
    assert host.steps() == [
        "tag old pydbapi:before",
        "build prestart",
        "tag pydbapi:before pydbapi:previous",
        "up postgres redis",
        "run dbapi prestart",
        "up app",
        "up replica",
        "exec app dbapi migrate",
        "up",
    ]
    assert host.state["instances"] == {"app": "built", "replica": "built"}


def test_what_a_machine_runs_is_read_from_its_settings(host: Host) -> None:
    files = "compose.yaml:compose.production.yaml:/etc/dbapi/more.yaml"
    more = f'COMPOSE_FILE="{files}"\nCOMPOSE_PROFILES=replicas\n'
    host.env_file.write_text(host.env_file.read_text() + more)
    status, said = host.run("deploy.sh")
    assert status == 0, said
    docker = ROOT / "docker"
    shipped = [str(docker / name) for name in ("compose.yaml", "compose.production.yaml")]
    assert host.state["files"] == [*shipped, "/etc/dbapi/more.yaml"]
    assert host.state["instances"] == {"app": "built", "replica": "built"}
    host.run("deploy.sh", COMPOSE_FILE="other.yaml")
    assert host.state["files"] == ["other.yaml"]


def test_a_release_that_is_deployed_again_is_not_the_one_to_go_back_to(host: Host) -> None:
    again = {"PLATFORM_IMAGE": "pydbapi:2"}
    assert host.run("deploy.sh", **again)[0] == 0
    assert host.run("deploy.sh", **again)[0] == 0
    assert host.state["tags"]["pydbapi:previous"] == "old"
    host.set(sick=["pydbapi:2"])
    status, said = host.run("deploy.sh", "--timeout", "2", **again)
    assert (status, "there is none to go back to" in said) == (1, True)
    assert host.state["instances"] == {"app": "pydbapi:2"}
    status, said = host.run("rollback.sh", "--yes")
    assert status == 0, said
    assert host.state["instances"] == {"app": "old"}


@pytest.mark.parametrize(("script", "arguments"), [("deploy.sh", []), ("rollback.sh", ["--yes"])])
def test_nginx_is_started_anew_only_when_its_configuration_has_changed(
    host: Host, script: str, arguments: list[str]
) -> None:
    running = {"app": "old", "nginx": "nginx:1"}
    host.set(instances=running, tags={"pydbapi:previous": "older"})
    status, said = host.run(script, *arguments)
    assert (status, host.steps()[-1]) == (0, "up nginx"), said
    assert any("--force-recreate nginx" in call for call in host.state["calls"])
    host.set(instances=running, started="2999-01-01T00:00:00Z")
    assert host.run(script, *arguments)[0] == 0
    assert not any("--force-recreate nginx" in call for call in host.state["calls"])


def test_jupyterlab_is_built_with_the_release_where_it_runs(host: Host) -> None:
    status, said = host.run("deploy.sh", COMPOSE_PROFILES="jupyterlab")
    assert status == 0, said
    assert "build jupyterlab prestart" in host.steps()


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ("deploy.sh", []),
        ("rollback.sh", ["--yes"]),
        ("restore.sh", ["--yes", "settings.env"]),
        ("rotate-key.sh", ["--yes"]),
    ],
)
def test_an_instance_that_would_be_left_behind_stops_it(
    host: Host, script: str, arguments: list[str]
) -> None:
    host.set(instances={"app": "old", "replica": "old"}, tags={"pydbapi:previous": "older"})
    status, said = host.run(script, *arguments)
    assert (status, host.steps()) == (1, [])
    assert "replica runs here, and is in none of COMPOSE_FILE" in said
    assert str(ROOT / "docker/compose.yaml") in said


def test_an_image_is_pulled_by_its_name(host: Host) -> None:
    status, said = host.run("deploy.sh", "--image", "registry/dbapi:2", "--backup", "kept")
    assert status == 0, said
    assert host.state["instances"]["app"] == "registry/dbapi:2"
    assert (host.directory / "kept").exists()
    ran_by = host.state["ran_by"]
    assert (ran_by["backup"], ran_by["prestart"]) == ("pydbapi:before", "registry/dbapi:2")
    assert "Set PLATFORM_IMAGE=registry/dbapi:2" in said


def test_a_database_that_is_not_ready_replaces_nothing(host: Host) -> None:
    host.set(is_blocked=True)
    status, said = host.run("deploy.sh")
    assert status == 1
    assert "no instance was replaced" in said
    assert host.state["instances"] == {"app": "old"}


def test_a_release_that_is_not_healthy_is_taken_back(host: Host) -> None:
    host.set(sick=["built"])
    status, said = host.run("deploy.sh", "--timeout", "2")
    assert status == 1
    assert "app is not healthy after 2 seconds" in said
    assert "The release before runs again" in said
    assert host.state["instances"] == {"app": "old"}


def test_it_is_left_as_it_is_when_that_is_wanted(host: Host) -> None:
    host.set(sick=["built"])
    status, said = host.run("deploy.sh", "--timeout", "2", "--no-rollback")
    assert (status, "scripts/rollback.sh" in said) == (1, True)
    assert host.state["instances"] == {"app": "built"}


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ("deploy.sh", []),
        ("rollback.sh", ["--migrate", "-1"]),
        ("backup.sh", ["kept"]),
        ("restore.sh", ["settings.env"]),
        ("rotate-key.sh", []),
    ],
)
def test_a_dry_run_changes_nothing(host: Host, script: str, arguments: list[str]) -> None:
    host.set(tags={"pydbapi:previous": "older"})
    settings = host.settings()
    status, said = host.run(script, "--dry-run", *arguments)
    assert status == 0, said
    assert "would" in said
    assert host.steps() == []
    assert (host.state["instances"], host.settings()) == ({"app": "old"}, settings)


def test_the_image_before_is_put_back(host: Host) -> None:
    host.set(tags={"pydbapi:previous": "older"})
    status, said = host.run("rollback.sh", "--yes")
    assert status == 0, said
    assert host.steps() == [
        "tag old pydbapi:left",
        "up app",
        "exec app dbapi migrate",
        "up nginx",
    ]
    assert host.state["instances"] == {"app": "older"}


def test_the_schema_is_taken_back_by_the_release_that_made_it(host: Host) -> None:
    host.set(tags={"pydbapi:previous": "older"})
    status, said = host.run("rollback.sh", "--yes", "--migrate", "-1")
    # What is `older` here is of this code, and so refuses the older schema.
    assert status == 1
    assert "cannot work on this schema" in said
    assert host.steps()[:3] == ["tag old pydbapi:left", "stop app", "run dbapi migrate"]
    told = host.installation.run("migrate", "--check")[1]
    assert f"at revision {known_revisions()[-2]}" in told


def test_a_schema_that_cannot_be_taken_back_leaves_all_as_it_was(host: Host) -> None:
    host.set(tags={"pydbapi:previous": "older"})
    status, said = host.run("rollback.sh", "--yes", "--migrate", "0000")
    assert status == 1
    assert "there is no revision 0000" in said
    assert "started as they were" in said
    assert host.state["instances"] == {"app": "old"}
    assert host.steps()[-1] == "start"


def test_there_is_no_way_back_without_an_image(host: Host) -> None:
    status, said = host.run("rollback.sh", "--yes")
    assert (status, "There is no image pydbapi:previous" in said) == (1, True)
    assert host.steps() == []


def test_nothing_is_done_unless_somebody_says_yes(host: Host) -> None:
    host.set(tags={"pydbapi:previous": "older"})
    for script, arguments in (("rollback.sh", []), ("restore.sh", ["settings.env"])):
        status, said = host.run(script, *arguments)
        assert (status, "Nothing was done." in said, host.steps()) == (1, True, [])


def test_a_backup_is_put_back_with_its_secrets(host: Host) -> None:
    (host.directory / "phrase").write_text("four words are best\n")
    sealed = ("--with-keys", "--passphrase-file", "phrase")
    status, said = host.run("backup.sh", *sealed, "kept.tar.gz")
    assert status == 0, said
    assert stat.S_IMODE((host.directory / "kept.tar.gz").stat().st_mode) == 0o600
    host.installation.run("datasource", "delete", "shop", "--yes")
    status, said = host.run("restore.sh", "--yes", "kept.tar.gz")
    assert status == 0, said
    assert datasources(host.installation) == {"shop"}
    assert host.installation.run("keys", "check")[0] == 0
    assert (host.steps()[0], host.steps()[-1]) == ("stop app", "up")


def test_a_backup_that_is_none_leaves_all_as_it_was(host: Host) -> None:
    status, said = host.run("restore.sh", "--yes", "settings.env")
    assert (status, "started as they were" in said) == (1, True)
    assert host.steps()[-1] == "start"
    assert datasources(host.installation) == {"shop"}


def test_a_backup_in_a_directory_is_named_for_the_time_and_a_part_is_no_backup(host: Host) -> None:
    (host.directory / "backups").mkdir()
    assert host.run("backup.sh", "backups")[0] == 0
    (made,) = (host.directory / "backups").iterdir()
    assert made.name.startswith("dbapi-20")
    before = host.env_file.read_text()
    host.env_file.write_text(before.replace("app.sqlite3", "none.sqlite3"))
    status, said = host.run("backup.sh", "other")
    assert (status, "There is no backup." in said) == (1, True)
    assert not list(host.directory.glob("other*"))


def test_another_key_opens_all_that_the_old_one_did(host: Host) -> None:
    host.env_file.write_text(host.env_file.read_text().rstrip("\n"))
    before = host.settings()
    status, said = host.run("rotate-key.sh", "--yes")
    assert status == 0, said
    after = host.settings()
    assert after.keys() == before.keys()
    assert after["DBAPI_ENCRYPTION_KEY"] != before["DBAPI_ENCRYPTION_KEY"]
    assert [step for step in host.steps() if step.startswith("up")] == ["up app"] * 3
    assert stat.S_IMODE(host.env_file.stat().st_mode) == 0o600
    (kept,) = host.directory.glob("settings.env.before-*")
    assert before["DBAPI_ENCRYPTION_KEY"] in kept.read_text()
    new = Installation(host.directory, {**host.installation.variables, **after})
    assert new.run("keys", "check") == (0, "Encrypted with DBAPI_ENCRYPTION_KEY: 1.\n")
    assert PASSWORD not in said
    assert after["DBAPI_ENCRYPTION_KEY"] not in said


def test_a_change_of_keys_under_way_is_not_begun_again(host: Host) -> None:
    host.env_file.write_text(f"{host.env_file.read_text()}DBAPI_PREVIOUS_ENCRYPTION_KEY=x\n")
    status, said = host.run("rotate-key.sh", "--yes")
    assert (status, "a change is under way" in said) == (1, True)
