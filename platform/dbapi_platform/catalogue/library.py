"""What callers see, made once for all who see the same and kept until anything changes."""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from ..gateway.clients import ClientTokens
from ..gateway.snapshot import Snapshot, Snapshots
from .document import write_document
from .sight import Sight
from .telling import Telling, Told

MOST_SHELVES: Final = 64
MOST_BYTES: Final = 64 * 1024 * 1024
_GZIP_LEVEL: Final = 5


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is sent; its tag is made from what is in it and from nothing else."""

    body: bytes
    zipped: bytes
    etag: str

    @property
    def size(self) -> int:
        """What it takes to keep, in bytes."""
        return len(self.body) + len(self.zipped)


@dataclass(slots=True)
class Shelf:
    """The endpoints that some callers see, sorted by module and path, and the document of them."""

    told: tuple[Told, ...]
    by_route: dict[tuple[str, str], Told]
    document: Document | None = None
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Library:
    """Shelves by what is seen from them. Sorting and writing are done in threads."""

    def __init__(
        self, snapshots: Snapshots, tokens: ClientTokens, *, public_url: str, server: str
    ) -> None:
        self.tokens = tokens
        self.public_url = public_url
        self._server = server
        self._snapshots = snapshots
        self._seen: Snapshot | None = None
        self._telling = Telling()
        self._shelves: OrderedDict[Sight, Shelf] = OrderedDict()
        self._filling = asyncio.Lock()

    @property
    def snapshot(self) -> Snapshot:
        """What is published now."""
        return self._snapshots.current

    async def shelf(self, snapshot: Snapshot, sight: Sight) -> Shelf:
        """What is seen of the snapshot."""
        async with self._filling:
            if snapshot is not self._seen:
                self._shelves.clear()
                await asyncio.to_thread(self._telling.keep, snapshot.listed)
                self._seen = snapshot
            shelf = self._shelves.get(sight)
            if shelf is None:
                shelf = self._shelves[sight] = await asyncio.to_thread(self._fill, snapshot, sight)
            self._shelves.move_to_end(sight)
            self._tidy()
            return shelf

    async def document(self, shelf: Shelf) -> Document:
        """The OpenAPI document about what is on the shelf."""
        async with shelf.writing:
            if shelf.document is None:
                shelf.document = await asyncio.to_thread(self._write, shelf)
                self._tidy()
            return shelf.document

    def _fill(self, snapshot: Snapshot, sight: Sight) -> Shelf:
        seen = (self._telling.tell(listed) for listed in sight.of(snapshot.listed))
        told = sorted(seen, key=lambda one: one.key)
        return Shelf(tuple(told), {(one.item.method, one.item.path): one for one in told})

    def _write(self, shelf: Shelf) -> Document:
        body = write_document(shelf.told, server=self._server, public_url=self.public_url)
        return file_of(body)

    def _tidy(self) -> None:
        """Put away what was not asked for the longest: there may be a client a shelf."""
        while len(self._shelves) > 1 and (
            len(self._shelves) > MOST_SHELVES or self._kept_bytes() > MOST_BYTES
        ):
            self._shelves.popitem(last=False)

    def _kept_bytes(self) -> int:
        return sum(shelf.document.size for shelf in self._shelves.values() if shelf.document)


def file_of(body: bytes) -> Document:
    """A body with its tag and its shorter form."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return Document(body, gzip.compress(body, _GZIP_LEVEL, mtime=0), f'"{digest}"')
