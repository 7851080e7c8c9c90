"""Which endpoint a change was about, so that it is loaded alone"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_note",
        sa.Column("change", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("change", name=op.f("pk_change_note")),
    )


def downgrade() -> None:
    op.drop_table("change_note")
