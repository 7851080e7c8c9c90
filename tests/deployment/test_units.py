"""The units of systemd, and what the page on one machine says of them."""

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path, PurePosixPath

import pytest

from dbapi_platform.demo.processes import free_port
from tests.services.nginx import render

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/install.md").read_text(encoding="utf-8")


def unit(name: str) -> dict[str, list[str]]:
    """Its directives; each may be there several times."""
    found = defaultdict(list)
    text = (ROOT / f"deploy/systemd/{name}.service").read_text(encoding="utf-8")
    for key, value in re.findall(r"^([A-Z]\w+)=(.*)$", text, re.MULTILINE):
        found[key].append(value)
    return found


def settings_file() -> dict[str, str]:
    """What the page has the reader write to /etc/dbapi.env."""
    written = re.search(r"tee /etc/dbapi\.env.*?\n(.*?)\nEND\n", PAGE, re.DOTALL)
    assert written
    return dict(line.split("=", 1) for line in written[1].splitlines())


def test_a_migration_is_not_ended_for_taking_long() -> None:
    platform = unit("dbapi@")
    assert platform["ExecStartPre"] == ["/opt/dbapi/bin/dbapi prestart"]
    assert platform["TimeoutStartSec"] == ["infinity"]


def test_commands_run_by_hand_see_what_the_service_sees() -> None:
    platform = unit("dbapi@")
    by_hand = (ROOT / "deploy/systemd/dbapi.sh").read_text(encoding="utf-8")
    assert PAGE.count("install -m 0755 deploy/systemd/dbapi.sh /usr/local/bin/dbapi\n") == 2
    assert f"--uid={platform['User'][0]} " in by_hand
    assert f"--working-directory={platform['WorkingDirectory'][0]} " in by_hand
    assert f"EnvironmentFile={platform['EnvironmentFile'][0]} " in by_hand
    # A setting in the unit itself would be the service's alone.
    assert platform["Environment"] == ["WORKERS=2"]
    assert platform["ExecStart"][0].endswith(" --workers ${WORKERS}")


def test_directories_that_settings_name_are_where_the_service_may_write() -> None:
    made = [f"/var/lib/{name}" for name in unit("dbapi@")["StateDirectory"][0].split()]
    settings = settings_file()
    assert settings["DBAPI_FILE_DATASOURCE_ROOT"] in made
    assert PurePosixPath(settings["DBAPI_ACCESS_SPOOL_DIRECTORY"]).is_relative_to(made[0])


def test_every_program_of_a_release_is_reached_by_the_link_that_an_upgrade_moves() -> None:
    assert PAGE.count('sudo ln -sfn "$release" /opt/dbapi\n') == 2
    # Nothing is installed over the release that runs.
    assert re.findall(r"\S*/pip\"? install", PAGE) == ['"$release/bin/pip" install'] * 2


def test_nginx_reads_what_the_page_puts_where_it_may_look() -> None:
    (configuration,) = re.findall(r"-c (\S+)/nginx\.conf", unit("dbapi-nginx")["ExecStart"][0])
    assert f"render.sh {configuration}'\n" in PAGE
    named = re.findall(r"NGINX_TLS_\w+=([^\s`]+)", PAGE)
    assert len(named) == 2
    for path in named:
        assert path.startswith(f"{configuration}/")
        assert re.search(rf"^sudo install .* {path}$", PAGE, re.MULTILINE)


def test_nginx_takes_the_units_arguments_and_complains_of_nothing(tmp_path: Path) -> None:
    (line,) = unit("dbapi-nginx")["ExecStart"]
    program, *arguments = line.replace("'", "").replace("daemon off;", "").split()
    if shutil.which(program) is None:
        pytest.skip("nginx is elsewhere")
    render(
        tmp_path,
        NGINX_HTTP=f"127.0.0.1:{free_port(0)}",
        NGINX_JUPYTER_LISTEN=f"127.0.0.1:{free_port(0)}",
        NGINX_UPSTREAMS="127.0.0.1:1",
        NGINX_JUPYTER="127.0.0.1:2",
    )
    where = {"/run/dbapi-nginx/": f"{tmp_path}/", "/etc/dbapi-nginx/": f"{tmp_path}/"}
    for shipped, here in where.items():
        arguments = [each.replace(shipped, here) for each in arguments]
    assert arguments.pop() == "-g"
    tried = subprocess.run([program, *arguments, "-t", "-q"], capture_output=True, check=False)
    assert (tried.returncode, tried.stderr) == (0, b"")
