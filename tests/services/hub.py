"""A JupyterHub of the tests' own, whose users have servers that hold tokens."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from dbapi_platform.demo.processes import free_port

START_S = 60.0
CONFIG = Path(__file__).with_name("hub_config.py")


@dataclass(frozen=True)
class JupyterHubServer:
    """A running Hub; `token` is a service's that may administer."""

    directory: Path
    api_url: str
    token: str

    def ask(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = {"Authorization": f"token {self.token}"}
        answer = httpx.request(
            method, f"{self.api_url}{path}", headers=headers, timeout=60, **kwargs
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def add_user(self, name: str) -> None:
        self.ask("POST", f"/users/{name}")

    def user_token(self, name: str, **fields: Any) -> str:
        """A token that the user asks for; without scopes it may all that the user may."""
        return self.ask("POST", f"/users/{name}/tokens", json=fields)["token"]

    def server_token(self, name: str) -> str:
        """The token that the user's server is given when it starts."""
        self.ask("POST", f"/users/{name}/server")
        kept = self.directory / f"{name}.token"
        deadline = time.monotonic() + START_S
        while not (kept.exists() and kept.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return kept.read_text()

    def stop_server(self, name: str) -> None:
        self.ask("DELETE", f"/users/{name}/server")


@contextmanager
def jupyterhub() -> Iterator[JupyterHubServer]:
    port, token = free_port(0), secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="dbapi-hub-") as name:
        directory = Path(name)
        variables = {
            "PATH": os.environ["PATH"], "HOME": name, "HUB_DIRECTORY": name,
            "HUB_PORT": str(port), "HUB_TOKEN": token,
        }  # fmt: skip
        log = directory / "log"
        arguments = [sys.executable, "-m", "jupyterhub", "--config", str(CONFIG)]
        with log.open("wb") as output:
            process = subprocess.Popen(
                arguments, cwd=name, env=variables, stdout=output, stderr=output
            )
        hub = JupyterHubServer(directory, f"http://127.0.0.1:{port}/hub/api", token)
        try:
            _wait(hub, process, log)
            yield hub
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(hub: JupyterHubServer, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            hub.ask("GET", "/users")
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")
                raise RuntimeError(f"JupyterHub did not start:\n{said}") from None
            time.sleep(0.1)
        else:
            return
