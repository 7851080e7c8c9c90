"""Kept answers in the worker's own memory, the least lately used going first."""

from collections import OrderedDict

from .entries import Entry

# What an entry takes beside its body.
_OVERHEAD = 500


class ProcessCache:
    """At most `capacity` bytes."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()
        self.size = 0

    def get(self, key: bytes) -> Entry | None:
        """What is kept and still good."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.left_s <= 0:
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry

    def put(self, key: bytes, entry: Entry) -> None:
        """Keep it, unless it would take more than an eighth of the room."""
        if key in self._entries:
            self._drop(key)
        if _size(entry) > self._capacity // 8:
            return
        self._entries[key] = entry
        self.size += _size(entry)
        while self.size > self._capacity:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: bytes) -> None:
        self.size -= _size(self._entries.pop(key))


def _size(entry: Entry) -> int:
    return len(entry.body) + _OVERHEAD
