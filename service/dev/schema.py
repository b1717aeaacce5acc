"""Migrating from the command line and from tests."""

from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from service.dev.errors import StartError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def newest() -> str:
    """The revision of the last migration, without importing one."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


async def refuse_newer(url: str) -> None:
    """Raises StartError if a later Qonaq has migrated this database. An absent or empty one is fine."""
    try:
        connection = await asyncpg.connect(url)
    except asyncpg.InvalidCatalogNameError:
        return
    try:
        found = await connection.fetchval("SELECT max(version_num) FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return
    finally:
        await connection.close()
    if found and found > newest():
        raise StartError(
            f"The database has the schema {found} of a newer Qonaq, this one knows {newest()}: "
            "bring the clone up to date (git pull), or use another database or --home."
        )


async def create_database(url: str) -> None:
    """Make the database of this address if it is not there (the user must be allowed to)."""
    server, name = url.rsplit("/", 1)
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    finally:
        await connection.close()


def config(url: str) -> "Config":
    """Alembic's configuration, without an ini file."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def migrate(url: str, to: str = "head") -> None:
    """Upgrade; not from within a running event loop (alembic's env runs its own)."""
    from alembic import command  # late: `up` asks this module for the newest version at every start

    command.upgrade(config(url), to)
