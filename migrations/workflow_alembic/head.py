"""Brings the database that DATABASE_URL names to head, and fails when the models differ from it."""

import sys

sys.dont_write_bytecode = True  # nothing beside the sources

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

config = Config("alembic.ini")
command.upgrade(config, "head")


def compare(_, context):
    differences = compare_metadata(context, context.opts["target_metadata"])
    if differences:
        sys.exit("\n".join(["autogenerate finds:", *map(repr, differences)]))
    return []


script = ScriptDirectory.from_config(config)
with EnvironmentContext(config, script, fn=compare):
    script.run_env()
