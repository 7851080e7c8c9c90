"""Databases that cannot be reached are left alone for a while: callers are told so at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from ..datasources.errors import ConnectFailed, QueryFailed, QueryTimeout
from .errors import Refused, retry_after

# So many failures one after the other open a circuit for so long; then one request tries.
FAILURES = 3
OPEN_S = 5.0


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    closed_at: float = 0.0


class Circuits:
    """One for each datasource that failed last; those that are well cost a look into a dict."""

    def __init__(self, *, open_s: float = OPEN_S) -> None:
        self._open_s = open_s
        self._failing: dict[str, _Circuit] = {}

    @contextmanager
    def trying(self, datasource_id: str) -> Iterator[None]:
        """Around a run: learns how it went. Raises Refused with 503 while the circuit is open."""
        if datasource_id in self._failing:
            self._require(self._failing[datasource_id])
        try:
            yield
        except ConnectFailed:
            circuit = self._failing.setdefault(datasource_id, _Circuit())
            circuit.failures += 1
            circuit.closed_at = monotonic() + self._open_s
            raise
        except (QueryFailed, QueryTimeout):
            # It was reached.
            self._failing.pop(datasource_id, None)
            raise
        if self._failing:
            self._failing.pop(datasource_id, None)

    def _require(self, circuit: _Circuit) -> None:
        if circuit.failures < FAILURES:
            return
        present = monotonic()
        if present < circuit.closed_at:
            raise Refused(
                503,
                "datasource_unavailable",
                "The endpoint's database is not available now",
                headers=[retry_after(circuit.closed_at - present)],
                internal="Not tried: it could not be reached a moment ago",
            )
        # This one tries; the others wait for what it finds.
        circuit.closed_at = present + self._open_s
