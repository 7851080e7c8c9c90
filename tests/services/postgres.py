"""A private PostgreSQL server for the tests: started on a free port, removed when they end."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

INSTALL = Path(__file__).with_name("install.sh")

# Odd on purpose: the time zone proves that sessions set their own, the rest makes it quick.
SETTINGS = """
listen_addresses = '127.0.0.1'
max_connections = 200
timezone = 'America/New_York'
datestyle = 'SQL, DMY'
intervalstyle = 'sql_standard'
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class ServerMissing(Exception):
    """There is no PostgreSQL on this machine and it cannot be installed."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; `username` is its superuser."""

    binaries: Path
    directory: Path
    host: str
    port: int
    username: str = "admin"
    password: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def create(self) -> None:
        """Make the cluster's files."""
        password = self.directory / "password"
        password.write_text(self.password)
        if os.geteuid() == 0:
            shutil.chown(self.directory, "postgres")
            shutil.chown(password, "postgres")
        self._run(
            "initdb", "-D", str(self.data), "-U", self.username, f"--pwfile={password}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        password.unlink()
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"{SETTINGS}port = {self.port}\n")
            file.write(f"unix_socket_directories = '{self.directory}'\n")

    def start(self) -> None:
        log = str(self.directory / "log")
        self._run("pg_ctl", "-D", str(self.data), "-l", log, "-w", "-t", "60", "start")

    def halt(self) -> None:
        """Stop the server at once, connections or not; `start` brings it back."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    def stop(self) -> None:
        """Stop the server and remove its files."""
        if (self.data / "postmaster.pid").exists():
            self.halt()
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """What libpq connects to, password and all."""
        login = f"{self.username}:{self.password}"
        return f"postgresql://{login}@{self.host}:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        # The server refuses to run as root.
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*prefix, str(self.binaries / program), *arguments]
        # Not through pipes: the server would inherit and keep them open.
        with (self.directory / "output").open("w+") as output:
            done = subprocess.run(
                command, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, check=False,
            )  # fmt: skip
            output.seek(0)
            if done.returncode:
                raise RuntimeError(f"{program} failed:\n{output.read()}{self._log()}")

    def _log(self) -> str:
        log = self.directory / "log"
        return log.read_text()[-2000:] if log.exists() else ""


def start_postgres() -> PostgresServer:
    """A new server, running. Raises ServerMissing where there is none to run."""
    directory = Path(tempfile.mkdtemp(prefix="dbapi-postgres-"))
    server = PostgresServer(_binaries(), directory, "127.0.0.1", free_port())
    try:
        server.create()
        server.start()
    except BaseException:
        server.stop()
        raise
    return server


def free_port() -> int:
    """A port of the loopback interface that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _binaries() -> Path:
    found = _find_binaries()
    if not found and (os.environ.get("CI") or os.geteuid() == 0):
        subprocess.run(["sh", str(INSTALL)], check=False)
        found = _find_binaries()
    if not found:
        raise ServerMissing(f"PostgreSQL is not installed: run {INSTALL}")
    return found[0]


def _find_binaries() -> Sequence[Path]:
    """Directories with a server's programs, the newest first."""
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    debian.sort(key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0), reverse=True)
    on_path = shutil.which("initdb")
    return [*debian, *([Path(on_path).resolve().parent] if on_path else [])]
