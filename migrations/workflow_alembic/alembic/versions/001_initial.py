"""Types, tables and constraints of a workflow engine.

Revision ID: 001
Revises:
Create Date: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "001"
down_revision = None
branch_labels = None
depends_on = None

# Made and dropped here, not along with a table: run_status is of two of them.
USER_ROLE = postgresql.ENUM("admin", "developer", "viewer", name="user_role", create_type=False)
TRIGGER_TYPE = postgresql.ENUM(
    "manual", "schedule", "webhook", "event", name="trigger_type", create_type=False
)
RUN_STATUS = postgresql.ENUM(
    "pending",
    "running",
    "completed",
    "failed",
    "cancelled",
    name="run_status",
    create_type=False,
)
ENUMS = (USER_ROLE, TRIGGER_TYPE, RUN_STATUS)

# updated_at is kept by the database, whoever writes.
KEPT = ("users", "api_keys", "workflows", "workflow_steps", "workflow_runs", "run_step_logs")

# The clock rather than now(): a row changed in the transaction that made it has moved too.
SET_UPDATED_AT = """
CREATE FUNCTION set_updated_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END;
$$
"""


def key():
    return sa.Column(
        "id",
        postgresql.UUID(as_uuid=True),
        nullable=False,
        server_default=sa.text("gen_random_uuid()"),
    )


def reference(name, nullable=False):
    return sa.Column(name, postgresql.UUID(as_uuid=True), nullable=nullable)


def moment(name):
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
    )


def time(name):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade():
    for enum in ENUMS:
        enum.create(op.get_bind(), checkfirst=False)

    op.create_table(
        "users",
        key(),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("role", USER_ROLE, nullable=False),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="users_pkey"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table(
        "api_keys",
        key(),
        reference("user_id"),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("label", sa.Text()),
        time("last_used_at"),
        time("revoked_at"),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="api_keys_pkey"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_api_keys_user_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
    )
    op.create_table(
        "workflows",
        key(),
        reference("owner_id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trigger_type", TRIGGER_TYPE, nullable=False),
        sa.Column("retry_policy", postgresql.JSONB(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="workflows_pkey"),
        # A workflow is not its owner's alone: it is handed over before its owner goes.
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name="fk_workflows_owner_id", ondelete="RESTRICT"
        ),
    )
    op.create_table(
        "workflow_steps",
        key(),
        reference("workflow_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("config", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="workflow_steps_pkey"),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name="fk_workflow_steps_workflow_id",
            ondelete="CASCADE",
        ),
        # Deferrable: checked when the statement ends, so that one UPDATE can move the steps behind
        # a new one.
        sa.UniqueConstraint(
            "workflow_id", "position", name="uq_workflow_steps_position", deferrable=True
        ),
        sa.CheckConstraint("position >= 0", name="ck_workflow_steps_position"),
    )
    op.create_table(
        "workflow_runs",
        key(),
        reference("workflow_id"),
        sa.Column("status", RUN_STATUS, nullable=False, server_default=sa.text("'pending'")),
        time("started_at"),
        time("finished_at"),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="workflow_runs_pkey"),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name="fk_workflow_runs_workflow_id",
            ondelete="CASCADE",
        ),
        # A run that is cancelled while it waits has an end and no start.
        sa.CheckConstraint(
            "started_at IS NULL OR finished_at IS NULL OR finished_at >= started_at",
            name="ck_workflow_runs_finished_at",
        ),
    )
    op.create_table(
        "run_step_logs",
        key(),
        reference("run_id"),
        reference("step_id", nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("status", RUN_STATUS, nullable=False, server_default=sa.text("'pending'")),
        sa.Column("output", postgresql.JSONB()),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="run_step_logs_pkey"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["workflow_runs.id"], name="fk_run_step_logs_run_id", ondelete="CASCADE"
        ),
        # What ran stays known when the step is taken out of the workflow.
        sa.ForeignKeyConstraint(
            ["step_id"],
            ["workflow_steps.id"],
            name="fk_run_step_logs_step_id",
            ondelete="SET NULL",
        ),
        sa.CheckConstraint("attempt >= 1", name="ck_run_step_logs_attempt"),
    )
    # aggregate_id has no foreign key: an event outlives what it tells of.
    op.create_table(
        "outbox",
        key(),
        sa.Column("aggregate_type", sa.Text(), nullable=False),
        reference("aggregate_id"),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        moment("created_at"),
        time("published_at"),
        sa.PrimaryKeyConstraint("id", name="outbox_pkey"),
    )

    op.execute(SET_UPDATED_AT)
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_updated_at BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION set_updated_at()"
        )


def downgrade():
    op.drop_table("outbox")
    op.drop_table("run_step_logs")
    op.drop_table("workflow_runs")
    op.drop_table("workflow_steps")
    op.drop_table("workflows")
    op.drop_table("api_keys")
    op.drop_table("users")

    # Neither a function nor an enum type goes with the tables that use it.
    op.execute("DROP FUNCTION set_updated_at()")
    for enum in reversed(ENUMS):
        enum.drop(op.get_bind(), checkfirst=False)
