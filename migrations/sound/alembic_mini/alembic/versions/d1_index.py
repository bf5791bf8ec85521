"""An index that is made without a lock."""

from alembic import op

revision = "d1"
down_revision = "c1"


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_visits_person_id", "visits", ["person_id"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_visits_person_id", postgresql_concurrently=True)
