"""A Redis server of the tests' own, on a private port, with nothing kept."""

import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from dbapi_platform.demo.processes import free_port

# Debian's package of tools carries the server's program under this name, without a service.
PROGRAMS = ("redis-server", "redis-check-rdb")
START_S = 20.0


@dataclass(slots=True)
class RedisServer:
    """A running server; `stop` ends it and removes what it wrote."""

    process: subprocess.Popen[bytes]
    directory: str
    port: int

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def start_redis(port: int | None = None) -> RedisServer:
    """Raises RuntimeError where Redis is not installed, or does not start."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise RuntimeError("Redis is missing; run: make services")
    directory, port = tempfile.mkdtemp(prefix="dbapi-redis-"), port or free_port(0)
    arguments = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                 "--appendonly", "no", "--dir", directory]  # fmt: skip
    log = Path(directory) / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(arguments, executable=program, stdout=output, stderr=output)
    server = RedisServer(process, directory, port)
    deadline = time.monotonic() + START_S
    while b"Ready to accept connections" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")
            server.stop()
            raise RuntimeError(f"Redis did not start:\n{said}")
        time.sleep(0.02)
    return server
