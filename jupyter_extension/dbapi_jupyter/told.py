"""What JupyterLab tells the kernel of: a draft that a cell's own button has saved."""

import json

from IPython.core.getipython import get_ipython

from .magics import DbapiMagics
from .notebook import endpoint_key


def draft_saved(definition: str, tag: str) -> None:
    """Take a draft, as JSON, as saved by this notebook: the cell's next run is no conflict.

    Where the magics are not loaded there is nobody to tell.
    """
    shell = get_ipython()
    magics = shell.magics_manager.registry.get(DbapiMagics.__name__) if shell else None
    if not isinstance(magics, DbapiMagics):
        return
    draft = json.loads(definition)
    seen = magics.notebook.seen[endpoint_key(draft["method"], draft["path"])]
    seen.saved = seen.known = tag
    seen.told, seen.definition = None, draft
