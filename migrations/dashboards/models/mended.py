"""The same models with what 002_dashboard_resource has and they lack: its delete rules, and unique
constraints beside plain indexes.  create_all then makes what the migrations make.
"""

import sys

sys.dont_write_bytecode = True  # nothing beside the sources

from sqlalchemy import UniqueConstraint

import models

ON_DELETE = {"modules_v2": "CASCADE", "bundles": "CASCADE", "dashboards": "RESTRICT"}

for table in models.SQLModel.metadata.tables.values():
    for key in table.foreign_key_constraints:
        key.ondelete = ON_DELETE[key.referred_table.name]
    for index in [index for index in table.indexes if index.unique]:
        index.unique = False
        names = index.columns.keys()
        name = "_".join(["uq", table.name, *names])
        table.append_constraint(UniqueConstraint(*names, name=name))

if __name__ == "__main__":
    models.create_all()
