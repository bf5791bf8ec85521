# env.py that names its table of versions
from alembic import context
context.configure(version_table="my_versions")
