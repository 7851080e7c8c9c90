"""`dbapi demo` as a person starts it: what it prints is so, and what it made is kept."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from dbapi_platform.demo.processes import free_port

START_S = 60
TOLD = re.compile(r"(Notebook|Log in as|Platform|API)\s{2,}(\S.*)")


@contextmanager
def demo(home: Path, port: int, jupyter_port: int) -> Iterator[dict[str, str]]:
    """A running demo: what it told, by the words at the lines' beginning."""
    command = [
        sys.executable, "-m", "dbapi_platform.cli", "demo", "--home", str(home), "--no-browser",
        "--port", str(port), "--jupyter-port", str(jupyter_port),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout
    told = {}
    try:
        for line in process.stdout:
            if found := TOLD.search(line):
                told[found[1]] = found[2].strip()
            if "Ctrl-C" in line:
                break
        yield told
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(START_S)
    assert process.returncode == 0
    assert "goes on where you left" in process.stdout.read()


def is_up(url: str) -> bool:
    try:
        return httpx.get(url).status_code < 500
    except httpx.ConnectError:
        return False


def test_the_demo_starts_stops_and_keeps_what_was_made(tmp_path: Path) -> None:
    home, port, jupyter_port = tmp_path / "demo", free_port(0), free_port(0)
    platform, lab = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{jupyter_port}"
    with demo(home, port, jupyter_port) as told:
        assert told["Platform"] == f"{platform}/"
        assert told["API"] == f"{platform}/api/v1/docs"
        assert is_up(told["API"])
        assert httpx.get(told["Notebook"], follow_redirects=True).status_code == 200
        assert httpx.get(f"{lab}/lab").status_code != 200, "the notebook needs its token"
        username, password = told["Log in as"].split(" / ")
        login = {"username": username, "password": password}
        answer = httpx.post(f"{platform}/api/v1/login/access-token", data=login)
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        found = httpx.get(f"{platform}/api/v1/datasources", headers=headers).json()
        assert [item["name"] for item in found["items"]] == ["shop"]
        module = {"name": "mine"}
        httpx.post(f"{platform}/api/v1/modules", headers=headers, json=module).raise_for_status()
        for secret in (password, told["Notebook"].partition("token=")[2]):
            assert secret not in _command_lines()
    assert not is_up(platform)
    assert not is_up(lab)

    (home / "notebooks" / "quickstart.ipynb").write_text("changed by its reader")
    with demo(home, port, jupyter_port) as again:
        assert again == told
        kept = httpx.get(f"{platform}/api/v1/modules", headers=headers).json()
        assert "mine" in [item["name"] for item in kept["items"]]
        busy = subprocess.run(
            [sys.executable, "-m", "dbapi_platform.cli", "demo", "--home", str(home)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (busy.returncode, "running already" in busy.stderr) == (1, True)
    assert (home / "notebooks" / "quickstart.ipynb").read_text() == "changed by its reader"


def _command_lines() -> str:
    """What every user of the machine can read."""
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
