"""What has run out is thrown away, once a day."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.questions.files import throw_away_waiting
from service.questions.operations import erase_expired

KEY_LASTS = timedelta(days=30)
FILE_LASTS = timedelta(days=7)
COPY_LASTS = timedelta(days=180)


async def clean(session: AsyncSession, now: datetime) -> None:
    """Sessions and one-time links that ended, idempotency keys that nobody can still be repeating; long work that is
    over, and sooner the files it made; copies of mails after half a year; lists that were brought in, and what nobody
    applied of them; personal answers whose time is over, and files of forms that were never sent."""
    await session.execute(_SESSIONS, {"now": now})
    await session.execute(_LINKS, {"before": now - KEY_LASTS})
    await session.execute(_KEYS, {"before": now - KEY_LASTS})
    await session.execute(_FILES, {"before": now - FILE_LASTS})
    await session.execute(_JOBS, {"before": now - KEY_LASTS})
    await session.execute(_LISTS, {"before": now - KEY_LASTS})
    await session.execute(_NEVER_APPLIED, {"before": now - KEY_LASTS})
    await session.execute(_COPIES, {"before": now - COPY_LASTS})
    await session.execute(_SHELLS, {"before": now - COPY_LASTS - FILE_LASTS})
    await erase_expired(session, now)
    await throw_away_waiting(session, now)


_SESSIONS = text("DELETE FROM sessions WHERE expires_at < :now")
_LINKS = text("DELETE FROM one_time_links WHERE expires_at < :before")
_FILES = text("DELETE FROM job_files WHERE created_at < :before")
_JOBS = text("DELETE FROM jobs WHERE finished_at < :before")
_LISTS = text("DELETE FROM import_files WHERE created_at < :before")
_NEVER_APPLIED = text(
    "DELETE FROM imports WHERE created_at < :before AND state IN ('mapping', 'reading', 'ready')"
)
_COPIES = text("UPDATE deliveries SET copy = NULL WHERE sent_at < :before AND copy IS NOT NULL")
_SHELLS = text("DELETE FROM mail_shells WHERE used_at < :before")
_KEYS = text("DELETE FROM idempotency_keys WHERE created_at < :before")
