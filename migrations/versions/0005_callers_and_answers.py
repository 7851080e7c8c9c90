"""Callers, queries of requests, and the columns of answers"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What has been added up before: records after the mark are added as they always are.
_CALLED = """
    INSERT INTO traffic_caller (endpoint_id, client_id, last_called_at)
    SELECT endpoint_id, COALESCE(client_id, {none}), MAX(created_at) FROM access_record
    WHERE endpoint_id IS NOT NULL AND id <= (SELECT record_id FROM traffic_mark)
    GROUP BY 1, 2
"""
NONE = {
    "sqlite": "'00000000000000000000000000000000'",
    "postgresql": "CAST('00000000-0000-0000-0000-000000000000' AS uuid)",
}


def upgrade() -> None:
    op.create_table(
        "traffic_caller",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("last_called_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("endpoint_id", "client_id", name=op.f("pk_traffic_caller")),
        sqlite_with_rowid=False,
    )
    op.execute(_CALLED.format(none=NONE[op.get_bind().dialect.name]))
    op.add_column("access_record", sa.Column("query", sa.String(length=2000), nullable=True))
    op.add_column("draft", sa.Column("shape", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("version", sa.Column("columns", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("version", "columns")
    op.drop_column("draft", "shape")
    op.drop_column("access_record", "query")
    op.drop_table("traffic_caller")
