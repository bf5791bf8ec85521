import sqlalchemy as sa
from alembic import context

models = sa.MetaData()
sa.Table(
    "users",
    models,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("nick", sa.String(20)),
)

config = context.config
connectable = sa.engine_from_config(
    config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=sa.pool.NullPool
)
with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=models)
    with context.begin_transaction():
        context.run_migrations()
