"""A private MariaDB server for the tests: started on a free port, removed when they end."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import pymysql

from .postgres import INSTALL, ServerMissing, free_port

START_S = 60.0
# The package with the programs alone makes no user of its own.
USER = "nobody"
# Odd on purpose: the zone and the modes prove that sessions set their own, the rest is for speed.
OPTIONS = (
    "--bind-address=127.0.0.1", "--default-time-zone=-05:00",
    "--sql-mode=ANSI_QUOTES,STRICT_TRANS_TABLES",
    "--character-set-server=latin1", "--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0",
    "--innodb-buffer-pool-size=64M", "--innodb-flush-method=nosync", "--skip-log-bin",
)  # fmt: skip


@dataclass(slots=True)
class MariadbServer:
    """A running server; `username` may do everything."""

    directory: Path
    port: int
    host: str = "127.0.0.1"
    username: str = "admin"
    password: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    options: list[str] = field(default_factory=list)
    process: "subprocess.Popen[bytes] | None" = None

    def create(self) -> None:
        """Make the server's files."""
        (self.directory / "data").mkdir()
        for path in (self.directory, self.directory / "data"):
            self.give(path)
        done = subprocess.run(
            [_program("mariadb-install-db"), "--no-defaults", *self._paths(),
             "--auth-root-authentication-method=normal", "--skip-test-db"],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"mariadb-install-db failed:\n{done.stdout}{done.stderr}")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [_program("mariadbd"), "--no-defaults", *self._paths(), *OPTIONS,
                 *self.options,
                 f"--port={self.port}", f"--socket={self.directory}/socket"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + START_S
        while True:
            try:
                self._set_up()
            except pymysql.Error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.directory / "log").read_text()[-3000:]) from None
                time.sleep(0.1)
            else:
                return

    def halt(self) -> None:
        """Stop the server at once, connections or not; `start` brings it back."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.halt()
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, *texts: str, database: str | None = None) -> list[tuple[object, ...]]:
        """Run statements as the superuser; the last one's rows."""
        connection = pymysql.connect(
            host=self.host, port=self.port, user=self.username, password=self.password,
            database=database, autocommit=True,
        )  # fmt: skip
        with connection, connection.cursor() as cursor:
            for text in texts:
                cursor.execute(text)
            return list(cursor.fetchall())

    def _set_up(self) -> None:
        try:
            self.run("SELECT 1")
        except pymysql.err.OperationalError:
            # The first start: root has no password on the server's own socket.
            root = pymysql.connect(unix_socket=f"{self.directory}/socket", user="root")
            with root, root.cursor() as cursor:
                cursor.execute(
                    "GRANT ALL ON *.* TO 'admin'@'127.0.0.1' IDENTIFIED BY %s WITH GRANT OPTION",
                    (self.password,),
                )

    def give(self, path: Path) -> None:
        """Let the server read the file: started by root, it goes on as another user."""
        if os.geteuid() == 0:
            shutil.chown(path, USER)

    def _paths(self) -> list[str]:
        user = [f"--user={USER}"] if os.geteuid() == 0 else []
        return [f"--datadir={self.directory}/data", f"--tmpdir={self.directory}", *user]


def start_mariadb() -> MariadbServer:
    """A new server, running. Raises ServerMissing where there is none to run."""
    directory = Path(tempfile.mkdtemp(prefix="dbapi-mariadb-"))
    server = MariadbServer(directory, free_port())
    try:
        server.create()
        server.start()
    except BaseException:
        server.stop()
        raise
    return server


def _program(name: str) -> str:
    found = _find(name)
    if not found and (os.environ.get("CI") or os.geteuid() == 0):
        subprocess.run(["sh", str(INSTALL)], check=False)
        found = _find(name)
    if not found:
        raise ServerMissing(f"MariaDB is not installed: run {INSTALL}")
    return found


def _find(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
