"""What was filled into forms last, by endpoint and cell, in one file of the user's own."""

import contextlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .config import config_directory, write_private

FILE_NAME = "form-values.json"
MOST_FORMS = 500
MOST_CHARACTERS = 1_000
# Whatever is called like a secret is asked for each time.
_SECRET = re.compile(
    r"passw|secret|token|api_?key|credential|auth|signature|^(pin|pwd|key)$", re.IGNORECASE
)


class RememberedValues:
    """Forgets the oldest forms; what cannot be read or written is as if nothing was kept."""

    def __init__(self, directory: Path | None = None) -> None:
        self.path = (directory or config_directory()) / FILE_NAME

    def load(self, url: str, endpoint: tuple[str, str], cell: str | None) -> dict[str, str]:
        """The values of this cell's form; of the endpoint's last one, if the cell had none."""
        kept = self._read()
        for place in (_place(url, endpoint, cell), _place(url, endpoint, None)):
            if isinstance(found := kept.get(place), dict):
                return {str(name): str(value) for name, value in found.items()}
        return {}

    def save(
        self, url: str, endpoint: tuple[str, str], cell: str | None, values: Mapping[str, Any]
    ) -> None:
        """Keep what was filled in, for the cell and as the endpoint's last."""
        kept = self._read()
        short = {
            name: str(value)
            for name, value in values.items()
            if not _SECRET.search(name) and len(str(value)) <= MOST_CHARACTERS
        }
        for place in {_place(url, endpoint, cell), _place(url, endpoint, None)}:
            kept.pop(place, None)
            kept[place] = short
        newest = dict(list(kept.items())[-MOST_FORMS:])
        # A full disk must not keep anybody from running a draft.
        with contextlib.suppress(OSError):
            write_private(self.path, newest)

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}


def _place(url: str, endpoint: tuple[str, str], cell: str | None) -> str:
    return " ".join((url, *endpoint, cell or "-"))
