"""Bundles where they are kept: in a directory, in a zip archive. What is strange is refused."""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from ..errors import Conflict, InvalidRequest
from .reading import MAX_BYTES, MAX_FILE_BYTES, MAX_FILES, check_paths, refused
from .writing import DIRECTORIES, ROOT

MAX_ARCHIVE_BYTES: Final = 20 * 1024 * 1024
_ENCRYPTED: Final = 0x1
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# The same archive for the same bundle.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def read_directory(directory: Path) -> dict[str, str]:
    """The texts of a bundle's files by their paths. Raises InvalidRequest."""
    if not directory.is_dir():
        raise refused(str(directory), "is not a directory")
    found: dict[str, str] = {}
    budget = _Budget()
    for path in _walk(directory):
        name = path.relative_to(directory).as_posix()
        if path.is_symlink():
            raise refused(name, "is a link; a bundle holds plain files")
        if "/" in name or name.endswith((".yaml", ".yml")):
            with path.open("rb") as file:
                found[name] = budget.text(name, file.read(MAX_FILE_BYTES + 1))
    check_paths(found)
    return found


def read_archive(data: bytes) -> dict[str, str]:
    """The same from a zip archive, whose claims about sizes are not believed."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return dict(_unpacked(archive))
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
        OSError, OverflowError,
    ):  # fmt: skip
        raise InvalidRequest("The body is not a zip archive of a bundle") from None


def check_texts(files: Mapping[str, str]) -> None:
    """Raises InvalidRequest where there is more than a bundle may hold."""
    budget = _Budget()
    for name, text in files.items():
        budget.take(name, len(text.encode("utf-8", "replace")))


def write_archive(files: Mapping[str, str]) -> bytes:
    """A zip archive of a bundle's files."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o644 << 16
            archive.writestr(info, text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def write_directory(
    directory: Path, files: Mapping[str, str], *, within: tuple[str, ...] = ("",)
) -> tuple[int, int]:
    """Write what differs, remove files of an earlier export; tells how many of each.

    Only files whose path begins with one of `within` are removed. Raises Conflict for a directory
    that holds something else, or a link.
    """
    if directory.exists() and not directory.is_dir():
        raise Conflict(f"{directory} is not a directory")
    if directory.is_dir() and not (directory / ROOT).is_file() and any(directory.iterdir()):
        message = (
            f"{directory} is not empty and no bundle: it has no {ROOT}; name another directory"
        )
        raise Conflict(message)
    earlier = _earlier(directory)
    written = sum(_write(directory, name, text) for name, text in files.items())
    gone = [name for name in earlier if name not in files and name.startswith(within)]
    for name in gone:
        (directory / name).unlink()
        _prune((directory / name).parent, directory)
    return written, len(gone)


def _earlier(directory: Path) -> list[str]:
    found = []
    for top in DIRECTORIES:
        for path in _walk(directory / top):
            if path.is_symlink():
                raise Conflict(f"{path} is a link; nothing was written")
            if path.suffix == ".yaml":
                found.append(path.relative_to(directory).as_posix())
    return found


def _write(directory: Path, name: str, text: str) -> bool:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    if path.is_file() and path.read_bytes() == data:
        return False
    path.write_bytes(data)
    return True


def _prune(directory: Path, root: Path) -> None:
    while directory != root and not any(directory.iterdir()):
        directory.rmdir()
        directory = directory.parent


def _walk(directory: Path) -> Iterator[Path]:
    """Files and links, in order; what is hidden is not the bundle's, such as .git."""
    if directory.is_symlink():
        yield directory
        return
    for parent, directories, names in os.walk(directory):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        here = Path(parent)
        links = [name for name in directories if (here / name).is_symlink()]
        yield from (here / name for name in links)
        yield from (here / name for name in sorted(names) if not name.startswith("."))


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    budget, seen = _Budget(), set[str]()
    for info in archive.infolist():
        name = info.filename
        if info.is_dir():
            check_paths([name.rstrip("/")])
            continue
        check_paths([name])
        mode = info.external_attr >> 16
        if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            raise refused(name, "is a link or a device; a bundle holds plain files")
        if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
            raise refused(name, "is encrypted, or compressed in another way than deflate")
        if name in seen:
            raise refused(name, "is in the archive twice")
        seen.add(name)
        with archive.open(info) as file:
            yield name, budget.text(name, file.read(MAX_FILE_BYTES + 1))


class _Budget:
    """What all files of a bundle may be together."""

    def __init__(self) -> None:
        self._files = 0
        self._bytes = 0

    def take(self, name: str, size: int) -> None:
        self._files += 1
        self._bytes += size
        if size > MAX_FILE_BYTES:
            raise refused(name, f"is larger than {MAX_FILE_BYTES:,} bytes")
        if self._files > MAX_FILES:
            raise InvalidRequest(f"A bundle has at most {MAX_FILES:,} files")
        if self._bytes > MAX_BYTES:
            raise InvalidRequest(f"A bundle has at most {MAX_BYTES:,} bytes")

    def text(self, name: str, data: bytes) -> str:
        self.take(name, len(data))
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise refused(name, "is not UTF-8") from None
