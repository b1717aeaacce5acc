"""Migrating from the command line and from tests."""

from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "migrations"


async def create_database(url: str) -> None:
    """Make the database of this address if it is not there (the user must be allowed to)."""
    server, name = url.rsplit("/", 1)
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    finally:
        await connection.close()


def config(url: str) -> Config:
    """Alembic's configuration, without an ini file."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def migrate(url: str, to: str = "head") -> None:
    """Upgrade; not from within a running event loop (alembic's env runs its own)."""
    command.upgrade(config(url), to)
