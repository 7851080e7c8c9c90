"""What this notebook has chosen and done: its platform, its datasource, the cells it ran."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .catalog import Catalog
from .config import CredentialStore
from .connection import Connection, connect
from .consumers import Consumers
from .errors import NotConnected, UsageError
from .remembered import RememberedValues
from .resources import Resources
from .seen import Seen
from .shapes import Endpoint, Macro
from .traffic import Traffic

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Key = tuple[str, str]


@dataclass(slots=True)
class CellRun:
    """How a cell ran last: in which cell, with which parameters, and why it failed if it did."""

    cell_id: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    failure: str | None = None


class Notebook:
    """One for each kernel."""

    def __init__(self, shell: "InteractiveShell", store: CredentialStore | None = None) -> None:
        self.shell = shell
        self.store = store or CredentialStore()
        self.remembered = RememberedValues(self.store.path.parent)
        self.datasource: str | None = None
        self.module: str | None = None
        self.last: Key | None = None
        # Set while the cell that ran last held a macro, and not an endpoint.
        self.last_macro: Macro | None = None
        self.runs: dict[Key, CellRun] = {}
        # By method and path, or by "macro" and name.
        self.seen: defaultdict[Key, Seen] = defaultdict(Seen)
        self.client_tokens: dict[Key, tuple[str, float]] = {}
        # The client that calls are made as, unless a call names another.
        self.caller: str | None = None
        self.catalog = Catalog(self.try_resources)
        self._connection: Connection | None = None
        self._lock = threading.Lock()

    @property
    def connection(self) -> Connection:
        """Connects with what is kept on first use. Raises NotConnected."""
        found = self._connect()
        if found is None:
            raise NotConnected("Not logged in", hint="Log in with %dbapi login")
        return found

    @property
    def resources(self) -> Resources:
        """The platform's resources. Raises NotConnected."""
        return self.connection.resources

    @property
    def consumers(self) -> Consumers:
        """The platform's clients and groups. Raises NotConnected."""
        return Consumers(self.resources.platform)

    @property
    def traffic(self) -> Traffic:
        """What was asked of the gateway. Raises NotConnected."""
        return Traffic(self.resources.platform)

    def try_resources(self) -> Resources | None:
        """For the background: asks nothing; None when not logged in."""
        found = self._connect()
        return found.resources if found else None

    def is_connected(self) -> bool:
        """Whether a connection stands already."""
        return self._connection is not None

    def attach(self, connection: Connection | None) -> None:
        """Use this connection; what was known about another platform is forgotten."""
        if self._connection and connection and self._connection.url != connection.url:
            self.datasource = self.module = None
            self.caller = None
            self.seen.clear()
        self._connection = connection
        self.client_tokens.clear()
        self.catalog.forget()

    def endpoint_key(self, method: str | None, path: str | None) -> Key:
        """A method and a path as typed, or those of the cell that ran last. Raises UsageError."""
        if method is None:
            if self.last is None:
                raise UsageError(
                    "Which endpoint? No cell has run in this notebook yet",
                    hint="Name it, such as GET orders/{customer_id}, or run its cell first",
                )
            return self.last
        return endpoint_key(method, path)

    def endpoint(self, method: str | None, path: str | None) -> Endpoint:
        """The endpoint itself. Raises DbapiError when there is none."""
        return self.resources.endpoint(*self.endpoint_key(method, path))

    @property
    def variables(self) -> Mapping[str, Any]:
        """The notebook's own variables."""
        found: Mapping[str, Any] = self.shell.user_ns
        return found

    def _connect(self) -> Connection | None:
        with self._lock:
            if self._connection is None:
                self._connection = connect(self.store)
            return self._connection


def endpoint_key(method: str, path: str | None) -> Key:
    """`GET` and `orders/{customer_id}`, in one form. Raises UsageError."""
    if path is None and " " in method:
        # `"GET orders/{id}"`, as one word.
        method, path = method.split(None, 1)
    if method.upper() not in METHODS:
        raise UsageError(
            f"'{method}' is not a method",
            hint=f"Write one of {', '.join(METHODS)}, then the path: GET {path or method}",
        )
    if path is None or "=" in path or not path.strip("/"):
        raise UsageError(
            f"No path after {method.upper()}", hint=f"{method.upper()} orders/{{customer_id}}"
        )
    return method.upper(), path.strip("/")
