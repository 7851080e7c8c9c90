"""A script's answer: its value as `data`, or an envelope of its own making."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import msgspec

_KEYS: Final = frozenset({"success", "message", "data"})
_fields: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_exact: Final = msgspec.json.Decoder(float_hook=Decimal)
_anything: Final = msgspec.json.Decoder(msgspec.Raw)


@dataclass(frozen=True, slots=True)
class Envelope:
    """`data` and the values of `more` are JSON texts; `rows` is how many elements a list has."""

    data: bytes
    success: bool = True
    message: str | None = None
    more: dict[str, bytes] = field(default_factory=dict)
    rows: int | None = None

    def value(self) -> Any:
        """`data` as Python values, its numbers exact. Raises ValueError."""
        return exact(self.data)


def exact(body: bytes) -> Any:
    """A JSON text's value, decimals exact. Raises ValueError for what Python cannot keep."""
    try:
        return _exact.decode(body)
    except (msgspec.MsgspecError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"the answer cannot be read: {error}") from None


def read_envelope(body: bytes, rows: int | None = None) -> Envelope:
    """What a worker sent: JSON that is checked here. Raises ValueError.

    An object is an envelope when it has a boolean `success`, or `data` that is a list, an object
    or null. Everything else is data itself.
    """
    try:
        if not body.isascii():
            body.decode()
        if not body.startswith(b"{"):
            _anything.decode(body)
            return Envelope(body, rows=rows)
        fields = {key: bytes(raw) for key, raw in _fields.decode(body).items()}
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ValueError(f"the answer is no JSON: {error}") from None
    if not _is_envelope(fields):
        return Envelope(body, rows=rows)
    message = fields.get("message", b"null")
    return Envelope(
        data=fields.get("data", b"null"),
        success=fields.get("success") != b"false",
        message=_text(message),
        more={key: raw for key, raw in fields.items() if key not in _KEYS},
        rows=rows,
    )


def _is_envelope(fields: dict[str, bytes]) -> bool:
    if fields.get("success") in {b"true", b"false"}:
        return True
    return fields.get("data", b" ")[:1] in {b"[", b"{", b"n"}


def _text(raw: bytes) -> str | None:
    value = msgspec.json.decode(raw)
    return value if value is None or isinstance(value, str) else raw.decode()
