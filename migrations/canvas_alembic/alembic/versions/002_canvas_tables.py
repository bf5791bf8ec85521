"""Business canvases, their theses and proof points, and the files attached to them.

Revision ID: 002
Revises: 001
Create Date: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

# Made once, here: create_type=False keeps create_table from making them again.
LIFECYCLE_LANE = postgresql.ENUM(
    "build", "sell", "milk", "reframe", name="lifecycle_lane", create_type=False
)
CURRENTLY_TESTING_TYPE = postgresql.ENUM(
    "thesis", "proof_point", name="currently_testing_type", create_type=False
)
PROOF_POINT_STATUS = postgresql.ENUM(
    "not_started",
    "in_progress",
    "observed",
    "stalled",
    name="proof_point_status",
    create_type=False,
)
ENUMS = (LIFECYCLE_LANE, CURRENTLY_TESTING_TYPE, PROOF_POINT_STATUS)

CONTENT_TYPES = (
    "image/png",
    "image/jpeg",
    "image/gif",
    "application/pdf",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


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


def foreign_key(name, column, parent, ondelete):
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=ondelete)


def upgrade():
    for enum in ENUMS:
        enum.create(op.get_bind(), checkfirst=False)

    op.create_table(
        "vbus",
        key(),
        sa.Column("name", sa.String(255), nullable=False),
        reference("gm_id"),
        moment("created_at"),
        moment("updated_at"),
        reference("updated_by", nullable=True),
        sa.PrimaryKeyConstraint("id", name="vbus_pkey"),
        foreign_key("fk_vbus_gm_id", "gm_id", "users", "RESTRICT"),
        foreign_key("fk_vbus_updated_by", "updated_by", "users", "SET NULL"),
        sa.CheckConstraint("LENGTH(TRIM(name)) > 0", name="ck_vbus_name_not_empty"),
    )
    # One canvas for one vbu: uq_canvases_vbu_id below.
    op.create_table(
        "canvases",
        key(),
        reference("vbu_id"),
        sa.Column("product_name", sa.String(255)),
        sa.Column("lifecycle_lane", LIFECYCLE_LANE, nullable=False),
        sa.Column("success_description", sa.Text()),
        sa.Column("future_state_intent", sa.Text()),
        sa.Column("primary_focus", sa.String(255)),
        sa.Column("resist_doing", sa.Text()),
        sa.Column("good_discipline", sa.Text()),
        sa.Column("primary_constraint", sa.Text()),
        sa.Column("currently_testing_type", CURRENTLY_TESTING_TYPE),
        reference("currently_testing_id", nullable=True),
        sa.Column("portfolio_notes", sa.Text()),
        moment("created_at"),
        moment("updated_at"),
        reference("updated_by", nullable=True),
        sa.PrimaryKeyConstraint("id", name="canvases_pkey"),
        foreign_key("fk_canvases_vbu_id", "vbu_id", "vbus", "CASCADE"),
        foreign_key("fk_canvases_updated_by", "updated_by", "users", "SET NULL"),
        sa.CheckConstraint(
            "product_name IS NULL OR LENGTH(TRIM(product_name)) > 0",
            name="ck_canvas_product_name",
        ),
        sa.CheckConstraint(
            "(currently_testing_type IS NULL AND currently_testing_id IS NULL)"
            " OR (currently_testing_type IS NOT NULL AND currently_testing_id IS NOT NULL)",
            name="ck_currently_testing_consistency",
        ),
    )
    op.create_table(
        "theses",
        key(),
        reference("canvas_id"),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="theses_pkey"),
        foreign_key("fk_theses_canvas_id", "canvas_id", "canvases", "CASCADE"),
        sa.UniqueConstraint("canvas_id", "order", name="uq_theses_canvas_order"),
        # SQLAlchemy quotes a reserved word where it is a column's name, not within a text.
        sa.CheckConstraint('"order" BETWEEN 1 AND 5', name="ck_thesis_order_range"),
        sa.CheckConstraint("LENGTH(TRIM(text)) > 0", name="ck_thesis_text_not_empty"),
    )
    op.create_table(
        "proof_points",
        key(),
        reference("thesis_id"),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "status", PROOF_POINT_STATUS, nullable=False, server_default=sa.text("'not_started'")
        ),
        sa.Column("evidence_note", sa.Text()),
        sa.Column("target_review_month", sa.Date()),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="proof_points_pkey"),
        foreign_key("fk_proof_points_thesis_id", "thesis_id", "theses", "CASCADE"),
        sa.CheckConstraint(
            "LENGTH(TRIM(description)) > 0", name="ck_proof_point_description_not_empty"
        ),
    )
    # monthly_review_id refers to a table of a later phase, so it has no foreign key yet.
    content_types = ", ".join(f"'{name}'" for name in CONTENT_TYPES)
    op.create_table(
        "attachments",
        key(),
        reference("proof_point_id", nullable=True),
        reference("monthly_review_id", nullable=True),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("storage_path", sa.String(1024), nullable=False),
        sa.Column("content_type", sa.String(128), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(255)),
        reference("uploaded_by"),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="attachments_pkey"),
        foreign_key(
            "fk_attachments_proof_point_id", "proof_point_id", "proof_points", "CASCADE"
        ),
        foreign_key("fk_attachments_uploaded_by", "uploaded_by", "users", "RESTRICT"),
        sa.CheckConstraint(
            "LENGTH(TRIM(filename)) > 0", name="ck_attachment_filename_not_empty"
        ),
        sa.CheckConstraint(
            "LENGTH(TRIM(storage_path)) > 0", name="ck_attachment_storage_path_not_empty"
        ),
        sa.CheckConstraint(
            "size_bytes BETWEEN 1 AND 10485760", name="ck_attachment_size_range"
        ),
        sa.CheckConstraint(
            "label IS NULL OR LENGTH(TRIM(label)) > 0", name="ck_attachment_label"
        ),
        sa.CheckConstraint(
            f"content_type IN ({content_types})", name="ck_attachment_content_type"
        ),
        sa.CheckConstraint(
            "(proof_point_id IS NOT NULL AND monthly_review_id IS NULL)"
            " OR (proof_point_id IS NULL AND monthly_review_id IS NOT NULL)",
            name="ck_attachment_single_parent",
        ),
    )

    op.create_index("ix_vbus_gm_id", "vbus", ["gm_id"])
    op.create_index("uq_canvases_vbu_id", "canvases", ["vbu_id"], unique=True)
    op.create_index("ix_canvases_lifecycle_lane", "canvases", ["lifecycle_lane"])
    op.create_index("ix_theses_canvas_id", "theses", ["canvas_id"])
    op.create_index("ix_proof_points_thesis_id", "proof_points", ["thesis_id"])
    op.create_index("ix_proof_points_status", "proof_points", ["status"])
    op.create_index("ix_attachments_proof_point_id", "attachments", ["proof_point_id"])
    op.create_index("ix_attachments_uploaded_by", "attachments", ["uploaded_by"])
    op.create_index("uq_attachments_storage_path", "attachments", ["storage_path"], unique=True)


def downgrade():
    op.drop_index("uq_attachments_storage_path", "attachments")
    op.drop_index("ix_attachments_uploaded_by", "attachments")
    op.drop_index("ix_attachments_proof_point_id", "attachments")
    op.drop_index("ix_proof_points_status", "proof_points")
    op.drop_index("ix_proof_points_thesis_id", "proof_points")
    op.drop_index("ix_theses_canvas_id", "theses")
    op.drop_index("ix_canvases_lifecycle_lane", "canvases")
    op.drop_index("uq_canvases_vbu_id", "canvases")
    op.drop_index("ix_vbus_gm_id", "vbus")

    op.drop_table("attachments")
    op.drop_table("proof_points")
    op.drop_table("theses")
    op.drop_table("canvases")
    op.drop_table("vbus")

    # An enum type does not go with the tables that use it.
    for enum in reversed(ENUMS):
        enum.drop(op.get_bind(), checkfirst=False)
