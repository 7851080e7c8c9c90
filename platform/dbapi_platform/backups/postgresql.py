"""PostgreSQL's own programs: pg_dump, pg_restore and psql, with the password in no argument."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from psycopg.pq import Conninfo

from .archive import BackupFailed

# How long a table may be held by others.
LOCK: Final = "60s"
# Of two who wait for each other, PostgreSQL gives one up within a second.
ATTEMPTS: Final = 10
DEADLOCK: Final = "deadlock detected"
PLAIN: Final = ("--no-owner", "--no-privileges")
OWN_FUNCTION: Final = "audit_entry_kept"


def dump(url: str, file: Path) -> None:
    """Everything in the database, as it is at one moment. Raises BackupFailed."""
    wait = f"--lock-wait-timeout={LOCK}"
    _run(url, "pg_dump", "--format=custom", "--no-password", *PLAIN, wait, f"--file={file}")


def tables_in(file: Path) -> set[str]:
    """The names of the tables in a dump."""
    listed = _run(None, "pg_restore", "--list", str(file))
    return set(re.findall(r"^\d+; \d+ \d+ TABLE \S+ (\S+) ", listed, re.MULTILINE))


def load(url: str, file: Path, *, instead_of: set[str], then: str) -> None:
    """Put the dump in the place of these tables, and run `then`: all of it, or nothing."""
    script = file.with_suffix(".sql")
    _run(None, "pg_restore", *PLAIN, f"--file={script}", str(file))
    named = ", ".join('"{}"'.format(name.replace('"', '""')) for name in sorted(instead_of))
    drop = [f"SET lock_timeout = '{LOCK}'"]
    if named:
        drop += [
            f"DROP TABLE IF EXISTS {named} CASCADE",
            f"DROP FUNCTION IF EXISTS {OWN_FUNCTION}() CASCADE",
        ]
    settings = (
        "--no-psqlrc",
        "--no-password",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--single-transaction",
    )
    before = [f"--command={statement}" for statement in drop]
    # The dump leaves the path of names empty.
    after = ["--command=SET search_path TO DEFAULT", f"--command={then}"]
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _run(url, "psql", *settings, *before, f"--file={script}", *after)
        except BackupFailed as error:
            # A platform that runs holds one table and waits for another: it has ended soon.
            if DEADLOCK not in str(error) or attempt == ATTEMPTS:
                raise
        else:
            return


def _run(url: str | None, program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise BackupFailed(
            f"{program} is not installed here. Install PostgreSQL's client programs, as new as the "
            "server or newer (on Debian: apt-get install postgresql-client)."
        )
    done = subprocess.run(  # noqa: S603 - no shell, and arguments of ours
        [path, *arguments],
        env=_environment(url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(f"{program} failed, and nothing was changed: {done.stderr.strip()}")
    return done.stdout


def _environment(url: str | None) -> dict[str, str]:
    """libpq reads from it what the address says; other secrets are not handed on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBAPI_")}
    for option in Conninfo.parse(url.encode()) if url else ():
        if option.envvar and option.val is not None:
            kept[option.envvar.decode()] = option.val.decode()
    return kept | {"PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"}
