"""The whole data model"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Float(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("ip_address", sa.String(length=64), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_record")),
    )
    op.create_index(
        op.f("ix_access_record_client_id"), "access_record", ["client_id"], unique=False
    )
    op.create_index(
        op.f("ix_access_record_created_at"), "access_record", ["created_at"], unique=False
    )
    op.create_index(
        op.f("ix_access_record_endpoint_id"), "access_record", ["endpoint_id"], unique=False
    )
    op.create_index(
        op.f("ix_access_record_request_id"), "access_record", ["request_id"], unique=False
    )

    op.create_table(
        "change_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_counter")),
    )
    op.create_table(
        "client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("rate_limit_per_minute", sa.Integer(), nullable=True),
        sa.Column("max_concurrent", sa.Integer(), nullable=True),
        sa.Column("token_seconds", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("client_id", name=op.f("uq_client_client_id")),
        sa.UniqueConstraint("name", name=op.f("uq_client_name")),
    )
    op.create_table(
        "client_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_group")),
        sa.UniqueConstraint("name", name=op.f("uq_client_group_name")),
    )
    op.create_table(
        "datasource",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.Column("product_type", sa.String(length=20), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=True),
        sa.Column("port", sa.Integer(), nullable=True),
        sa.Column("database", sa.String(length=1000), nullable=False),
        sa.Column("username", sa.String(length=255), nullable=True),
        sa.Column("encrypted_password", sa.Text(), nullable=True),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datasource")),
        sa.UniqueConstraint("name", name=op.f("uq_datasource_name")),
    )
    op.create_table(
        "module",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint("name", name=op.f("uq_module_name")),
    )
    op.create_table(
        "permission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resource_type", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permission")),
        sa.UniqueConstraint(
            "resource_type",
            "action",
            "resource_id",
            name=op.f("uq_permission_resource_type_action_resource_id"),
        ),
    )
    op.create_index(op.f("ix_permission_resource_id"), "permission", ["resource_id"], unique=False)
    op.create_index(
        "uq_permission_general",
        "permission",
        ["resource_type", "action"],
        unique=True,
        sqlite_where=sa.text("resource_id IS NULL"),
        postgresql_where=sa.text("resource_id IS NULL"),
    )

    op.create_table(
        "role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("full_name", sa.String(length=200), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_superuser", sa.Boolean(), nullable=False),
        sa.Column("token_generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    op.create_table(
        "client_group_member",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["client.id"],
            name=op.f("fk_client_group_member_client_id_client"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["client_group.id"],
            name=op.f("fk_client_group_member_group_id_client_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("client_id", "group_id", name=op.f("pk_client_group_member")),
    )
    op.create_index(
        op.f("ix_client_group_member_group_id"), "client_group_member", ["group_id"], unique=False
    )

    op.create_table(
        "endpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("path_key", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.String(length=100), nullable=True),
        sa.Column("published_version_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_endpoint_module_id_module")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint")),
        sa.UniqueConstraint("path_key", "method", name=op.f("uq_endpoint_path_key_method")),
    )
    op.create_index(op.f("ix_endpoint_module_id"), "endpoint", ["module_id"], unique=False)
    op.create_index(
        op.f("ix_endpoint_published_version_id"), "endpoint", ["published_version_id"], unique=False
    )

    op.create_table(
        "macro",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("published_version_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_macro_module_id_module")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macro")),
        sa.UniqueConstraint("module_id", "name", name=op.f("uq_macro_module_id_name")),
    )
    op.create_index(
        op.f("ix_macro_published_version_id"), "macro", ["published_version_id"], unique=False
    )
    op.create_index(
        "uq_macro_global_name",
        "macro",
        ["name"],
        unique=True,
        sqlite_where=sa.text("module_id IS NULL"),
        postgresql_where=sa.text("module_id IS NULL"),
    )

    op.create_table(
        "personal_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_personal_token_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_personal_token_token_hash")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_personal_token_user_id_name")),
    )
    op.create_table(
        "role_permission",
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("permission_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["permission_id"],
            ["permission.id"],
            name=op.f("fk_role_permission_permission_id_permission"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"],
            ["role.id"],
            name=op.f("fk_role_permission_role_id_role"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("role_id", "permission_id", name=op.f("pk_role_permission")),
    )
    op.create_index(
        op.f("ix_role_permission_permission_id"), "role_permission", ["permission_id"], unique=False
    )

    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("fk_user_role_role_id_role"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_user_role_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_user_role")),
    )
    op.create_index(op.f("ix_user_role_role_id"), "user_role", ["role_id"], unique=False)

    op.create_table(
        "client_endpoint",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["client.id"],
            name=op.f("fk_client_endpoint_client_id_client"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoint.id"],
            name=op.f("fk_client_endpoint_endpoint_id_endpoint"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("client_id", "endpoint_id", name=op.f("pk_client_endpoint")),
    )
    op.create_index(
        op.f("ix_client_endpoint_endpoint_id"), "client_endpoint", ["endpoint_id"], unique=False
    )

    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("datasource_id", sa.Uuid(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["datasource_id"], ["datasource.id"], name=op.f("fk_draft_datasource_id_datasource")
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoint.id"],
            name=op.f("fk_draft_endpoint_id_endpoint"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("endpoint_id", name=op.f("uq_draft_endpoint_id")),
    )
    op.create_index(op.f("ix_draft_datasource_id"), "draft", ["datasource_id"], unique=False)

    op.create_table(
        "group_endpoint",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoint.id"],
            name=op.f("fk_group_endpoint_endpoint_id_endpoint"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["client_group.id"],
            name=op.f("fk_group_endpoint_group_id_client_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "endpoint_id", name=op.f("pk_group_endpoint")),
    )
    op.create_index(
        op.f("ix_group_endpoint_endpoint_id"), "group_endpoint", ["endpoint_id"], unique=False
    )

    op.create_table(
        "macro_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("macro_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["macro_id"],
            ["macro.id"],
            name=op.f("fk_macro_version_macro_id_macro"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macro_version")),
        sa.UniqueConstraint("macro_id", "hash", name=op.f("uq_macro_version_macro_id_hash")),
        sa.UniqueConstraint("macro_id", "number", name=op.f("uq_macro_version_macro_id_number")),
    )
    op.create_table(
        "version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("datasource_id", sa.Uuid(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=True),
        sa.Column("notebook", sa.String(length=1000), nullable=True),
        sa.Column("cell_id", sa.String(length=100), nullable=True),
        sa.Column("git_commit", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["datasource_id"], ["datasource.id"], name=op.f("fk_version_datasource_id_datasource")
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoint.id"],
            name=op.f("fk_version_endpoint_id_endpoint"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("endpoint_id", "hash", name=op.f("uq_version_endpoint_id_hash")),
        sa.UniqueConstraint("endpoint_id", "number", name=op.f("uq_version_endpoint_id_number")),
    )
    op.create_index(op.f("ix_version_datasource_id"), "version", ["datasource_id"], unique=False)

    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoint.id"],
            name=op.f("fk_publication_endpoint_id_endpoint"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["version.id"],
            name=op.f("fk_publication_version_id_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint(
            "endpoint_id", "sequence", name=op.f("uq_publication_endpoint_id_sequence")
        ),
    )
    op.create_index(op.f("ix_publication_version_id"), "publication", ["version_id"], unique=False)

    op.execute(sa.text("INSERT INTO change_counter (id, value) VALUES (1, 0)"))


def downgrade() -> None:
    op.drop_index(op.f("ix_publication_version_id"), table_name="publication")

    op.drop_table("publication")
    op.drop_index(op.f("ix_version_datasource_id"), table_name="version")

    op.drop_table("version")
    op.drop_table("macro_version")
    op.drop_index(op.f("ix_group_endpoint_endpoint_id"), table_name="group_endpoint")

    op.drop_table("group_endpoint")
    op.drop_index(op.f("ix_draft_datasource_id"), table_name="draft")

    op.drop_table("draft")
    op.drop_index(op.f("ix_client_endpoint_endpoint_id"), table_name="client_endpoint")

    op.drop_table("client_endpoint")
    op.drop_index(op.f("ix_user_role_role_id"), table_name="user_role")

    op.drop_table("user_role")
    op.drop_index(op.f("ix_role_permission_permission_id"), table_name="role_permission")

    op.drop_table("role_permission")
    op.drop_table("personal_token")
    op.drop_index(
        "uq_macro_global_name",
        table_name="macro",
        sqlite_where=sa.text("module_id IS NULL"),
        postgresql_where=sa.text("module_id IS NULL"),
    )
    op.drop_index(op.f("ix_macro_published_version_id"), table_name="macro")

    op.drop_table("macro")
    op.drop_index(op.f("ix_endpoint_published_version_id"), table_name="endpoint")
    op.drop_index(op.f("ix_endpoint_module_id"), table_name="endpoint")

    op.drop_table("endpoint")
    op.drop_index(op.f("ix_client_group_member_group_id"), table_name="client_group_member")

    op.drop_table("client_group_member")
    op.drop_table("user_account")
    op.drop_table("role")
    op.drop_index(
        "uq_permission_general",
        table_name="permission",
        sqlite_where=sa.text("resource_id IS NULL"),
        postgresql_where=sa.text("resource_id IS NULL"),
    )
    op.drop_index(op.f("ix_permission_resource_id"), table_name="permission")

    op.drop_table("permission")
    op.drop_table("module")
    op.drop_table("datasource")
    op.drop_table("client_group")
    op.drop_table("client")
    op.drop_table("change_counter")
    op.drop_index(op.f("ix_access_record_request_id"), table_name="access_record")
    op.drop_index(op.f("ix_access_record_endpoint_id"), table_name="access_record")
    op.drop_index(op.f("ix_access_record_created_at"), table_name="access_record")
    op.drop_index(op.f("ix_access_record_client_id"), table_name="access_record")

    op.drop_table("access_record")
