"""What files are called: readable, and the same file for the same name on every disk.

The name itself stands in the file, so a file's name need not be read back. A name that any disk
keeps apart from every other is used as it is; others get a `~` and a part of their hash, which no
such name has.
"""

import hashlib
import re
import unicodedata
from typing import Final

_PLAIN: Final = re.compile(r"[a-z0-9_-](?:[a-z0-9._-]{0,78}[a-z0-9_-])?|\{[a-z_][a-z0-9_]{0,77}\}")
# What Windows takes for a device, whatever follows the first dot.
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_LIKE_A_FILE: Final = (".yaml", ".yml")


def file_name(name: str) -> str:
    """A part of a file's path for a name, without an ending."""
    if _PLAIN.fullmatch(name) and not _DEVICE.fullmatch(name) and not name.endswith(_LIKE_A_FILE):
        return name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{slug}~{digest}" if slug else f"~{digest}"


def directory_of(path: str) -> str:
    """Where the endpoints of a path are: its segments as directories."""
    return "/".join(file_name(segment) for segment in path.split("/"))
