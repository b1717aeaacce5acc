"""The database: an ORM engine for pages and a bare pool for the three hot statements (register, scan, search)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import DateTime, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table. Times are aware, JSON is jsonb, constraints are named by one convention."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map = {  # noqa: RUF012 — SQLAlchemy's own class attribute
        datetime: DateTime(timezone=True),
        dict[str, str]: JSONB,
        dict[str, Any]: JSONB,
        list[str]: JSONB,
    }


# Data lie in memory or on flash: reading by an index costs no more than in a row (PostgreSQL's default is for disks).
# Compiling a plan (jit) takes longer than running any of ours: a search of 20 ms took 130. Fifty thousand hits are
# sorted and joined in 16 MB; with less they go to files. To start helpers for a statement of 20 ms takes as long as
# they save, and the processors of others.
SETTINGS = {
    "application_name": "qonaq", "random_page_cost": "1.1", "jit": "off", "work_mem": "16MB",
    "max_parallel_workers_per_gather": "0",
}  # fmt: skip
# A plan is kept: one that reads a table of ten rows from end to end would still do so at fifty thousand, until the
# statistics catch up a minute later, and one that merges two tables would walk through all of one. Hot statements
# are about few rows, and find each by an index; compiling costs more than it saves.
HOT_SETTINGS = {
    "application_name": "qonaq hot", "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off",
    "jit": "off", "max_parallel_workers_per_gather": "0",
}  # fmt: skip


def encode_json(value: object) -> str:
    """JSON text; UUIDs and datetimes as RFC 9562 and RFC 3339 text."""
    return msgspec.json.encode(value).decode()


class Database:
    """One per process. `begin()` is the transaction of a request; `hot()` runs statements that commit alone."""

    def __init__(self, url: str, *, pool_size: int = 8, hot_pool_size: int = 4) -> None:
        self.url = url
        self.hot_pool_size = hot_pool_size
        self.engine: AsyncEngine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=True,
            json_serializer=encode_json,
            json_deserializer=msgspec.json.decode,
            connect_args={"server_settings": SETTINGS},
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._hot: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        async with self._sessions() as session, session.begin():
            yield session

    async def hot(self) -> asyncpg.Pool:
        """The bare pool. Its reset is off (saves 8-14 % a statement): nothing here may set session state."""
        if self._hot is None:
            async with self._opening:  # many first requests at once open one pool, not one each
                self._hot = self._hot or await self._open_hot()
        return self._hot

    async def _open_hot(self) -> asyncpg.Pool:
        size = self.hot_pool_size
        return await asyncpg.create_pool(
            self.url,
            min_size=size,
            max_size=size,
            reset=_no_reset,
            init=_init_connection,
            server_settings=HOT_SETTINGS,
        )

    async def close(self) -> None:
        """Give all connections back; safe to call twice."""
        if self._hot is not None:
            await self._hot.close()
            self._hot = None
        await self.engine.dispose()


async def _no_reset(_connection: asyncpg.Connection) -> None:
    """Nothing to reset: the hot statements never SET, LISTEN, lock a session or open a cursor."""


async def _init_connection(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=encode_json, decoder=msgspec.json.decode, schema="pg_catalog"
    )


async def insert_many(
    session: AsyncSession, model: type[Base], rows: Sequence[Mapping[str, Any]], rest: str = ""
) -> None:
    """All rows, which name the same columns, in one statement: a third of the work of one for each, here and in
    PostgreSQL. `rest` is an ON CONFLICT. Values are what JSON can say, so no bytes."""
    if not rows:
        return
    table, columns = model.__tablename__, ", ".join(rows[0])
    statement = (
        f"INSERT INTO {table} ({columns}) SELECT {columns} "
        f"FROM json_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS json)) {rest}"
    )
    await session.execute(text(statement), {"rows": encode_json(rows)})


async def raw(session: AsyncSession) -> asyncpg.Connection:
    """The bare connection of an open session, for one of the hot statements to join its transaction."""
    connection = await session.connection()
    return (await connection.get_raw_connection()).driver_connection
