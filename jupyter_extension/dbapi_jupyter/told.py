"""What JupyterLab tells the kernel of: a draft that a cell's own button has saved."""

import json

from IPython.core.getipython import get_ipython

from .notebook import Notebook, endpoint_key


def draft_saved(definition: str, tag: str) -> None:
    """Take a draft, as JSON, as saved by this notebook: the cell's next run is no conflict.

    Where the magics are not loaded there is nobody to tell.
    """
    shell = get_ipython()
    magic = shell.magics_manager.magics["line"].get("dbapi") if shell else None
    notebook = getattr(getattr(magic, "__self__", None), "notebook", None)
    if not isinstance(notebook, Notebook):
        return
    draft = json.loads(definition)
    seen = notebook.seen[endpoint_key(draft["method"], draft["path"])]
    seen.saved = seen.known = tag
    seen.told, seen.definition = None, draft
