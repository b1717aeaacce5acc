"""Writing a list as a file in the words of the one who asked for it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.console.list_words import ListWords
from service.core.actor import Actor
from service.events.models import Event
from service.events.queries import list_category_views
from service.lists.answers import scope_of
from service.lists.export import Sheet, write_file


async def write_list(
    session: AsyncSession, actor: Actor, event: Event, sheet: Sheet, language: str, path: Path,
    each: Callable[[int], Awaitable[None]] | None = None,
) -> int:  # fmt: skip
    """The file at this path; how many guests are in it. Who took a list out of the house stands in the history."""
    scope = await scope_of(session, event, actor)
    words = ListWords(
        language, await list_category_views(session, event.id), scope.questions, zone=event.zone,
        event_languages=event.languages,
    )  # fmt: skip
    count = await write_file(session, scope, sheet, words, path, each)
    await record(
        session, actor, "guests.exported", organisation_id=event.organisation_id, event_id=event.id,
        subject_id=event.id, count=count, form=sheet.form, columns=list(sheet.columns), where=sheet.wanted.where,
    )  # fmt: skip
    return count


def file_name(event: Event, form: str, day: str) -> str:
    """guests-ai-4room-2026-11-23.xlsx"""
    return f"guests-{event.slug}-{day}.{form}"
