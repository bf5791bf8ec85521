"""The tables as the application sees them; what only the database does (triggers) is not here."""

import enum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class UserRole(enum.Enum):
    admin = "admin"
    developer = "developer"
    viewer = "viewer"


class TriggerType(enum.Enum):
    manual = "manual"
    schedule = "schedule"
    webhook = "webhook"
    event = "event"


class RunStatus(enum.Enum):
    pending = "pending"
    running = "running"
    completed = "completed"
    failed = "failed"
    cancelled = "cancelled"


def key():
    return Column(UUID(as_uuid=True), nullable=False, server_default=text("gen_random_uuid()"))


def reference(nullable=False):
    return Column(UUID(as_uuid=True), nullable=nullable)


def moment():
    return Column(DateTime(timezone=True), nullable=False, server_default=func.now())


def time():
    return Column(DateTime(timezone=True), nullable=True)


def status():
    return Column(
        Enum(RunStatus, name="run_status"), nullable=False, server_default=text("'pending'")
    )


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="users_pkey"),
        UniqueConstraint("email", name="uq_users_email"),
    )

    id = key()
    email = Column(String(320), nullable=False)
    name = Column(Text)
    role = Column(Enum(UserRole, name="user_role"), nullable=False)
    created_at = moment()
    updated_at = moment()


class ApiKey(Base):
    __tablename__ = "api_keys"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="api_keys_pkey"),
        ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_api_keys_user_id", ondelete="CASCADE"
        ),
        UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
    )

    id = key()
    user_id = reference()
    key_hash = Column(Text, nullable=False)
    label = Column(Text)
    last_used_at = time()
    revoked_at = time()
    created_at = moment()
    updated_at = moment()


class Workflow(Base):
    __tablename__ = "workflows"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="workflows_pkey"),
        ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name="fk_workflows_owner_id", ondelete="RESTRICT"
        ),
        Index("ix_workflows_owner_id", "owner_id"),
    )

    id = key()
    owner_id = reference()
    name = Column(Text, nullable=False)
    trigger_type = Column(Enum(TriggerType, name="trigger_type"), nullable=False)
    retry_policy = Column(JSONB, nullable=False)
    is_active = Column(Boolean, nullable=False, server_default=text("true"))
    created_at = moment()
    updated_at = moment()


class WorkflowStep(Base):
    __tablename__ = "workflow_steps"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="workflow_steps_pkey"),
        ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name="fk_workflow_steps_workflow_id",
            ondelete="CASCADE",
        ),
        UniqueConstraint(
            "workflow_id", "position", name="uq_workflow_steps_position", deferrable=True
        ),
        CheckConstraint("position >= 0", name="ck_workflow_steps_position"),
    )

    id = key()
    workflow_id = reference()
    position = Column(Integer, nullable=False)
    name = Column(Text, nullable=False)
    action = Column(Text, nullable=False)
    config = Column(JSONB, nullable=False, server_default=text("'{}'"))
    created_at = moment()
    updated_at = moment()


class WorkflowRun(Base):
    __tablename__ = "workflow_runs"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="workflow_runs_pkey"),
        ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name="fk_workflow_runs_workflow_id",
            ondelete="CASCADE",
        ),
        CheckConstraint(
            "started_at IS NULL OR finished_at IS NULL OR finished_at >= started_at",
            name="ck_workflow_runs_finished_at",
        ),
        Index("ix_workflow_runs_workflow_id", "workflow_id"),
        Index("ix_workflow_runs_status", "status"),
    )

    id = key()
    workflow_id = reference()
    status = status()
    started_at = time()
    finished_at = time()
    created_at = moment()
    updated_at = moment()


class RunStepLog(Base):
    __tablename__ = "run_step_logs"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="run_step_logs_pkey"),
        ForeignKeyConstraint(
            ["run_id"], ["workflow_runs.id"], name="fk_run_step_logs_run_id", ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["step_id"],
            ["workflow_steps.id"],
            name="fk_run_step_logs_step_id",
            ondelete="SET NULL",
        ),
        CheckConstraint("attempt >= 1", name="ck_run_step_logs_attempt"),
        Index("ix_run_step_logs_run_id", "run_id"),
    )

    id = key()
    run_id = reference()
    step_id = reference(nullable=True)
    attempt = Column(Integer, nullable=False, server_default=text("1"))
    status = status()
    output = Column(JSONB)
    created_at = moment()
    updated_at = moment()


class OutboxEvent(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="outbox_pkey"),
        Index(
            "ix_outbox_unpublished", "published_at", postgresql_where=text("published_at IS NULL")
        ),
    )

    id = key()
    aggregate_type = Column(Text, nullable=False)
    aggregate_id = reference()
    event_type = Column(Text, nullable=False)
    payload = Column(JSONB, nullable=False)
    created_at = moment()
    published_at = time()
