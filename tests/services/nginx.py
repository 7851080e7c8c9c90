"""nginx with the configuration that is shipped, on private ports of the loopback, without root."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dbapi_platform.demo.processes import free_port

SHIPPED = Path(__file__).parents[2] / "docker/nginx"
START_S = 20.0


@dataclass(frozen=True, slots=True)
class NginxServer:
    """A running server; `stop` ends it and removes what it wrote."""

    process: subprocess.Popen[bytes]
    directory: Path
    port: int
    jupyter_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it said: a line of JSON for each request, and what went wrong."""
        return (self.directory / "log").read_text(errors="replace")

    def reload(self) -> None:
        """Read the configuration anew; connections that are open are served to their end."""
        self.process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def start_nginx(upstreams: Sequence[str], **settings: str) -> NginxServer:
    """In front of these instances (`127.0.0.1:8000`); settings are `NGINX_…` of the container.

    Raises RuntimeError where nginx is not installed, or does not start.
    """
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise RuntimeError("nginx is missing; run: make services")
    directory = Path(tempfile.mkdtemp(prefix="dbapi-nginx-"))
    port, jupyter_port = free_port(0), free_port(0)
    render(
        directory,
        NGINX_UPSTREAMS=",".join(upstreams),
        NGINX_HTTP=f"127.0.0.1:{port}",
        NGINX_JUPYTER_LISTEN=f"127.0.0.1:{jupyter_port}",
        **{"NGINX_WORKERS": "1", "NGINX_JUPYTER": f"127.0.0.1:{free_port(0)}"} | settings,
    )
    arguments = [program, "-p", f"{directory}/", "-c", f"{directory}/nginx.conf"]
    # Root's workers would be another user, who cannot read this directory.
    user = " user root;" if os.geteuid() == 0 else ""
    with (directory / "log").open("wb") as output:
        process = subprocess.Popen(
            [*arguments, "-g", f"daemon off;{user}"], stdout=output, stderr=output
        )
    server = NginxServer(process, directory, port, jupyter_port)
    deadline = time.monotonic() + START_S
    while not _listens(port):
        if process.poll() is not None or time.monotonic() > deadline:
            said = server.log
            server.stop()
            raise RuntimeError(f"nginx did not start:\n{said}")
        time.sleep(0.02)
    return server


def render(directory: Path, **settings: str) -> None:
    """Write the shipped configuration with these settings. Raises CalledProcessError."""
    environment = {"PATH": f"{os.environ['PATH']}:/usr/sbin", **settings}
    subprocess.run(["sh", str(SHIPPED / "render.sh"), str(directory)], env=environment, check=True)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
