"""Releases after this one: its migrations and another, in a directory of their own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dbapi_platform.store import revisions

ADDED = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None


def upgrade() -> None:
    op.add_column("client", sa.Column("color", sa.String(10), nullable=True))
    {more}


def downgrade() -> None:
    op.drop_column("client", "color")
    op.execute("UPDATE schema_support SET oldest_revision = '0009'")
"""
# What a migration says that takes away what older releases need.
CONTRACTS = """op.execute("UPDATE schema_support SET oldest_revision = '{revision}'")"""


def next_revision() -> str:
    """The number after ours."""
    return f"{int(revisions.newest_revision()) + 1:04}"


@contextmanager
def next_release(directory: Path, more: str = "pass") -> Iterator[str]:
    """Within the block this code has one migration more; tells its revision."""
    path, revision = directory / "migrations", next_revision()
    shutil.copytree(revisions.migrations_path(), path, ignore=shutil.ignore_patterns("__pycache__"))
    text = ADDED.format(
        revision=revision,
        before=revisions.newest_revision(),
        more=more.format(revision=revision),
    )
    (path / "versions" / f"{revision}_next.py").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(revisions, "migrations_path", lambda: path)
        yield revision
    shutil.rmtree(path)
