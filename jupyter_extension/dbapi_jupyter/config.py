"""What is kept between notebooks: tokens and client secrets, in one file of the user's own."""

import json
import os
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .errors import DbapiError

DEFAULT_URL = "http://127.0.0.1:8000"
FILE_NAME = "credentials.json"


@dataclass(slots=True)
class ClientSecret:
    """A client's id and secret, as the platform told them once."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(slots=True)
class Credentials:
    """What is known about one platform."""

    username: str | None = None
    token: str | None = field(default=None, repr=False)
    token_id: str | None = None
    clients: dict[str, ClientSecret] = field(default_factory=dict)


def config_directory() -> Path:
    """`$DBAPI_CONFIG_DIR`, else `$XDG_CONFIG_HOME/dbapi`, else `~/.config/dbapi`."""
    if explicit := os.environ.get("DBAPI_CONFIG_DIR"):
        return Path(explicit).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "dbapi"


class CredentialStore:
    """Read anew each time: other notebooks write the same file."""

    def __init__(self, directory: Path | None = None) -> None:
        self.path = (directory or config_directory()) / FILE_NAME

    def default_url(self) -> str | None:
        """The platform that was logged in to last."""
        url = self._read().get("default")
        return url if isinstance(url, str) else None

    def load(self, url: str) -> Credentials:
        """What is kept for a platform; empty when nothing is."""
        stored = self._read().get("platforms", {}).get(url, {})
        clients = {
            name: ClientSecret(**secret) for name, secret in stored.get("clients", {}).items()
        }
        return Credentials(
            stored.get("username"), stored.get("token"), stored.get("token_id"), clients
        )

    def save(self, url: str, credentials: Credentials, *, make_default: bool = False) -> None:
        """Keep this for a platform, beside what is kept for others."""
        content = self._read()
        content.setdefault("platforms", {})[url] = asdict(credentials)
        if make_default:
            content["default"] = url
        self._write(content)

    def find_secret(self, url: str, name: str, client_id: str) -> ClientSecret | None:
        """A client's secret, also when it was kept while the platform had another port.

        Never from another host: that one could name a client of this to be sent its secret.
        """
        host = urlsplit(url).hostname
        for known in (url, *self._read().get("platforms", {})):
            secret = self.load(known).clients.get(name)
            if secret and secret.client_id == client_id and urlsplit(known).hostname == host:
                return secret
        return None

    def _read(self) -> dict[str, Any]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        self._keep_private()
        try:
            content = json.loads(text)
        except json.JSONDecodeError as error:
            raise DbapiError(
                f"{self.path} is not valid JSON: {error}", hint="Repair it, or delete it and log in"
            ) from error
        return content if isinstance(content, dict) else {}

    def _keep_private(self) -> None:
        mode = self.path.stat().st_mode & 0o777
        if os.name == "posix" and mode & 0o077:
            self.path.chmod(0o600)
            warnings.warn(
                f"{self.path} was open to others (mode {mode:o}); it is private now. "
                "Others may have read the tokens in it: log out and in again.",
                stacklevel=2,
            )

    def _write(self, content: dict[str, Any]) -> None:
        write_private(self.path, content)


def write_private(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON that is never readable by others, not even for a moment. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes the file with mode 0600.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
