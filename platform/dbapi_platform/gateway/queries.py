"""The query of a request as its record keeps it: to be sent again, and without secrets."""

from collections.abc import Iterable
from urllib.parse import unquote_plus

# Of a query so much is kept; a request may bring thirty times that, and many wait to be written.
MAX_QUERY = 2_000
HIDDEN = "***"
# What is no printable ASCII, percent-encoded; a table is ten times as fast as a pattern here.
_PRINTED = {byte: f"%{byte:02X}" for byte in range(256) if not 0x21 <= byte <= 0x7E}


class Redaction:
    """Takes the values of secret parameters out of queries; names count in any case."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(_plain(name) for name in names)

    def text(self, raw: bytes) -> str | None:
        """The query as it was received, but for secrets and what no database takes; None if empty.

        One that was cut ends with `…`.
        """
        if not raw:
            return None
        # Byte for byte: what is no printable ASCII is percent-encoded, as it may be in a query.
        text = raw.decode("latin-1").translate(_PRINTED)
        text = "&".join(self._field(field) for field in text.split("&"))
        was_cut = len(raw) > MAX_QUERY or len(text) > MAX_QUERY
        return f"{text[: MAX_QUERY - 1]}…" if was_cut else text

    def _field(self, field: str) -> str:
        name, equals, _ = field.partition("=")
        return f"{name}={HIDDEN}" if equals and _plain(unquote_plus(name)) in self._names else field


def _plain(name: str) -> str:
    return name.strip().casefold().replace("-", "_")
