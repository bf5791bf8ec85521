revision = "b"
down_revision = "a"
def upgrade(:
