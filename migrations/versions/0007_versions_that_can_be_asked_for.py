"""Versions that consumers may ask for, and until when"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing that was published before may be asked for until somebody says so.
    op.add_column(
        "version",
        sa.Column("is_pinnable", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for name in ("deprecated_at", "sunset_at"):
        op.add_column("version", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_version_pinnable",
        "version",
        ["endpoint_id"],
        sqlite_where=sa.text("is_pinnable = 1"),
        postgresql_where=sa.text("is_pinnable"),
    )


def downgrade() -> None:
    op.drop_index("ix_version_pinnable", "version")
    for name in ("sunset_at", "deprecated_at", "is_pinnable"):
        op.drop_column("version", name)
