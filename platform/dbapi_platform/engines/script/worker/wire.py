"""How the platform and a worker talk: frames over a socket, one language in each direction.

Down, the platform's own values are pickled: they are plain and exact (decimals, dates), and the
worker has no reason to distrust them. Up, whatever a worker sends is untrusted, so it is msgpack
of lists, texts and numbers, and JSON that is never run nor made into objects.
"""

import math
import struct
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

HEADER: Final = struct.Struct("<I")
# How a worker's process ends that has no memory left to say so.
OUT_OF_MEMORY: Final = 77
# Of one message that is no result: bytes, and values that need a tag.
MAX_MESSAGE: Final = 2 * 1024 * 1024
MAX_TAGS: Final = 20_000

_SMALL: Final = 2**63
_PLAIN: Final = frozenset({str, float, bool, bytes, type(None)})

pack: Final = msgspec.msgpack.Encoder().encode


def frame(payload: bytes) -> bytes:
    """The payload with its length before it."""
    return HEADER.pack(len(payload)) + payload


def tagged(value: Any) -> Any:
    """A value for a database so that its type survives. Raises TypeError for what has none."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is int:
        return value if -_SMALL <= value < _SMALL else _extension(_INTEGER, str(value))
    if isinstance(value, list | tuple):
        return [tagged(item) for item in value]
    if isinstance(value, dict):
        return {_key(key): tagged(item) for key, item in value.items()}
    return _tagged_object(value)


def _tagged_object(value: Any) -> Any:
    for kind, code, text_of in _TYPES:
        if isinstance(value, kind):
            return _extension(code, text_of(value))
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be sent to a database")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"the keys of an object are texts, not {type(key).__name__}")
    return key


def _extension(code: int, text: str) -> msgspec.msgpack.Ext:
    return msgspec.msgpack.Ext(code, text.encode())


def untagged(value: Any) -> Any:
    """What `tagged` made of a value. Raises ValueError, whatever the worker sent."""
    if isinstance(value, list):
        return [untagged(item) for item in value]
    if isinstance(value, dict):
        return {key: untagged(item) for key, item in value.items()}
    return value.read() if isinstance(value, _Tagged) else value


class _Tagged:
    """A value that is not read yet. It is no key: numbers of one hash would make a map slow."""

    __slots__ = ("_code", "_text")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, code: int, text: str) -> None:
        self._code = code
        self._text = text

    def read(self) -> object:
        return _READERS[self._code](self._text)


class _Tags:
    """Reads tags, not too many of them in one message."""

    left = 0

    def __call__(self, code: int, data: memoryview) -> _Tagged:
        self.left -= 1
        if self.left < 0 or len(data) > _LONGEST or code not in _READERS:
            raise ValueError("a value cannot be read")
        return _Tagged(code, bytes(data).decode())


def _finite(text: str) -> Decimal:
    found = Decimal(text)
    if not math.isfinite(found):
        raise ValueError("a number is not finite")
    return found


def _microseconds(value: timedelta) -> str:
    return str(value // timedelta(microseconds=1))


def unpack(payload: bytes) -> list[Any]:
    """A worker's message: a list that begins with its name, its values still tagged.

    Only a result may be large. Raises ValueError.
    """
    is_result = payload.startswith(_RESULT)
    if len(payload) > MAX_MESSAGE and not is_result:
        raise ValueError("a message is too large")
    _tags.left = 0 if is_result else MAX_TAGS
    try:
        message = _results.decode(payload) if is_result else _messages.decode(payload)
    except (
        msgspec.MsgspecError,
        ArithmeticError,
        UnicodeError,
        RecursionError,
        TypeError,
    ) as error:
        raise ValueError(f"a message cannot be read: {error}") from None
    if not message or not isinstance(message[0], str):
        raise ValueError("a message has no name")
    return list(message)


_INTEGER: Final = 2
_LONGEST: Final = 1_000
# A datetime is a date too, so it is asked for first.
_TYPES: Final[Sequence[tuple[type, int, Callable[[Any], str]]]] = (
    (Decimal, 1, str),
    (datetime, 3, datetime.isoformat),
    (date, 4, date.isoformat),
    (time, 5, time.isoformat),
    (timedelta, 6, _microseconds),
    (UUID, 7, str),
)
_READERS: Final[dict[int, Callable[[str], object]]] = {
    1: _finite,
    _INTEGER: int,
    3: datetime.fromisoformat,
    4: date.fromisoformat,
    5: time.fromisoformat,
    6: lambda text: timedelta(microseconds=int(text)),
    7: UUID,
}
_RESULT: Final = b"\x94\xa6result"
_tags: Final = _Tags()
_messages: Final = msgspec.msgpack.Decoder(list[Any], ext_hook=_tags)
_results: Final = msgspec.msgpack.Decoder(tuple[str, bytes, int | None, bool])
