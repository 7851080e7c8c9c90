"""The connections of a MySQL datasource: kept for a while, checked before they are used again."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

import pymysql
from pymysql.connections import Connection

from .mysql_session import connect, drop, is_quiet
from .types import DatasourceConfig

_LIFETIME_S: Final = 3600.0
_IDLE_S: Final = 300.0
# One that was used so lately is taken to be sound, unless the server has said something since.
_TRUSTED_S: Final = 1.0


@dataclass(slots=True)
class Lent:
    """A connection with its age; times are of the monotonic clock."""

    connection: "Connection[Any]"
    born: float
    used: float


class Connections:
    """Used from threads; how many there may be is the threads' limit."""

    def __init__(self, config: DatasourceConfig) -> None:
        self._config = config
        self._idle: deque[Lent] = deque()
        self._lock = threading.Lock()

    @property
    def idle(self) -> int:
        """How many are not in use."""
        return len(self._idle)

    def acquire(self, *, fresh: bool = False) -> Lent:
        """A connection that answers. Raises ConnectFailed."""
        while not fresh:
            with self._lock:
                if not self._idle:
                    break
                lent = self._idle.pop()
            if self._is_sound(lent):
                return lent
            drop(lent.connection)
        now = time.monotonic()
        return Lent(connect(self._config), now, now)

    def release(self, lent: Lent, *, keep: bool) -> None:
        """Give back a connection, to be kept when it is as good as new."""
        lent.used = time.monotonic()
        if not keep or lent.used - lent.born > _LIFETIME_S:
            drop(lent.connection)
            return
        with self._lock:
            self._idle.append(lent)

    def sweep(self) -> None:
        """Close what nobody needed for a while; the most recently used are lent first."""
        now = time.monotonic()
        with self._lock:
            old = [lent for lent in self._idle if now - lent.used > _IDLE_S]
            for lent in old:
                self._idle.remove(lent)
        for lent in old:
            drop(lent.connection)

    def drop_idle(self) -> None:
        """Close all that is not in use."""
        with self._lock:
            idle, self._idle = self._idle, deque()
        for lent in idle:
            drop(lent.connection)

    def _is_sound(self, lent: Lent) -> bool:
        now = time.monotonic()
        if now - lent.born > _LIFETIME_S:
            return False
        if now - lent.used < _TRUSTED_S and is_quiet(lent.connection):
            return True
        try:
            lent.connection.ping(reconnect=False)
        except (pymysql.Error, OSError):
            return False
        return True
