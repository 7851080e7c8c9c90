"""Rows written as JSON by PostgreSQL itself, and for which statements that is possible."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

import msgspec
from psycopg.pq.abc import PGresult

from .types import JsonRows

_REMEMBERED: Final = 2000
_VALID_S: Final = 60.0  # an ALTER TABLE is noticed no later than this
_ROW: Final = "_dbapi_row"
_BEFORE: Final = "SELECT coalesce(json_agg(_dbapi_row), '[]'), count(*) FROM (SELECT * FROM (\n"

PREFIX: Final = len(_BEFORE)
JsonKey = tuple[str, tuple[int, ...], int]

_decode_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode


@dataclass(frozen=True, slots=True)
class _Finding:
    text: str | None
    expires: float


class JsonQueries:
    """By statement, parameter types and row limit: the text that yields JSON.

    What a statement yields is known from its ordinary run. Until then, and again when the
    knowledge is old, there is no such text.
    """

    def __init__(self) -> None:
        self._findings: OrderedDict[JsonKey, _Finding] = OrderedDict()

    def find(self, key: JsonKey) -> str | None:
        """The text to send instead of the statement."""
        finding = self._findings.get(key)
        if finding is None:
            return None
        if finding.expires < monotonic():
            del self._findings[key]
            return None
        self._findings.move_to_end(key)
        return finding.text

    def note(self, key: JsonKey, names: Sequence[str], *, json_equal: bool) -> None:
        """Take note of what a statement yielded."""
        # `_dbapi_row` would mean the column of that name.
        distinct = len(set(names)) == len(names) and _ROW not in names
        source, _, max_rows = key
        text = f"{_BEFORE}{source}\n) AS q LIMIT {max_rows + 1}) AS {_ROW}"
        usable = json_equal and distinct and len(names) > 0
        self._findings[key] = _Finding(text if usable else None, monotonic() + _VALID_S)
        if len(self._findings) > _REMEMBERED:
            self._findings.popitem(last=False)

    def forget(self, key: JsonKey) -> None:
        """The text did not work."""
        self._findings.pop(key, None)


def json_rows(result: PGresult, max_rows: int) -> JsonRows:
    """The one row that such a text yields; a row over the limit is cut off."""
    data, count = result.get_value(0, 0) or b"[]", int(result.get_value(0, 1) or 0)
    if count <= max_rows:
        return JsonRows(data, count)
    kept = _decode_rows(data)[:max_rows]
    return JsonRows(b"[%s]" % b", \n ".join(kept), max_rows, truncated=True)
