"""What the team does with people: tags, notes, and doubles made one, or two again."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import Conflict, NotFound
from service.core.tokens import new_id
from service.credentials.operations import Signer
from service.directory.errors import MergeOver, SamePerson
from service.directory.queries import get_person
from service.invitations.models import Invitation
from service.people.models import CARD_FIELDS, Apart, Merge, Person, PersonTag
from service.places.operations import Full
from service.registrations.models import TAKES_A_PLACE, Registration
from service.registrations.moving import get_or_make_tag, put_tag
from service.registrations.operations import cancel
from service.registrations.queries import find_by_email
from service.registrations.seats import sit_down
from service.registrations.undoing import code_as_before

LONGEST_NOTE = 4_000
LONGEST_TAG = 60


async def set_note(
    session: AsyncSession, actor: Actor, person: Person, note: str, *, expected_version: int
) -> None:
    """The team's own words; `person` was fetched with a lock. Raises Conflict when somebody was faster."""
    if person.version != expected_version:
        raise Conflict
    if person.note != note[:LONGEST_NOTE]:
        person.note = note[:LONGEST_NOTE]
        person.version += 1
        await _record(session, actor, person, "person.noted")


async def set_tag(session: AsyncSession, actor: Actor, person: Person, name: str, *, on: bool) -> None:
    """Put a tag on, or take it off; a new word makes a new tag."""
    name = " ".join(name.split())[:LONGEST_TAG]
    if not name:
        return
    tag = await get_or_make_tag(session, person.organisation_id, name)
    await put_tag(session, [person.id], tag.id, on=on)
    await _record(session, actor, person, "person.tagged" if on else "person.untagged", tag=tag.name)


async def tell_apart(session: AsyncSession, actor: Actor, one: Person, other: Person) -> None:
    """They are two: not offered as doubles any more."""
    low, high = sorted((one.id, other.id))
    await session.execute(postgresql.insert(Apart).values(one_id=low, other_id=high).on_conflict_do_nothing())
    await _record(session, actor, one, "person.apart", other=str(other.id), called=other.native_name)


async def merge(
    session: AsyncSession, actor: Actor, kept: Person, gone: Person, *, take: Collection[str] = (),
    cancelled: Collection[UUID] = (), signer: Signer, now: datetime,
) -> Merge:  # fmt: skip
    """Two rows become one; both were fetched with a lock, in the order of their ids.

    The one kept has its own card, what is empty there from the other, and the fields named in `take`. Registrations and
    invitations change hands as they are; those in `cancelled` were double at an event and are cancelled without a mail.
    Raises SamePerson, WrongState, NotFound for a registration of neither."""
    if kept.id == gone.id:
        raise SamePerson
    before, lost = _card(kept), _card(gone)
    after = {
        field: lost[field] if lost[field] and (field in take or not before[field]) else before[field]
        for field in CARD_FIELDS
    }
    if before["email"] and "email" not in take:
        after["email"] = before["email"]
    made = Merge(
        id=new_id(), organisation_id=kept.organisation_id, kept_id=kept.id, gone_id=gone.id,
        gone=lost | {"note": gone.note},
        before=before | {"note": kept.note}, after=after, made_by=actor.name, made_at=now,
        registrations=await _hand_over(session, Registration, gone.id, kept.id),
        invitations=await _hand_over(session, Invitation, gone.id, kept.id),
        merges=await _hand_merges_over(session, gone.id, kept.id),
        tags=await _tags_over(session, gone.id, kept.id),
        cancelled=await _cancel_doubles(session, actor, kept, cancelled, signer=signer, now=now),
    )  # fmt: skip
    await session.delete(gone)
    await session.flush()  # its address is free now
    for field, value in after.items():
        setattr(kept, field, value)
    kept.note = "\n\n".join(note for note in (kept.note, gone.note) if note)[:LONGEST_NOTE]
    kept.name_key = None
    kept.version += 1
    session.add(made)
    await _record(session, actor, kept, "person.merged", other=str(gone.id), called=lost["native_name"])
    return made


def _card(person: Person) -> dict[str, Any]:
    return {field: getattr(person, field) for field in CARD_FIELDS}


async def _hand_over(session: AsyncSession, model: Any, from_id: UUID, to_id: UUID) -> list[UUID]:
    changed = update(model).where(model.person_id == from_id).values(person_id=to_id).returning(model.id)
    return list((await session.execute(changed.execution_options(synchronize_session=False))).scalars())


async def _hand_merges_over(session: AsyncSession, from_id: UUID, to_id: UUID) -> list[UUID]:
    """Whoever was merged into the one that goes can still be told apart from the one that stays."""
    changed = update(Merge).where(Merge.kept_id == from_id).values(kept_id=to_id).returning(Merge.id)
    return list((await session.execute(changed.execution_options(synchronize_session=False))).scalars())


