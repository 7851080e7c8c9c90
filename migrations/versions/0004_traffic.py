"""Traffic: access records added up by hour and day, and the indexes that their filters need"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Each replaces the index on its first column alone: filtered by it, newest first, in pages.
NEWEST_FIRST = ("endpoint_id", "client_id")


def upgrade() -> None:
    _make_tables()
    op.execute("INSERT INTO traffic_mark (id, record_id, ranked_day) VALUES (1, 0, 0)")
    _index_records()
    # The overview tells the versions that were made last.
    op.create_index("ix_version_created_at_id", "version", ["created_at", "id"])


def _make_tables() -> None:
    op.create_table(
        "traffic_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("ranked_day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traffic_mark")),
    )
    op.create_table(
        "traffic",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint(
            "endpoint_id", "hour", "client_id", "method", "status", name=op.f("pk_traffic")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "traffic_latency",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint_id", "day", "bucket", name=op.f("pk_traffic_latency")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "traffic_day",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("errors", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", "day", name=op.f("pk_traffic_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "traffic_rank",
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("errors", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("days", "endpoint_id", name=op.f("pk_traffic_rank")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_traffic_rank_days_requests", "traffic_rank", ["days", "requests"])


def _index_records() -> None:
    op.drop_index("ix_access_record_created_at", "access_record")
    for column in NEWEST_FIRST:
        op.drop_index(f"ix_access_record_{column}", "access_record")
        op.create_index(
            f"ix_access_record_{column}_created_at_id",
            "access_record",
            [column, "created_at", "id"],
        )
    op.create_index("ix_access_record_created_at_id", "access_record", ["created_at", "id"])
    op.create_index(
        "ix_access_record_ip_address_created_at_id",
        "access_record",
        ["ip_address", "created_at", "id"],
        postgresql_ops={"ip_address": "text_pattern_ops"},
    )
    op.create_index(
        "ix_access_record_path",
        "access_record",
        ["path"],
        postgresql_ops={"path": "text_pattern_ops"},
    )
    _index_some("status", "status >= 400", ["status", "created_at", "id"])
    _index_some("error_code", "error_code IS NOT NULL", ["error_code", "created_at", "id"])
    _index_some("method", "method <> 'GET'", ["method", "created_at", "id"])
    _index_some("slow", "duration_ms >= 100", ["duration_ms"])


def _index_some(name: str, condition: str, columns: list[str]) -> None:
    op.create_index(
        f"ix_access_record_{name}",
        "access_record",
        columns,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )


def downgrade() -> None:
    op.drop_index("ix_version_created_at_id", "version")
    for name in ("slow", "method", "error_code", "status", "path", "created_at_id"):
        op.drop_index(f"ix_access_record_{name}", "access_record")
    op.drop_index("ix_access_record_ip_address_created_at_id", "access_record")
    for column in NEWEST_FIRST:
        op.drop_index(f"ix_access_record_{column}_created_at_id", "access_record")
        op.create_index(f"ix_access_record_{column}", "access_record", [column])
    op.create_index("ix_access_record_created_at", "access_record", ["created_at"])
    for table in ("traffic_rank", "traffic_day", "traffic_latency", "traffic", "traffic_mark"):
        op.drop_table(table)
