"""Which statements a connection's server has prepared, and under which names."""

from collections import OrderedDict
from typing import Final

_MAX: Final = 200

StatementKey = tuple[str, tuple[int, ...]]


class Prepared:
    """Statements by text and parameter types, the least recently used first.

    What was seen once has no name yet: it is prepared the second time.
    """

    def __init__(self) -> None:
        self._names: OrderedDict[StatementKey, bytes | None] = OrderedDict()
        self._count = 0

    def name(self, key: StatementKey) -> bytes | None:
        """What the server knows it by."""
        name = self._names.get(key)
        if name is not None:
            self._names.move_to_end(key)
        return name

    def is_known(self, key: StatementKey) -> bool:
        """Whether it was seen before."""
        return key in self._names

    def note(self, key: StatementKey, name: bytes | None = None) -> None:
        """It was seen, or prepared."""
        self._names[key] = name
        self._names.move_to_end(key)

    def new_name(self) -> bytes:
        """One that no other has had."""
        self._count += 1
        return b"s%d" % self._count

    def surplus(self) -> bytes | None:
        """The name of one too many, which the server is to forget as this does."""
        if len(self._names) <= _MAX:
            return None
        return self._names.popitem(last=False)[1]

    def forget(self, key: StatementKey) -> None:
        """The server does not have it."""
        self._names.pop(key, None)

    def clear(self) -> None:
        """The server has none of them."""
        self._names.clear()
