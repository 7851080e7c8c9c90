"""Write a query in a notebook cell, publish it as a versioned HTTP endpoint."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from jupyter_server.serverapp import ServerApp

__version__ = "0.1.0"


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """`%load_ext dbapi_jupyter`."""
    from .magics import load  # noqa: PLC0415 - a server extension need not import the magics

    load(shell)


def unload_ipython_extension(shell: "InteractiveShell") -> None:
    """`%unload_ext dbapi_jupyter`."""
    from .magics import unload  # noqa: PLC0415

    unload(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where JupyterLab finds what is built of the TypeScript."""
    return [{"src": "labextension", "dest": "dbapi-jupyter"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """The server part; only a Jupyter server asks, so a kernel never loads it."""
    from .server.extension import ServerPart  # noqa: PLC0415

    return [{"module": "dbapi_jupyter", "app": ServerPart}]


def _load_jupyter_server_extension(server: "ServerApp") -> None:
    """For whoever loads the module by hand; Jupyter itself loads the extension point."""
    from .server.extension import ServerPart  # noqa: PLC0415

    ServerPart._load_jupyter_server_extension(server)  # type: ignore[no-untyped-call]  # noqa: SLF001
