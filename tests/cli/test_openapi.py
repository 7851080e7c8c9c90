"""The API's description is printed where nothing is set up, and is the one that is served."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Dbapi
from tests.world import World


def _printed(directory: Path, **environment: str) -> str:
    """By a process that finds no setting, no key and no database."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "dbapi_platform.cli", "openapi"],
        cwd=directory, env=kept | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert list(directory.iterdir()) == []
    return done.stdout


def test_it_needs_nothing_and_is_always_the_same(tmp_path: Path) -> None:
    first = _printed(tmp_path, PYTHONHASHSEED="1")
    assert _printed(tmp_path, PYTHONHASHSEED="2", DBAPI_DATABASE_URL="nonsense") == first
    described = json.loads(first)
    assert first == json.dumps(described, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    assert "put" in described["paths"]["/api/v1/drafts"]


async def test_it_is_what_the_platform_serves(world: World, dbapi: Dbapi) -> None:
    served = await world.manage("GET", "/openapi.json", status=200)
    assert json.loads(dbapi("openapi").stdout) == served