async def _tags_over(session: AsyncSession, from_id: UUID, to_id: UUID) -> dict[str, list[str]]:
    """{of: those of the one that goes, new: those of them that the other had not}."""
    of = set(
        (await session.execute(select(PersonTag.tag_id).where(PersonTag.person_id == from_id))).scalars()
    )
    had = set((await session.execute(select(PersonTag.tag_id).where(PersonTag.person_id == to_id))).scalars())
    if of - had:
        await session.execute(
            insert(PersonTag), [{"person_id": to_id, "tag_id": one} for one in sorted(of - had)]
        )
    return {"of": [str(one) for one in sorted(of)], "new": [str(one) for one in sorted(of - had)]}


async def _cancel_doubles(
    session: AsyncSession, actor: Actor, kept: Person, ids: Collection[UUID], *, signer: Signer, now: datetime
) -> list[dict[str, Any]]:
    done = []
    for one in sorted(ids):
        wanted = select(Registration).where(Registration.id == one, Registration.person_id == kept.id)
        guest = (
            await session.execute(wanted.with_for_update().execution_options(populate_existing=True))
        ).scalar_one_or_none()
        if guest is None:
            raise NotFound
        was = {"id": str(guest.id), "state": guest.state, "reason": guest.reason}
        await cancel(session, actor, guest, reason="double", signer=signer, now=now, tell=False)
        done.append(was | {"version": guest.version})
    return done


async def take_back(session: AsyncSession, actor: Actor, found: Merge, *, now: datetime) -> int:
    """Two people again, each with what was theirs; `found` was fetched with a lock. Returns how many registrations that
    were cancelled as doubles stay so: they were changed since, or there is no place any more. Raises MergeOver."""
    if found.undone_at is not None:
        raise MergeOver
    kept = await get_person(session, found.organisation_id, found.kept_id, lock=True)
    for field, value in found.after.items():
        if getattr(kept, field) == value:  # what somebody changed since stays
            setattr(kept, field, found.before[field])
    kept.name_key = None
    kept.version += 1
    if (
        kept.note
        == "\n\n".join(one for one in (found.before["note"], found.gone["note"]) if one)[:LONGEST_NOTE]
    ):
        kept.note = found.before["note"]
    await session.flush()
    other = Person(id=found.gone_id, organisation_id=found.organisation_id, **found.gone)
    if other.email and await _address_taken(session, found.organisation_id, other.email):
        other.email = ""
    session.add(other)
    await session.flush()
    await _give_back(session, found)
    stayed = 0
    for one in found.cancelled:
        stayed += not await _seat_again(session, actor, one, now)
    found.undone_at = now
    await _record(
        session, actor, kept, "person.merge_taken_back", other=str(other.id), called=other.native_name
    )
    return stayed


async def _address_taken(session: AsyncSession, organisation_id: UUID, email: str) -> bool:
    same = select(Person.id).where(
        Person.organisation_id == organisation_id, Person.email == email, Person.email != ""
    )
    return (await session.execute(same)).first() is not None


async def _give_back(session: AsyncSession, found: Merge) -> None:
    for model, ids in ((Registration, found.registrations), (Invitation, found.invitations)):
        mine = update(model).where(model.id.in_(ids), model.person_id == found.kept_id)
        await session.execute(
            mine.values(person_id=found.gone_id).execution_options(synchronize_session=False)
        )
    theirs = update(Merge).where(Merge.id.in_(found.merges), Merge.kept_id == found.kept_id)
    await session.execute(theirs.values(kept_id=found.gone_id).execution_options(synchronize_session=False))
    tags = [{"person_id": found.gone_id, "tag_id": UUID(one)} for one in found.tags["of"]]
    if tags:
        known = set((await session.execute(text("SELECT id FROM tags WHERE id = ANY(:ids)"),
                                           {"ids": [one["tag_id"] for one in tags]})).scalars())  # fmt: skip
        await session.execute(insert(PersonTag), [one for one in tags if one["tag_id"] in known])
    new = [UUID(one) for one in found.tags["new"]]
    await session.execute(
        delete(PersonTag).where(PersonTag.person_id == found.kept_id, PersonTag.tag_id.in_(new))
    )


async def _seat_again(session: AsyncSession, actor: Actor, one: dict[str, Any], now: datetime) -> bool:
    wanted = select(Registration).where(Registration.id == UUID(one["id"])).with_for_update()
    guest = (await session.execute(wanted.execution_options(populate_existing=True))).scalar_one_or_none()
    if guest is None or guest.version != one["version"]:
        return False
    if guest.email and await find_by_email(session, guest.event_id, guest.email) is not None:
        return False
    if one["state"] in TAKES_A_PLACE:
        try:
            await sit_down(session, guest)
        except Full:
            return False
    await code_as_before(session, guest, {"state": one["state"]}, now)
    guest.state, guest.reason = one["state"], one["reason"]
    guest.version += 1
    await session.flush()
    await record(
        session, actor, "registration.taken_back", organisation_id=guest.organisation_id, event_id=guest.event_id,
        subject_id=guest.id, before="cancelled", after=guest.state,
    )  # fmt: skip
    return True


async def _record(session: AsyncSession, actor: Actor, person: Person, name: str, **data: Any) -> None:
    await session.flush()
    await record(session, actor, name, organisation_id=person.organisation_id, subject_id=person.id, **data)
