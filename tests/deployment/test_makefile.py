"""What `make` says and makes on the way to a release, with programs that only pretend."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def make(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In a directory of its own, whose bin/ comes first."""
    return subprocess.run(
        ["make", "--file", str(ROOT / "Makefile"), *arguments],
        cwd=directory, capture_output=True, text=True, check=False,
        env={"PATH": f"{directory / 'bin'}:/usr/bin:/bin"},
    )  # fmt: skip


def program(directory: Path, name: str, script: str) -> None:
    path = directory / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [("v18.20.4", False), ("v9.1.0", False), ("v20.19.0", True), ("v100.0.0", True)],
)
def test_a_node_that_is_too_old_is_told_before_anything_is_built(
    version: str, is_enough: bool, tmp_path: Path
) -> None:
    program(tmp_path, "node", f"echo {version}")
    program(tmp_path, "npm", "mkdir -p node_modules && touch ../ran")
    (tmp_path / "jupyter_extension").mkdir()
    (tmp_path / "jupyter_extension/package-lock.json").write_text("{}")
    done = make(tmp_path, "jupyter_extension/node_modules/.package-lock.json")
    assert (done.returncode == 0) is is_enough, done.stderr
    assert (tmp_path / "ran").exists() is is_enough
    assert ("Node.js 20 or newer" in done.stdout) is not is_enough


def test_wheels_are_those_of_this_release_alone(tmp_path: Path) -> None:
    program(tmp_path, "python", "mkdir -p dist && touch dist/new.whl")
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/old.whl").touch()
    ready = [f"--old-file={name}" for name in ("stamp", "lab", "pages")]
    done = make(tmp_path, *ready, "STAMP=stamp", "LAB=lab", "PAGES=pages", "BIN=bin", "wheels")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["new.whl"]
