"""System mails in the team's own words, per event: kept in versions, compared, taken back.

Only what differs from our words is kept. A version is never changed: going back makes a new one."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from emails.letters import LINKS, PARTS, WRITABLE, fields_of
from emails.letters import Wording as Words
from emails.written import PLACEHOLDERS, parts_of
from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import Conflict, Invalid, NotFound
from service.events.models import Event
from service.messages.drafting import GAPS, LONGEST_BUTTON, LONGEST_SUBJECT, LONGEST_TEXT, wrong_in
from service.messages.models import Wording

LONGEST = {
    "subject": LONGEST_SUBJECT, "heading": LONGEST_SUBJECT, "text": LONGEST_TEXT, "button": LONGEST_BUTTON,
}  # fmt: skip
MOST_SHOWN = 100
MOST_VERSIONS = (
    2**31 - 1
)  # PostgreSQL counts no further in this column, and asking for more is an error to it
OF_GUESTS = frozenset({"latin_name", "honorific", "position", "organisation", "category"})
NOT_EVERYBODY_HAS = frozenset({"honorific", "position", "organisation", "country", "delegation", "place"})

InLanguages = dict[str, dict[str, str]]


class WordingInvalid(Invalid):
    code = "wording_invalid"


def check_letter(letter: str) -> None:
    """Raises NotFound when it is none that a team may write anew."""
    if letter not in WRITABLE:
        raise NotFound


def placeholders_of(letter: str) -> tuple[str, ...]:
    """Those that mean something in it: a refusal has no page to lead to, a focal point no category."""
    known = fields_of(letter)
    without = set(OF_GUESTS) if "delegation" in known else set()
    if not known.intersection(LINKS):
        without.add("own_page")
    return tuple(one for one in PLACEHOLDERS if one not in without)


def check_words_of(letter: str, words: InLanguages) -> dict[str, str]:
    """What must be mended before it may be used, by field: text_xx."""
    known = placeholders_of(letter)
    errors: dict[str, str] = {}
    for code, parts in words.items():
        for part, text in parts.items():
            if wrong := wrong_in(text, LONGEST.get(part, 0) or LONGEST_SUBJECT, known) or _gap(text, letter):
                errors[f"{part}_{code}"] = wrong
    return errors


def _gap(text: str, letter: str) -> str:
    """Mails that go out by themselves are looked at by nobody before: there must be no hole in them."""
    open_ones: Collection[str] = NOT_EVERYBODY_HAS | (
        {"name"} if "delegation" in fields_of(letter) else set()
    )
    bare = (part for part in parts_of(text) if part.kind == "placeholder" and not part.otherwise)
    return GAPS if any(part.text in open_ones for part in bare) else ""


def words_in(wording: Wording | None, letter: str, language: str) -> Words | None:
    """What the team says in this language, None if nothing. Raises WordingInvalid when this version of the program
    cannot use it any more."""
    if wording is None:
        return None
    parts = readable(wording).get(language, {})
    if parts != wording.words.get(language, {}):
        raise WordingInvalid
    if errors := check_words_of(letter, {language: parts}):
        raise WordingInvalid(errors)
    return Words.of(parts) if parts else None


def readable(wording: Wording | None) -> InLanguages:
    """What of it are words at all."""
    found = wording.words.items() if wording else ()
    return {
        language: {part: text for part, text in parts.items() if part in PARTS and isinstance(text, str)}
        for language, parts in found
        if isinstance(parts, dict)
    }


def is_valid(wording: Wording) -> bool:
    """Whether each of its languages can be used; where not, our words go out."""
    try:
        for language in wording.words:
            words_in(wording, wording.letter, language)
    except WordingInvalid:
        return False
    return True


async def list_current(session: AsyncSession, event_ids: Collection[UUID]) -> dict[tuple[UUID, str], Wording]:
    """The version that counts, by event and letter. One query."""
    wanted = (
        select(Wording).where(Wording.event_id.in_(event_ids))
        .ext(distinct_on(Wording.event_id, Wording.letter))
        .order_by(Wording.event_id, Wording.letter, Wording.version.desc())
    )  # fmt: skip
    return {(one.event_id, one.letter): one for one in (await session.execute(wanted)).scalars()}


async def list_versions(session: AsyncSession, event_id: UUID, letter: str) -> list[Wording]:
    """The newest first. One query."""
    wanted = (
        select(Wording).where(Wording.event_id == event_id, Wording.letter == letter)
        .order_by(Wording.version.desc()).limit(MOST_SHOWN)
    )  # fmt: skip
    return list((await session.execute(wanted)).scalars())


async def get_version(session: AsyncSession, event_id: UUID, letter: str, version: int) -> Wording:
    """Raises NotFound."""
    if version > MOST_VERSIONS:
        raise NotFound
    wanted = select(Wording).where(
        Wording.event_id == event_id, Wording.letter == letter, Wording.version == version
    )
    found = (await session.execute(wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def save(
    session: AsyncSession, actor: Actor, event: Event, letter: str, words: InLanguages, version: int
) -> bool:
    """The next version; False when it would say what is said already. `version` is the one that was looked at, 0 for
    ours. Raises Conflict when somebody made another one meanwhile, WordingInvalid."""
    if errors := check_words_of(letter, words):
        raise WordingInvalid(errors)
    current = (await list_current(session, [event.id])).get((event.id, letter))
    if version != (current.version if current else 0):
        raise Conflict
    if words == (current.words if current else {}):
        return False
    made = insert(Wording).values(
        event_id=event.id, letter=letter, version=version + 1, words=words, made_by=actor.name
    )
    done = await session.execute(made.on_conflict_do_nothing().returning(Wording.id))
    if done.scalar_one_or_none() is None:
        raise Conflict
    await record(
        session, actor, "letter.written" if words else "letter.ours", organisation_id=event.organisation_id,
        event_id=event.id, subject_id=event.id, letter=letter, version=version + 1,
    )  # fmt: skip
    return True


async def go_back(
    session: AsyncSession, actor: Actor, event: Event, letter: str, to: int, version: int
) -> bool:
    """The words of an earlier version, or ours (0), are the newest. Raises NotFound, Conflict, WordingInvalid."""
    words = (await get_version(session, event.id, letter, to)).words if to else {}
    return await save(session, actor, event, letter, words, version)
