"""Scripts: what they log, tests of endpoints, and versions that were published in spite of one"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "endpoint_test",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoint.id"],
            name=op.f("fk_endpoint_test_endpoint_id_endpoint"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint_test")),
        sa.UniqueConstraint("endpoint_id", "name", name=op.f("uq_endpoint_test_endpoint_id_name")),
    )
    # Not as a batch: SQLite would copy the table, and what refers to it would be deleted with it.
    op.add_column("access_record", sa.Column("log", sa.Text(), nullable=True))
    op.add_column("version", sa.Column("forced", sa.String(length=500), nullable=True))


def downgrade() -> None:
    op.drop_column("version", "forced")
    op.drop_column("access_record", "log")
    op.drop_table("endpoint_test")
