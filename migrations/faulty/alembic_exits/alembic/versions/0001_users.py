"""It prints, and gives up in its own way; its downgrade crashes Python."""

import os
import sys

from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    print("looking at the data")
    op.execute("CREATE TABLE users (id int)")
    sys.exit("no data")


def downgrade():
    os.abort()
