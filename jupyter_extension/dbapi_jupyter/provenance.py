"""Where a definition comes from: notebook, cell, git commit. Anything unknown is left out."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .shapes import Provenance

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

GIT_TIMEOUT_S = 2.0


def provenance(variables: Mapping[str, Any], cell: str | None) -> Provenance:
    """Of a cell in this notebook."""
    notebook = notebook_path(variables)
    directory = notebook.parent if notebook and notebook.is_absolute() else Path.cwd()
    root = _git(directory, "rev-parse", "--show-toplevel")
    return {
        "notebook": _relative(notebook, root) if notebook else None,
        "cell_id": cell,
        "git_commit": _git(directory, "rev-parse", "HEAD") if root else None,
    }


def notebook_path(variables: Mapping[str, Any]) -> Path | None:
    """VS Code tells it in a variable, Jupyter's server in the environment."""
    found = variables.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    if not isinstance(found, str) or not found.endswith(".ipynb"):
        return None
    path = Path(found)
    if not path.is_absolute():
        # Relative to the server's directory, while a kernel starts in its notebook's own.
        beside = Path.cwd() / path.name
        return beside if beside.exists() else path
    return path


def cell_id(shell: "InteractiveShell") -> str | None:
    """The cell that is running, when the front-end tells."""
    get_parent = getattr(shell, "get_parent", None)
    if get_parent is None:
        return None
    found = get_parent().get("metadata", {}).get("cellId")
    return found if isinstance(found, str) else None


def _relative(notebook: Path, root: str | None) -> str:
    if root and notebook.is_absolute() and notebook.resolve().is_relative_to(Path(root).resolve()):
        return notebook.resolve().relative_to(Path(root).resolve()).as_posix()
    # A path outside of any project would tell about the author's machine, and mean nothing there.
    return notebook.name if notebook.is_absolute() else notebook.as_posix()


def _git(directory: Path, *arguments: str) -> str | None:
    program = shutil.which("git")
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [program, *arguments],
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=GIT_TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
