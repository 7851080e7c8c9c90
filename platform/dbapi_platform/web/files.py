"""What the build wrote, read once: every file with its type, its tag and its shorter forms."""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

IDENTITY: Final = "identity"
# Content codings by the suffix of a file that was compressed ahead, the shortest first.
COMPRESSED: Final = {".br": "br", ".gz": "gzip"}
# What is named by its content never changes: `index-DiwrgTda.js`.
_HASHED = re.compile(r"/assets/(?:.+/)?[^/]+-[A-Za-z0-9_-]{8,}\.[a-z0-9.]+")
# Not the system's list: it differs from machine to machine, and browsers are told not to guess.
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
ANY_TYPE: Final = "application/octet-stream"
# These are compressed already.
_DENSE = frozenset({".ico", ".jpg", ".png", ".webp", ".woff", ".woff2"})
_WORTH_BYTES = 1_024


@dataclass(frozen=True, slots=True)
class File:
    """One file; `bodies` are by content coding, the shortest first and the plain one last."""

    media_type: str
    is_immutable: bool
    digest: str
    bodies: Mapping[str, bytes]

    def etag(self, coding: str) -> str:
        """Other bytes have another tag: RFC 9110, 8.8.3.3."""
        return f'"{self.digest}"' if coding == IDENTITY else f'"{self.digest}-{coding}"'


def read_files(directory: Path) -> dict[str, File]:
    """Every file by the path that it is asked for, such as `/assets/index-DiwrgTda.js`.

    What is not among them is not there: no path is ever put together from a request.
    """
    found = dict(_paths(directory))
    return {
        name: _read(name, path, found) for name, path in found.items() if not _is_form(name, found)
    }


def _paths(directory: Path) -> Iterator[tuple[str, Path]]:
    root = directory.resolve()
    for path in sorted(directory.rglob("*")):
        parts = path.relative_to(directory).parts
        is_hidden = any(part.startswith(".") for part in parts)
        # A link may lead anywhere.
        if path.is_file() and not is_hidden and path.resolve().is_relative_to(root):
            yield "/" + "/".join(parts), path


def _is_form(name: str, found: Mapping[str, Path]) -> bool:
    """Whether it is another file, compressed ahead."""
    return any(name.endswith(end) and name.removesuffix(end) in found for end in COMPRESSED)


def _read(name: str, path: Path, found: Mapping[str, Path]) -> File:
    plain = path.read_bytes()
    bodies = {
        coding: found[name + end].read_bytes()
        for end, coding in COMPRESSED.items()
        if name + end in found
    }
    if "gzip" not in bodies and len(plain) >= _WORTH_BYTES and path.suffix not in _DENSE:
        bodies["gzip"] = gzip.compress(plain, mtime=0)
    return File(
        media_type=TYPES.get(path.suffix, ANY_TYPE),
        is_immutable=_HASHED.fullmatch(name) is not None,
        digest=hashlib.sha256(plain).hexdigest()[:32],
        bodies={**bodies, IDENTITY: plain},
    )
