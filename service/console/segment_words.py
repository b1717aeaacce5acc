"""Segments as people choose and read them: the usual ones, the views of the team, and any other query of the list."""

from typing import Any

import msgspec
from litestar import Request
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import pick
from service.console.composer_words import SEGMENTS
from service.console.list_words import ListWords
from service.core.actor import Actor
from service.events.models import Event
from service.events.queries import list_category_views, list_events
from service.lists.addresses import chips_of, query_of, read_query
from service.lists.answers import scope_of
from service.lists.errors import FilterUnclear
from service.lists.language import Part, terms
from service.lists.operations import list_views
from service.messages.queries import list_subjects
from service.questions.facts import QuestionFacts
from service.web.templating import language_of, sentence

NAMED = ("got", "missed", "was-at")


class Segments(msgspec.Struct, frozen=True):
    """`known` are queries with their names."""

    known: dict[str, str]
    words: ListWords
    questions: tuple[QuestionFacts, ...]

    def say(self, query: str) -> str:
        """Its name, or its conditions as sentences."""
        if query in self.known:
            return self.known[query]
        try:
            wanted = read_query(query)
        except FilterUnclear:
            return query
        chips = [f"“{wanted.q}”"] if wanted.q else []
        return ", ".join([*chips, *(self.words.part(part) for part, _ in chips_of(wanted))])

    def choices(self, query: str) -> list[tuple[str, str]]:
        """For a field that stands at `query`."""
        return [*self.known.items(), *(() if query in self.known else ((query, self.say(query)),))]


class Names(msgspec.Struct, frozen=True):
    """Of the messages that were sent, by id, and of the other events that the reader sees, by address."""

    messages: dict[str, str]
    events: dict[str, str]

    @property
    def all(self) -> dict[str, str]:
        return self.messages | self.events


async def read_names(session: AsyncSession, actor: Actor, event: Event, language: str) -> Names:
    """Two queries."""
    messages = {str(key): pick(subject, language) for key, subject in await list_subjects(session, event.id)}
    events = {
        one.slug: pick(one.name, language)
        for one in await list_events(session, actor)
        if one.organisation_id == event.organisation_id and one.id != event.id
        and "see" in actor.needs(one.organisation_id, one.id)
    }  # fmt: skip
    return Names({key: name or "…" for key, name in messages.items()}, events)


def needs_names(part: Part) -> bool:
    """Whether it speaks of messages or events."""
    return any(term.field in NAMED for term in terms(part))


async def read_segments(
    request: Request[Any, Any, Any], session: AsyncSession, actor: Actor, event: Event
) -> Segments:
    """Five queries."""
    known = {query_of(read_query(query)): sentence(request, word) for query, word in SEGMENTS.items()}
    for view in await list_views(session, event.id):
        known[query_of(read_query(view.query), after="")] = view.name
    scope = await scope_of(session, event, actor)
    words = ListWords(
        language_of(request), await list_category_views(session, event.id), scope.questions, zone=event.zone,
        event_languages=event.languages, names=(await read_names(session, actor, event, language_of(request))).all,
    )  # fmt: skip
    return Segments(known, words, scope.questions)
