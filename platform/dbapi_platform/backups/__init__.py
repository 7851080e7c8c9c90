"""The platform's own database and its keys as one file, and back."""

from .archive import Archive, BackupFailed, Manifest, read_archive, read_keys, write_archive
from .making import make_backup
from .restoring import Restored, restore

__all__ = [
    "Archive",
    "BackupFailed",
    "Manifest",
    "Restored",
    "make_backup",
    "read_archive",
    "read_keys",
    "restore",
    "write_archive",
]
