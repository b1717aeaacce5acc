"""/healthz: the process answers. /readyz: database, queue and schema version are as they must be."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.response import Response
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from service.core.database import Database

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


@get("/healthz", media_type=MediaType.TEXT, sync_to_thread=False, include_in_schema=False)
def healthz() -> str:
    """Alive."""
    return "ok"


@get("/readyz", include_in_schema=False)
async def readyz(db: NamedDependency[Database], redis: NamedDependency[Redis]) -> Response[dict[str, Any]]:
    """503 with the reasons until all three parts are fine."""
    parts = {"database": await _database(db), "queue": await _queue(redis)}
    ready = all(state == "ok" for state in parts.values())
    return Response({"ready": ready, **parts}, status_code=200 if ready else 503)


@cache
def newest_version() -> str:
    """The schema version this code was written for: the last migration's revision."""
    return max(match[0] for path in VERSIONS.glob("*.py") if (match := re.match(r"\d+", path.name)))


async def _database(db: Database) -> str:
    try:
        async with db.begin() as session:
            version = (
                await session.execute(text("SELECT version_num FROM alembic_version"))
            ).scalar_one_or_none()
    except (SQLAlchemyError, OSError) as error:
        return f"unreachable or empty: {type(error).__name__}"
    return (
        "ok"
        if version == newest_version()
        else f"schema {version}, this code needs {newest_version()}: run qonaq migrate"
    )


async def _queue(redis: Redis) -> str:
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        return f"unreachable: {type(error).__name__}"
    return "ok"


ROUTES = (healthz, readyz)
