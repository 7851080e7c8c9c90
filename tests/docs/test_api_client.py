"""The types that the pages are checked against are those of the API as it is."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from dbapi_platform.management.app import describe_management

EXTENSION = Path(__file__).parents[2] / "jupyter_extension"


def test_the_client_is_made_from_the_newest_description(tmp_path: Path) -> None:
    program = EXTENSION / "node_modules" / ".bin" / "openapi-typescript"
    if not program.exists():
        pytest.fail("The tools of the pages are missing: run `make web`")
    description, made = tmp_path / "openapi.json", tmp_path / "schema.ts"
    text = json.dumps(describe_management().openapi(), sort_keys=True)
    description.write_text(text, encoding="utf-8")
    arguments = [str(description), "--root-types", "--root-types-no-schema-prefix", "-o", str(made)]
    node = shutil.which("node")
    assert node
    subprocess.run([node, str(program), *arguments], check=True, capture_output=True)
    written = (EXTENSION / "src" / "api" / "schema.ts").read_text(encoding="utf-8")
    assert made.read_text(encoding="utf-8") == written, "It is old: run `make docs`"
