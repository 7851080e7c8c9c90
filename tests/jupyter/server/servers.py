"""A real Jupyter server with the extension, in a process of its own."""

import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from dbapi_jupyter.config import CredentialStore
from dbapi_platform.demo.processes import free_port, running, stop, wait_for

ENABLED = (
    Path(__file__).parents[3] / "jupyter_extension/jupyter-config/server-config/dbapi_jupyter.json"
)


@dataclass(frozen=True)
class JupyterServer:
    """`token` is Jupyter's own; `base` is its base URL."""

    base: str
    token: str
    directory: Path
    stop: Callable[[], None]
    seen: list[str] = field(default_factory=list)

    @property
    def store(self) -> CredentialStore:
        """The file of credentials that its notebooks use too."""
        return CredentialStore(self.directory / "dbapi")

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text(encoding="utf-8", errors="replace")

    def ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        """As JupyterLab asks; every answer is remembered."""
        headers = {"Authorization": f"token {self.token}"} | content.pop("headers", {})
        answer = httpx.request(
            method, f"{self.base}dbapi/{path}", headers=headers, timeout=60, **content
        )
        self.seen.append(f"{answer.headers}\n{answer.text}")
        return answer

    def status(self) -> dict[str, Any]:
        answer = self.ask("GET", "status")
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer.json()

    def log_in(self, **body: str) -> dict[str, Any]:
        answer = self.ask("POST", "login", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def platform(self, method: str, path: str, **content: Any) -> httpx.Response:
        return self.ask(method, f"platform/{path}", **content)

    def raw(self, target: str) -> int:
        """The status for a path that a client's own library would have tidied up."""
        url = httpx.URL(self.base)
        with socket.create_connection((url.host, url.port or 80), timeout=30) as connection:
            head = (
                f"GET {url.path}dbapi/platform/{target} HTTP/1.1\r\nHost: {url.host}\r\n"
                f"Authorization: token {self.token}\r\nConnection: close\r\n\r\n"
            )
            connection.sendall(head.encode("latin-1"))
            return int(connection.makefile("rb").readline().split()[1])


@contextmanager
def jupyter_server(
    directory: Path, *, options: tuple[str, ...] = (), **environment: str
) -> Iterator[JupyterServer]:
    """Serve until the block ends; the extension is on by the file that the wheel installs."""
    enabled = directory / "jupyter/jupyter_server_config.d"
    enabled.mkdir(parents=True)
    shutil.copy(ENABLED, enabled)
    port, token = free_port(0), secrets.token_hex(16)
    variables = {
        "HOME": str(directory),
        "JUPYTER_CONFIG_DIR": str(directory / "jupyter"),
        "JUPYTER_NO_CONFIG": "",
        "JUPYTER_RUNTIME_DIR": str(directory / "runtime"),
        "JUPYTER_DATA_DIR": str(directory / "data"),
        "JUPYTER_TOKEN": token,
        "DBAPI_CONFIG_DIR": str(directory / "dbapi"),
        "DBAPI_URL": "",
        "DBAPI_TOKEN": "",
        "JUPYTERHUB_API_TOKEN": "",
    }
    arguments = [
        "jupyter_server", "--allow-root", "--no-browser", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1", "--debug",
        "--ServerApp.base_url=/user/ada/", f"--ServerApp.root_dir={directory}", *options,
    ]  # fmt: skip
    log = directory / "log"
    base = f"http://127.0.0.1:{port}/user/ada/"
    with running(arguments, environment=variables | environment, log=log) as process:
        wait_for(f"{base}api", process, log)
        yield JupyterServer(base, token, directory, lambda: stop(process))
