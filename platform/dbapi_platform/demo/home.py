"""The demo's own directory: secrets made once, a database, sample data, and notebooks to run."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ..access.secrets import new_encryption_key, new_secret
from ..settings import Settings

DATASOURCE = "shop"
NEWS_SETTING = "@jupyterlab/apputils-extension/notification.jupyterlab-settings"


class HomeBusy(Exception):
    """Another demo runs in the same directory."""


@dataclass(frozen=True, slots=True)
class DemoSecrets:
    """Made at the first start, kept with mode 0600, read at the next."""

    secret_key: str
    encryption_key: str
    admin_password: str
    jupyter_token: str
    personal_token: str | None = None


class DemoHome:
    """Where everything of one demo lives; deleting the directory starts afresh."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.data = self.path / "data"
        self.sample = self.data / f"{DATASOURCE}.duckdb"
        self.notebooks = self.path / "notebooks"
        self.lab = self.path / "jupyterlab"
        self.log = self.path / "platform.log"
        self.jupyter_log = self.path / "jupyter.log"
        self._secrets = self.path / "secrets.json"

    def prepare(self) -> DemoSecrets:
        """Make what is missing, leave what is there; answers the secrets."""
        for directory in (self.path, self.data, self.notebooks):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for source in sorted(_notebooks().glob("*.ipynb")):
            target = self.notebooks / source.name
            if not target.exists():
                shutil.copyfile(source, target)
        news = self.lab / "settings" / NEWS_SETTING
        if not news.exists():
            # JupyterLab would ask about news from the internet before anything else.
            news.parent.mkdir(parents=True, exist_ok=True)
            news.write_text('{"fetchNews": "false", "checkForUpdates": false}')
        if not self._secrets.exists():
            self.keep(
                DemoSecrets(
                    secret_key=new_secret(),
                    encryption_key=new_encryption_key(),
                    admin_password=secrets.token_urlsafe(12),
                    jupyter_token=secrets.token_urlsafe(18),
                )
            )
        return DemoSecrets(**json.loads(self._secrets.read_text()))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other demos out of the directory until the block ends. Raises HomeBusy."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HomeBusy(f"A demo is running already in {self.path}; stop it first") from None
            yield

    def keep(self, values: DemoSecrets) -> None:
        """Write the secrets, readable by their owner only."""
        temporary = self._secrets.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(values), file)
        temporary.replace(self._secrets)

    def settings(self, values: DemoSecrets, *, port: int) -> Settings:
        """The platform's settings in this directory."""
        return Settings.model_validate(self._fields(values, port))

    def variables(self, values: DemoSecrets, *, port: int) -> dict[str, str]:
        """The same for a process's environment."""
        fields = self._fields(values, port)
        return {f"DBAPI_{name.upper()}": value for name, value in fields.items()}

    def _fields(self, values: DemoSecrets, port: int) -> dict[str, str]:
        return {
            "database_url": f"sqlite:///{self.path / 'dbapi.sqlite3'}",
            "secret_key": values.secret_key,
            "encryption_key": values.encryption_key,
            "public_url": f"http://127.0.0.1:{port}",
            "file_datasource_root": str(self.data),
            "access_spool_directory": str(self.path / "spool"),
        }


def _notebooks() -> Path:
    """The examples: inside the package when installed, at the root in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parents[1] / "notebooks"
