"""A real JupyterLab with the built extension, in directories of its own."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dbapi_platform.demo.home import DemoHome
from dbapi_platform.demo.processes import free_port, running, wait_for
from tests.platforms import PlatformProcess

EXTENSION = "dbapi-jupyter"
BUILT = Path(__file__).resolve().parents[1] / "jupyter_extension" / "dbapi_jupyter" / "labextension"
INSTALLED = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
# What a browser would otherwise do on its own: ask for updates, and what needs a screen.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Lab:
    """A served JupyterLab."""

    url: str
    token: str
    notebooks: Path
    platform: PlatformProcess

    def address(self, path: str = "lab") -> str:
        return f"{self.url}/{path}{'&' if '?' in path else '?'}token={self.token}"


def chromium_program() -> str | None:
    """The system's Chromium; never one that is downloaded."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def serve_lab(
    directory: Path, platform: PlatformProcess, *, token: str = "", is_extended: bool = True
) -> Iterator[Lab]:
    """Serve JupyterLab until the block ends: pointed at the platform, logged in with the token.

    Args:
        is_extended: without it the extension is missing in the browser; all else is there.
    """
    home = DemoHome(directory / "home")
    jupyter_token, port = home.prepare().jupyter_token, free_port(0)
    arguments = [
        "jupyterlab",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={home.notebooks}",
        f"--LabApp.labextensions_path={_extensions(directory, is_extended)}",
        "--no-browser",
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]
    environment = {
        "JUPYTER_TOKEN": jupyter_token,
        "JUPYTER_CONFIG_DIR": str(directory / "config"),
        "JUPYTER_DATA_DIR": str(directory / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(home.lab / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(directory / "workspaces"),
        "DBAPI_CONFIG_DIR": str(directory / "dbapi"),
        "DBAPI_URL": platform.url,
        "DBAPI_TOKEN": token,
    }
    with running(arguments, environment=environment, log=home.jupyter_log) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/api", process, home.jupyter_log)
        yield Lab(url, jupyter_token, home.notebooks, platform)


def _extensions(directory: Path, is_extended: bool) -> Path:
    """What is installed, with ours as it was built here, or without it."""
    shown = directory / "labextensions"
    shown.mkdir(parents=True)
    others = INSTALLED.iterdir() if INSTALLED.is_dir() else iter(())
    for one in others:
        if one.name != EXTENSION:
            (shown / one.name).symlink_to(one)
    if is_extended:
        (shown / EXTENSION).symlink_to(BUILT)
    return shown
