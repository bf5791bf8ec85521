"""Runs the migrations over an asynchronous engine, as the application itself connects."""

import asyncio
import os

from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

from models import Base

DRIVER = "postgresql+asyncpg"


def get_url():
    """DATABASE_URL, whatever driver it names: the application has but the one."""
    scheme, separator, rest = os.environ["DATABASE_URL"].partition("://")
    if not scheme.startswith("postgres"):
        raise ValueError("DATABASE_URL names no PostgreSQL database")
    return DRIVER + separator + rest


def run_migrations(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_async_migrations():
    engine = create_async_engine(get_url(), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run_migrations)
    await engine.dispose()


def run_offline_migrations():
    context.configure(url=get_url(), target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline_migrations()
else:
    asyncio.run(run_async_migrations())
