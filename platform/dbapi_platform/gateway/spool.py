"""Access records on disk, for as long as the platform's database cannot take them."""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import msgspec

from .records_shape import Row

_SUFFIX: Final = ".json"
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[Row])
_numbers = count()


class Spool:
    """A file for each batch, the oldest first by name. Workers of one machine share a directory.

    A file is there as a whole or not at all, and it is written to the database as a whole too.
    """

    def __init__(self, directory: Path, *, max_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes

    def put(self, rows: Sequence[Row]) -> bool:
        """Keep a batch; False when there is no room. Raises OSError."""
        content = _encoder.encode(rows)
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if len(content) + sum(file.stat().st_size for file in self.files()) > self._max_bytes:
            return False
        name = f"{time.time_ns():020}-{os.getpid()}-{next(_numbers)}-{len(rows)}{_SUFFIX}"
        unfinished = self._directory / f"{name}.part"
        with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:  # noqa: PTH123
            file.write(content)
        unfinished.rename(self._directory / name)
        return True

    def files(self) -> list[Path]:
        """The batches, the oldest first."""
        return sorted(self._directory.glob(f"*{_SUFFIX}"))

    @property
    def kept(self) -> int:
        """How many records there are."""
        return sum(int(file.stem.rpartition("-")[2]) for file in self.files())

    def read(self, file: Path) -> list[Row] | None:
        """A batch; one that cannot be read is put aside for a person, and None. Raises OSError."""
        try:
            return _decoder.decode(file.read_bytes())
        except msgspec.MsgspecError:
            file.rename(file.with_suffix(".unreadable"))
            return None

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process alone takes batches out until the block ends."""
        with (self._directory / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                # Let go with the file, also when the process is killed.
                yield True
