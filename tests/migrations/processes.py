"""The `dbapi` command of an installation: in this process, or as processes of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dbapi_platform import console
from dbapi_platform.access.secrets import new_encryption_key, new_secret
from dbapi_platform.cli.main import app


@dataclass(frozen=True)
class Installation:
    """A directory and an environment to run the command in."""

    directory: Path
    variables: Mapping[str, str]

    def start(self, *arguments: str, given: str = "", **more: str) -> subprocess.Popen[str]:
        """As a process of its own, for what is done at the same time, or by other code."""
        with tempfile.TemporaryFile("w+") as entered:
            entered.write(given)
            entered.seek(0)
            return subprocess.Popen(
                [sys.executable, "-m", "dbapi_platform.cli", *arguments],
                cwd=self.directory,
                env={**os.environ, **self.variables, **more},
                stdin=entered,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def run(self, *arguments: str, given: str | None = None, **more: str) -> tuple[int, str]:
        """In this process: the status that it ended with, and all that it said."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.directory)
            for name, value in {**self.variables, **more}.items():
                patch.setenv(name, value)
            patch.setattr(console.out, "width", 200)
            done = CliRunner().invoke(app, arguments, input=given)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output


def install(directory: Path, database_url: str, **more: str) -> Installation:
    """Keys of its own; the database is as it is."""
    return Installation(
        directory,
        {
            "DBAPI_DATABASE_URL": database_url,
            "DBAPI_SECRET_KEY": new_secret(),
            "DBAPI_ENCRYPTION_KEY": new_encryption_key(),
            "DBAPI_DATABASE_WAIT_SECONDS": "60",
            "COLUMNS": "200",
            **more,
        },
    )
