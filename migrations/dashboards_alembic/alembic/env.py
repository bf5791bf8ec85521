"""Runs the migrations on the database that sqlalchemy.url names."""

from alembic import context
from sqlalchemy import engine_from_config, pool

import mended

config = context.config
target_metadata = mended.models.SQLModel.metadata


def run_offline_migrations():
    context.configure(
        url=config.get_main_option("sqlalchemy.url"),
        target_metadata=target_metadata,
        literal_binds=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online_migrations():
    engine = engine_from_config(
        config.get_section(config.config_ini_section),
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=target_metadata, compare_type=True
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline_migrations()
else:
    run_online_migrations()
