"""Branches that are merged, and models that are what the migrations make."""

import sqlalchemy as sa
from alembic import context

models = sa.MetaData()
sa.Table("people", models, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text, nullable=False))
sa.Table(
    "visits",
    models,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person_id", sa.Integer, sa.ForeignKey("people.id"), nullable=False, index=True),
)

config = context.config
connectable = sa.engine_from_config(
    config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=sa.pool.NullPool
)
with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=models)
    with context.begin_transaction():
        context.run_migrations()
