import shop  # noqa: F401

revision = "a"
down_revision = None


def upgrade():
    pass


def downgrade():
    pass
