"""Write a query in a notebook cell, publish it as a versioned HTTP endpoint."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """`%load_ext dbapi_jupyter`."""
    from .magics import load  # noqa: PLC0415 - a server extension need not import the magics

    load(shell)


def unload_ipython_extension(shell: "InteractiveShell") -> None:
    """`%unload_ext dbapi_jupyter`."""
    from .magics import unload  # noqa: PLC0415

    unload(shell)
