"""`dbapi demo --check`: the quickstart without a person, from an empty directory to HTTP rows."""

import asyncio
import json
import os
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from ..console import err, out
from .home import DemoHome
from .launch import QUICKSTART, notebook_environment
from .processes import StartFailed, free_port, running, wait_for
from .seed import seed

CELL_TIMEOUT_S = 120
PATH = "orders/{customer_id}"
CUSTOMER = 7
# What the notebook leaves: its third version is live, and answers so many rows at most.
VERSIONS = 3
LIMIT = 20


class CheckFailed(Exception):
    """The quickstart did not do what it promises."""


def run_check() -> int:
    """Start a platform on a free port, run the notebook, call what it published; exit status."""
    with tempfile.TemporaryDirectory(prefix="dbapi-demo-") as directory:
        try:
            _check(DemoHome(Path(directory) / "home"))
        except (CheckFailed, StartFailed) as error:
            err.print(str(error), style="red", markup=False)
            return 1
    out.print("[green]The quickstart works.[/]")
    return 0


def _check(home: DemoHome) -> None:
    values, port = home.prepare(), free_port(0)
    values = asyncio.run(seed(home, values, home.settings(values, port=port)))
    arguments = ["dbapi_platform.cli", "serve", "--port", str(port)]
    with running(arguments, environment=home.variables(values, port=port), log=home.log) as server:
        wait_for(f"http://127.0.0.1:{port}/health/ready", server, home.log)
        # Twice: running a notebook again must make no second version and break nothing.
        for round_ in ("first", "second"):
            _run_notebook(home, notebook_environment(home, values, port))
            out.print(f"The notebook ran for the {round_} time.")
        _call(home, f"http://127.0.0.1:{port}", values.personal_token or "")


def _run_notebook(home: DemoHome, environment: dict[str, str]) -> None:
    # Loaded here: they come with JupyterLab, which a server need not have.
    import nbformat  # noqa: PLC0415
    from nbclient import NotebookClient  # noqa: PLC0415
    from nbclient.exceptions import CellExecutionError  # noqa: PLC0415

    notebook = nbformat.read(  # type: ignore[no-untyped-call]
        home.notebooks / QUICKSTART, as_version=4
    )
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_S,
        kernel_name="python3",
        # Else it warns that it listens on loopback without encryption.
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(home.notebooks)}},
    )
    variables = {
        **os.environ,
        **environment,
        "JPY_SESSION_NAME": str(home.notebooks / QUICKSTART),
    }
    try:
        client.execute(env=variables)
    except CellExecutionError as error:
        raise CheckFailed(f"A cell of {QUICKSTART} failed:\n{error}") from None


def _call(home: DemoHome, platform: str, token: str) -> None:
    """Call what the notebook published, as a client that was made for it."""
    found = _json(f"{platform}/api/v1/endpoints?method=GET&path={quote(PATH)}", token=token)
    endpoint = found["items"][0] if found["items"] else {"state": "missing"}
    told = {key: endpoint.get(key) for key in ("state", "live_version", "latest_version")}
    if told != {"state": "live", "live_version": VERSIONS, "latest_version": VERSIONS}:
        raise CheckFailed(f"GET {PATH} should be live with version {VERSIONS}, but is {told}")
    client = _json(f"{platform}/api/v1/clients", {"name": "demo check"}, token=token)
    grant = f"{platform}/api/v1/clients/{client['id']}/endpoints/{endpoint['id']}"
    _json(grant, method="PUT", token=token)
    credentials = {key: client[key] for key in ("client_id", "client_secret")}
    access = _json(f"{platform}/token/generate", credentials)["access_token"]
    rows = _json(f"{platform}/api/{PATH.format(customer_id=CUSTOMER)}", token=access)["data"]
    expected = _expected(home)
    if not rows or [row["id"] for row in rows] != expected:
        raise CheckFailed(f"Expected the orders {expected}, got {rows}")
    out.print(f"The published endpoint answered {len(rows)} orders of customer {CUSTOMER}.")


def _expected(home: DemoHome) -> list[int]:
    """The orders that the endpoint should tell of, asked from the sample data itself."""
    with duckdb.connect(home.sample, read_only=True) as connection:
        rows = connection.execute(
            "SELECT id FROM orders WHERE customer_id = ? ORDER BY created_at DESC, id DESC LIMIT ?",
            [CUSTOMER, LIMIT],
        ).fetchall()
    return [row[0] for row in rows]


def _json(
    url: str,
    body: dict[str, Any] | None = None,
    *,
    method: str | None = None,
    token: str | None = None,
) -> Any:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own URL
            content = answer.read()
    except urllib.error.HTTPError as error:
        raise CheckFailed(f"{url} answered {error.code}: {error.read().decode()}") from None
    return json.loads(content) if content else None
