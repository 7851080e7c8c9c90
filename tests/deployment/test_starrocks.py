"""How StarRocks' image is started: with a password from the first start on, and at each later one.

The image itself is not here: in its place stand a client of its database, which takes the password
that was set and no other, and a start that asks by that client as the image does.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.places import until

START = Path(__file__).parents[2] / "docker/starrocks.sh"
# What it was given on standard input is the statement; the password is what it was set to, if any.
MYSQL = """#!/bin/bash
asked="$*"
case $asked in *--execute=*) ;; *) asked=$(cat) ;; esac
is=$(cat "$SR_HOME/password" 2>/dev/null)
[ "${MYSQL_PWD:-}" = "$is" ] || { echo "ERROR 1045" >&2; exit 1; }
case $asked in
"SET PASSWORD = PASSWORD('"*)
    value=${asked#*PASSWORD(\\'}
    printf '%s' "${value%\\')}" | sed 's/\\\\\\(.\\)/\\1/g' >"$SR_HOME/password"
    ;;
esac
"""
# The image's own start: it asks as root, says that it is done, and goes on until it is ended.
ENTRYPOINT = """#!/bin/bash
mysql --execute="SHOW BACKENDS" || exit 1
touch "$SR_HOME/bootstrap_done"
exec sleep 60
"""


class Image:
    """A directory that is the container's, and what was started in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "fe/meta").mkdir(parents=True)
        for name, text in (("mysql", MYSQL), ("entrypoint.sh", ENTRYPOINT)):
            (home / name).write_text(text)
            (home / name).chmod(0o755)
        self.is_set = home / "fe/meta/.password-is-set"
        self._started: list[subprocess.Popen[str]] = []

    def start(self, password: str) -> "subprocess.Popen[str]":
        environment = {"SR_HOME": str(self.home), "STARROCKS_PASSWORD": password}
        started = subprocess.Popen(
            ["bash", START],
            cwd=self.home,
            env={**environment, "PATH": f"{self.home}:{os.environ['PATH']}"},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._started.append(started)
        return started

    def end(self) -> None:
        for started in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
            started.communicate(timeout=20)

    @property
    def password(self) -> str:
        return (self.home / "password").read_text()


@pytest.fixture
def image(tmp_path: Path) -> Iterator[Image]:
    image = Image(tmp_path)
    yield image
    image.end()


def _until_set(image: Image) -> None:
    until(image.is_set.exists)


@pytest.mark.parametrize("password", ["5f0c7a", 'it\'s \\ "here" $HOME'])
def test_it_has_a_password_after_the_first_start(image: Image, password: str) -> None:
    image.start(password)
    _until_set(image)
    assert image.password == password


def test_it_starts_again_with_the_password(image: Image) -> None:
    image.start("5f0c7a")
    _until_set(image)
    image.end()
    (image.home / "bootstrap_done").unlink()
    image.start("5f0c7a")
    until((image.home / "bootstrap_done").exists)


def test_a_start_that_ended_between_two_steps_is_made_up_for(image: Image) -> None:
    (image.home / "password").write_text("5f0c7a")
    assert image.start("5f0c7a").wait(timeout=20) == 1
    _until_set(image)
    image.start("5f0c7a")
    until((image.home / "bootstrap_done").exists)


def test_without_a_password_it_does_not_start(image: Image) -> None:
    started = image.start("")
    _, told = started.communicate(timeout=20)
    assert (started.returncode, told) == (1, "STARROCKS_PASSWORD is not set\n")
