"""`dbapi demo`: a platform and JupyterLab on loopback, until Ctrl-C."""

import asyncio
import importlib.util
import os
import signal
import subprocess
import time
from pathlib import Path
from types import FrameType

from ..console import err, out
from .home import DemoHome, DemoSecrets, HomeBusy
from .processes import StartFailed, free_port, running, wait_for
from .seed import ADMIN, seed

QUICKSTART = "quickstart.ipynb"


class _Stop(Exception):
    """Somebody asked the demo to stop."""


def run_demo(path: Path, *, port: int, jupyter_port: int, browser: bool) -> int:
    """Start both, tell where they are, wait; answers the exit status."""
    if importlib.util.find_spec("jupyterlab") is None:
        err.print("JupyterLab is missing; install it with: pip install 'dbapi-platform[demo]'")
        return 1
    signal.signal(signal.SIGTERM, _stop)
    home = DemoHome(path)
    first = not home.path.exists()
    if first:
        out.print("Making the demo: keys, a database, a shop's sample data …")
    try:
        with home.locked():
            _serve(home, free_port(port), free_port(jupyter_port), browser=browser)
    except (StartFailed, HomeBusy) as error:
        err.print(str(error), markup=False)
        return 1
    except (KeyboardInterrupt, _Stop):
        out.print(
            f"\nStopped. `make demo` goes on where you left; deleting {home.path} starts afresh.",
            soft_wrap=True,
        )
    return 0


def _serve(home: DemoHome, port: int, jupyter_port: int, *, browser: bool) -> None:
    values = home.prepare()
    settings = home.settings(values, port=port)
    values = asyncio.run(seed(home, values, settings))
    variables = home.variables(values, port=port)
    platform = ["dbapi_platform.cli", "serve", "--port", str(port)]
    jupyter = _jupyter(home, jupyter_port, browser=browser)
    with (
        running(platform, environment=variables, log=home.log) as server,
        running(
            jupyter, environment=_lab_environment(home, values, port), log=home.jupyter_log
        ) as lab,
    ):
        wait_for(f"http://127.0.0.1:{port}/health/ready", server, home.log)
        wait_for(f"http://127.0.0.1:{jupyter_port}/api", lab, home.jupyter_log)
        _tell(home, values, port, jupyter_port)
        _watch(server, lab)


def notebook_environment(home: DemoHome, values: DemoSecrets, port: int) -> dict[str, str]:
    """What notebooks find: the platform's address and a token, so that nobody has to log in."""
    return {
        "DBAPI_URL": f"http://127.0.0.1:{port}",
        "DBAPI_TOKEN": values.personal_token or "",
        "DBAPI_CONFIG_DIR": str(home.path / "config"),
    }


def _lab_environment(home: DemoHome, values: DemoSecrets, port: int) -> dict[str, str]:
    """JupyterLab keeps what it remembers in the demo's directory, away from the user's own."""
    return notebook_environment(home, values, port) | {
        # Not an option: every user of the machine can read the command line.
        "JUPYTER_TOKEN": values.jupyter_token,
        "JUPYTERLAB_SETTINGS_DIR": str(home.lab / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home.lab / "workspaces"),
    }


def _jupyter(home: DemoHome, port: int, *, browser: bool) -> list[str]:
    arguments = [
        "jupyterlab",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={home.notebooks}",
        f"--LabApp.default_url=/lab/tree/{QUICKSTART}",
    ]
    if not browser or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        arguments.append("--no-browser")
    if os.geteuid() == 0:
        arguments.append("--allow-root")
    return arguments


def _tell(home: DemoHome, values: DemoSecrets, port: int, jupyter_port: int) -> None:
    lab = f"http://127.0.0.1:{jupyter_port}/lab/tree/{QUICKSTART}?token={values.jupyter_token}"
    rows = (
        ("Notebook", lab),
        ("Platform", f"http://127.0.0.1:{port}/"),
        ("API", f"http://127.0.0.1:{port}/api/v1/docs"),
        ("Endpoints", f"http://127.0.0.1:{port}/api/…"),
        ("Log in as", f"{ADMIN} / {values.admin_password}"),
        ("Files, logs", str(home.path)),
        ("Stop", "Ctrl-C"),
    )
    out.print("\n[bold]pyDBAPI is running.[/] Open the notebook and run its cells.\n")
    for name, value in rows:
        out.print(f"  [bold]{name:<12}[/] {value}", soft_wrap=True)


def _watch(*processes: subprocess.Popen[bytes]) -> None:
    while all(process.poll() is None for process in processes):
        time.sleep(0.5)
    raise StartFailed("The platform or JupyterLab ended by itself; their logs tell why.")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Stop
