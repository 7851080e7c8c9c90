"""What Tab offers, fetched in the background: asking never waits and never fails."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .resources import Resources

FRESH_S = 20.0
Fetch = Callable[[Resources], Any]


@dataclass(slots=True)
class _Entry:
    value: Any = ()
    asked_at: float = float("-inf")
    thread: threading.Thread | None = field(default=None, repr=False)


class Catalog:
    """Answers with what is known now; what is old is fetched for the next time."""

    def __init__(self, connect: Callable[[], Resources | None]) -> None:
        self._connect = connect
        self._entries: dict[str, _Entry] = {}

    def datasources(self) -> list[str]:
        """Their names."""
        found = self._get("datasources", lambda resources: resources.datasources())
        return [datasource["name"] for datasource in found]

    def endpoints(self) -> list[dict[str, Any]]:
        """As the platform lists them."""
        return list(self._get("endpoints", lambda resources: resources.endpoints()[0]))

    def clients(self) -> list[str]:
        """Their names."""
        return self._names("clients")

    def groups(self) -> list[str]:
        """Their names."""
        return self._names("groups")

    def macros(self) -> list[str]:
        """Their names."""
        return self._names("macros")

    def modules(self) -> list[str]:
        """Their names."""
        return self._names("modules")

    def tables(self, datasource: str | None) -> list[dict[str, Any]]:
        """Tables with their columns."""
        if datasource is None:
            return []
        return list(self._get(f"tables {datasource}", lambda r: r.tables(datasource)))

    def warm(self, datasource: str | None = None) -> None:
        """Fetch what the first Tab is likely to ask for."""
        self.datasources()
        self.endpoints()
        self.tables(datasource)

    def forget(self, prefix: str = "") -> None:
        """Fetch anew next time; until then the old answers stand."""
        for name, entry in self._entries.items():
            if name.startswith(prefix):
                entry.asked_at = float("-inf")

    def wait(self, timeout: float = 5.0) -> None:
        """Wait for what is being fetched."""
        for entry in list(self._entries.values()):
            if entry.thread is not None:
                entry.thread.join(timeout)

    def tokens(self) -> list[str]:
        """The names of the user's own."""
        return self._names("tokens")

    def _names(self, path: str) -> list[str]:
        return [item["name"] for item in self._get(path, lambda r: r.platform.items(path))]

    def _get(self, name: str, fetch: Fetch) -> Any:
        entry = self._entries.setdefault(name, _Entry())
        busy = entry.thread is not None and entry.thread.is_alive()
        if not busy and time.monotonic() - entry.asked_at > FRESH_S:
            # Also after a failure: a platform that is away is not asked at every key.
            entry.asked_at = time.monotonic()
            entry.thread = threading.Thread(target=self._fill, args=(entry, fetch), daemon=True)
            entry.thread.start()
        return entry.value

    def _fill(self, entry: _Entry, fetch: Fetch) -> None:
        try:
            resources = self._connect()
            if resources is not None:
                entry.value = fetch(resources)
        except Exception:  # noqa: BLE001, S110 - Tab offers less, and the next verb tells why
            pass
