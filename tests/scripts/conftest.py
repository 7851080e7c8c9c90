"""A machine with the operator's scripts, and a stand-in for Docker."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dbapi_platform.cli.main import app
from tests.backups.conftest import add_datasource
from tests.migrations.processes import Installation, install

ROOT = Path(__file__).parents[2]
FAKE = Path(__file__).with_name("fake_docker.py")


@dataclass(frozen=True)
class Host:
    """A machine with the scripts, `docker`, and a platform that runs the image `old`."""

    installation: Installation

    @property
    def directory(self) -> Path:
        return self.installation.directory

    @property
    def env_file(self) -> Path:
        return self.directory / "settings.env"

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.directory / "docker.json").read_text())
        return found

    def set(self, **state: Any) -> None:
        (self.directory / "docker.json").write_text(json.dumps(self.state | state))

    def run(self, script: str, *arguments: str, **more: str) -> tuple[int, str]:
        self.set(calls=[])
        done = subprocess.run(
            ["sh", str(ROOT / "scripts" / script), *arguments],
            cwd=self.directory,
            env={
                **os.environ,
                "PATH": f"{self.directory / 'bin'}:{os.environ['PATH']}",
                "FAKE_DOCKER": str(self.directory / "docker.json"),
                "FAKE_DBAPI": str(self.directory / "dbapi.socket"),
                "DBAPI_ENV_FILE": str(self.env_file),
                **more,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        return done.returncode, done.stderr + done.stdout

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What a container of the platform does, here."""
        lines = Path(asked["file"]).read_text().splitlines()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.directory)
            for name, value in (line.split("=", 1) for line in lines):
                patch.setenv(name, value)
            runner = CliRunner()
            done = runner.invoke(app, asked["arguments"], input=bytes.fromhex(asked["given"]))
        return {"status": done.exit_code, "out": done.stdout_bytes.hex(), "err": done.stderr}

    def steps(self) -> list[str]:
        """What was changed, in its order, shortly."""
        shortened = []
        for call in self.state["calls"]:
            words = [word for word in call.split() if not word.startswith("-")]
            if words[0] == "tag":
                shortened.append(" ".join(words))
            elif words[0] == "compose" and "version" not in words:
                verb = next(w for w in words[3:] if "/" not in w)
                if verb not in {"config", "ps", "logs"}:
                    shortened.append(" ".join([verb, *words[words.index(verb) + 1 :]]))
        return [step.replace("run TMPDIR=/var/lib/dbapi prestart", "run") for step in shortened]

    def settings(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.env_file.read_text().splitlines())


def _serve(host: Host, wire: socket.socket) -> None:
    while True:
        connection, _ = wire.accept()
        with connection:
            asked = b"".join(iter(partial(connection.recv, 65_536), b""))
            if not asked:
                return
            connection.sendall(json.dumps(host.answer(json.loads(asked))).encode())


@contextmanager
def _containers(host: Host) -> Iterator[None]:
    """Until the block ends the stand-in's commands are answered here."""
    place = str(host.directory / "dbapi.socket")
    with socket.socket(socket.AF_UNIX) as wire:
        wire.bind(place)
        wire.listen()
        thread = threading.Thread(target=_serve, args=(host, wire))
        thread.start()
        try:
            yield
        finally:
            # Nothing asked: the end.
            with socket.socket(socket.AF_UNIX) as last:
                last.connect(place)
            thread.join()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    installation = install(tmp_path, f"sqlite:///{tmp_path / 'app.sqlite3'}")
    assert installation.run("prestart")[0] == 0
    add_datasource(installation, "shop")
    (tmp_path / "bin").mkdir()
    docker = tmp_path / "bin" / "docker"
    docker.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE}" "$@"\n')
    docker.chmod(0o755)
    state = {"instances": {"app": "old"}, "tags": {}, "sick": [], "is_blocked": False, "calls": []}
    state |= {"started": "2000-01-01T00:00:00.123456789Z"}
    (tmp_path / "docker.json").write_text(json.dumps(state))
    made = Host(installation)
    keys = ("DBAPI_DATABASE_URL", "DBAPI_SECRET_KEY", "DBAPI_ENCRYPTION_KEY")
    made.env_file.write_text("".join(f"{key}={installation.variables[key]}\n" for key in keys))
    with _containers(made):
        yield made
