"""Sessions, password resets, logins elsewhere, firewall rules and the audit log"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


# No program and no person may change what the audit log says, whatever rights they have here.
KEPT = "the audit log is only ever added to"
SQLITE_KEEPS = """
    CREATE TRIGGER audit_entry_no_{when} BEFORE {what} ON audit_entry
    BEGIN SELECT RAISE(ABORT, '{message}'); END
"""
POSTGRESQL_KEEPS = (
    f"""
    CREATE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{KEPT}'; END $$
    """,
    """
    CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_kept()
    """,
)
FOLLOWING = """
    UPDATE endpoint SET
      access = COALESCE(
        (SELECT {access} FROM draft WHERE draft.endpoint_id = endpoint.id), 'private'
      ),
      datasource_id = (SELECT datasource_id FROM draft WHERE draft.endpoint_id = endpoint.id),
      state = CASE
        WHEN published_version_id IS NULL THEN CASE
          WHEN EXISTS (SELECT 1 FROM version WHERE version.endpoint_id = endpoint.id)
          THEN 'unpublished' ELSE 'draft' END
        WHEN (SELECT hash FROM version WHERE version.id = endpoint.published_version_id)
          = (SELECT hash FROM draft WHERE draft.endpoint_id = endpoint.id)
        THEN 'live' ELSE 'edited' END
"""
INDICES = {
    "ix_endpoint_path_method": ["path", "method"],
    "ix_endpoint_updated_at_id": ["updated_at", "id"],
    "ix_endpoint_state_path_method": ["state", "path", "method"],
    "ix_endpoint_access_path_method": ["access", "path", "method"],
    "ix_endpoint_datasource_id_path_method": ["datasource_id", "path", "method"],
}
NEW_RESOURCES = ("firewall_rule", "audit_entry", "settings")
ACTIONS = ("read", "create", "update", "delete", "execute", "publish")


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("ip_address", sa.String(length=64), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("resource_type", sa.String(length=40), nullable=False),
        sa.Column("resource_id", sa.String(length=100), nullable=True),
        sa.Column("resource_name", sa.String(length=600), nullable=True),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entry_actor"), "audit_entry", ["actor"], unique=False)
    op.create_index(op.f("ix_audit_entry_created_at"), "audit_entry", ["created_at"], unique=False)
    op.create_index(op.f("ix_audit_entry_request_id"), "audit_entry", ["request_id"], unique=False)
    op.create_index(
        op.f("ix_audit_entry_resource_id"), "audit_entry", ["resource_id"], unique=False
    )
    op.create_index(
        op.f("ix_audit_entry_resource_type"), "audit_entry", ["resource_type"], unique=False
    )

    op.create_table(
        "login_throttle",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_throttle")),
    )
    op.create_index(
        op.f("ix_login_throttle_last_failed_at"), "login_throttle", ["last_failed_at"], unique=False
    )

    op.create_table(
        "external_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_external_identity_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_external_identity_issuer_subject")),
    )
    op.create_index(
        op.f("ix_external_identity_user_id"), "external_identity", ["user_id"], unique=False
    )

    op.create_table(
        "oidc_login",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handle_hash", sa.String(length=64), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("encrypted_verifier", sa.Text(), nullable=False),
        sa.Column("nonce", sa.String(length=100), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_oidc_login_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_login")),
        sa.UniqueConstraint("handle_hash", name=op.f("uq_oidc_login_handle_hash")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_oidc_login_state_hash")),
    )
    op.create_table(
        "password_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_password_reset_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_reset_token_hash")),
    )
    op.create_index(op.f("ix_password_reset_user_id"), "password_reset", ["user_id"], unique=False)

    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("ip_address", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_user_session_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
    )
    op.create_index(
        op.f("ix_user_session_expires_at"), "user_session", ["expires_at"], unique=False
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)

    op.create_table(
        "firewall_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("endpoint_id", sa.Uuid(), nullable=True),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["client.id"],
            name=op.f("fk_firewall_rule_client_id_client"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoint.id"],
            name=op.f("fk_firewall_rule_endpoint_id_endpoint"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firewall_rule")),
    )
    op.create_index(
        op.f("ix_firewall_rule_client_id"), "firewall_rule", ["client_id"], unique=False
    )
    op.create_index(
        op.f("ix_firewall_rule_endpoint_id"), "firewall_rule", ["endpoint_id"], unique=False
    )
    op.create_index(op.f("ix_firewall_rule_position"), "firewall_rule", ["position"], unique=False)

    op.add_column("client", sa.Column("previous_secret_hash", sa.String(length=64), nullable=True))
    op.add_column(
        "client", sa.Column("previous_secret_until", sa.DateTime(timezone=True), nullable=True)
    )

    op.add_column(
        "user_account", sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True)
    )

    op.add_column("macro", sa.Column("updated_by", sa.String(length=100), nullable=True))
    _tell_endpoints_what_lists_ask()
    _keep_the_audit_log()
    _give_admins_what_is_new()


def _tell_endpoints_what_lists_ask() -> None:
    for column in (
        sa.Column("state", sa.String(length=12), nullable=False, server_default="draft"),
        sa.Column("access", sa.String(length=10), nullable=False, server_default="private"),
        sa.Column("datasource_id", sa.Uuid(), nullable=True),
    ):
        op.add_column("endpoint", column)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    access = "json_extract(definition, '$.access')" if is_sqlite else "definition ->> 'access'"
    op.execute(FOLLOWING.format(access=access))
    for name, columns in INDICES.items():
        op.create_index(name, "endpoint", columns, unique=False)


def _keep_the_audit_log() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(SQLITE_KEEPS.format(when=what.lower(), what=what, message=KEPT))
    else:
        for statement in POSTGRESQL_KEEPS:
            op.execute(statement)


def _give_admins_what_is_new() -> None:
    """The role Admin of an installation that is older than these resources has them too."""
    bind = op.get_bind()
    text = sa.Uuid()
    role = sa.table("role", sa.column("id", text), sa.column("name", sa.String()))
    admin = bind.scalar(sa.select(role.c.id).where(role.c.name == "Admin"))
    if admin is None:
        return
    permission = sa.table(
        "permission",
        sa.column("id", text),
        sa.column("resource_type", sa.String()),
        sa.column("action", sa.String()),
    )
    held = sa.table("role_permission", sa.column("role_id", text), sa.column("permission_id", text))
    for resource in NEW_RESOURCES:
        for action in ACTIONS:
            key = uuid.uuid4()
            bind.execute(permission.insert().values(id=key, resource_type=resource, action=action))
            bind.execute(held.insert().values(role_id=admin, permission_id=key))


def downgrade() -> None:
    # Only what an upgrade made goes: roles lose what the older platform does not know.
    permission = sa.table("permission", sa.column("resource_type", sa.String()))
    op.execute(permission.delete().where(permission.c.resource_type.in_(NEW_RESOURCES)))
    op.drop_column("macro", "updated_by")
    for name in INDICES:
        op.drop_index(name, table_name="endpoint")
    for column in ("datasource_id", "access", "state"):
        op.drop_column("endpoint", column)
    op.drop_column("user_account", "last_login_at")

    op.drop_column("client", "previous_secret_until")
    op.drop_column("client", "previous_secret_hash")

    op.drop_table("firewall_rule")

    op.drop_table("user_session")

    op.drop_table("password_reset")
    op.drop_table("oidc_login")

    op.drop_table("external_identity")

    op.drop_table("login_throttle")

    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_kept()")
