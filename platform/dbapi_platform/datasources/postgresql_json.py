"""Rows written as JSON by PostgreSQL itself, and for which statements that is possible."""

from collections import OrderedDict
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Final

import msgspec
from psycopg.pq.abc import PGresult

from .postgresql_json_text import Columns, JsonText, json_text
from .postgresql_session import traits
from .types import JsonRows

# A statement that takes longer has a connection for itself, in seconds: what is spared to the
# server and the worker is a tenth of a millisecond, and not worth to wait for others.
_QUICK_S: Final = 0.001
# How much of what is known of a statement's pace one run changes.
_LEARN: Final = 1 / 8
# So long one that held up others has a connection for itself, in seconds.
_ALONE_S: Final = 30.0

_REMEMBERED: Final = 2000
_VALID_S: Final = 60.0  # an ALTER TABLE is noticed no later than this

JsonKey = tuple[str, tuple[int, ...], int]

_decode_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode


@dataclass(slots=True)
class JsonQuery:
    """What to send instead of a statement, and how long the server works on it."""

    columns: Columns
    sent: JsonText
    expires: float
    pace_s: float | None = None
    is_long: bool = False
    alone_until: float = 0.0

    @property
    def is_quick(self) -> bool:
        """Whether others may wait for it; no before it has run."""
        if self.pace_s is None or self.pace_s >= _QUICK_S:
            return False
        return not self.alone_until or monotonic() >= self.alone_until

    def took(self, seconds: float) -> None:
        """Take note of a run."""
        known = seconds if self.pace_s is None else self.pace_s
        self.pace_s = known + (seconds - known) * _LEARN

    def held_up(self) -> None:
        """It was too slow for those behind it."""
        self.alone_until = monotonic() + _ALONE_S


class JsonQueries:
    """By statement, parameter types and row limit: the text that yields JSON.

    What a statement yields is known from its ordinary run. Until then, and again when the
    knowledge is old, there is no such text.
    """

    def __init__(self) -> None:
        self._findings: OrderedDict[JsonKey, JsonQuery] = OrderedDict()

    def find(self, key: JsonKey) -> JsonQuery | None:
        """What to send instead of the statement."""
        finding = self._findings.get(key)
        if finding is None:
            return None
        if finding.expires < monotonic():
            del self._findings[key]
            return None
        self._findings.move_to_end(key)
        return finding

    def note(self, key: JsonKey, columns: Columns, *, json_equal: bool) -> None:
        """Take note of what a statement yielded."""
        if not json_equal:
            self.forget(key)
            return
        known = self._findings.get(key)
        if known and known.columns == columns:
            # Its rows were asked for in another format: how quick it is stays known.
            known.expires = monotonic() + _VALID_S
            return
        source, _, max_rows = key
        sent = json_text(source, columns, max_rows)
        # What leaves something behind in its session has to be followed by a tidying up.
        if sent is None or not traits(source).clean:
            self.forget(key)
            return
        self._findings[key] = JsonQuery(columns, sent, monotonic() + _VALID_S)
        if len(self._findings) > _REMEMBERED:
            self._findings.popitem(last=False)

    def forget(self, key: JsonKey) -> None:
        """The text did not work."""
        self._findings.pop(key, None)


def worked_s(result: PGresult) -> float:
    """How long the server took to make the one row that such a text yields."""
    told = result.get_value(0, 2) or b""
    try:
        # PT0.000123S; what has minutes in it is slow, whatever it is.
        return float(told.removeprefix(b"PT").removesuffix(b"S"))
    except ValueError:
        return inf


def json_rows(result: PGresult, sent: JsonText, max_rows: int) -> JsonRows:
    """The one row that such a text yields; a row over the limit is cut off."""
    joined, count = result.get_value(0, 0), int(result.get_value(0, 1) or 0)
    rows = JsonRows((b"[]",) if joined is None else (sent.head, joined, sent.tail), count)
    if count <= max_rows:
        return rows
    kept = _decode_rows(rows.data)[:max_rows]
    return JsonRows((b"[", b",".join(kept), b"]"), max_rows, truncated=True)
