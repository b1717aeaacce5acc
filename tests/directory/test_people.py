"""One directory across events: people found, noted, tagged, doubles made one and two again."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select, text

from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database
from service.credentials.operations import Signer
from service.directory.queries import fill_keys
from service.people.models import Person
from service.registrations.deciding import approve
from service.registrations.models import Registration
from service.registrations.recounting import recount
from tests.support import factories as make

AT = "/console/people"
HOSTILE = '<img src=x onerror=alert("1")>'


class House:
    """A forum and a roadshow of one organisation, and a neighbour with a double of his own."""

    cookies: dict[str, dict[str, str]]
    forum: Any
    roadshow: Any
    client: httpx.AsyncClient

    def as_(self, role: str) -> httpx.AsyncClient:
        self.client.cookies = httpx.Cookies(self.cookies[role])
        return self.client

    async def send(self, path: str, **form: Any) -> httpx.Response:
        answer = await self.as_("organizer").post(path, data=form)
        return await self.client.get(answer.headers["location"]) if answer.status_code == 303 else answer


@pytest.fixture
async def house(db: Database, signer: Signer, client: httpx.AsyncClient) -> House:
    made = House()
    made.client = client
    async with db.begin() as session:
        host, other = (
            await make.organisation(session),
            await make.organisation(session, "other", "Other House"),
        )
        made.forum = await make.event(session, host)
        made.roadshow = await make.event(session, host, "roadshow")
        for event in (made.forum, made.roadshow):
            await make.category(session, event, "business", 2)
        theirs = await make.event(session, other, "theirs")
        await make.category(session, theirs)
        await make.registration(
            session, signer, theirs, name="Иван Петров", email="ivan@secret.example", latin_name=""
        )
        made.cookies = {
            role: await make.browser(session, host, role) for role in ("owner", "organizer", "viewer", "door")
        }
        made.cookies["outsider"] = await make.browser(session, other, "owner")
        made.cookies["elsewhere"] = await make.browser(
            session, host, "organizer", "one@event.example", at=made.forum
        )
    return made


async def come(
    db: Database, signer: Signer, event: Any, name: str, email: str = "", **more: Any
) -> Registration:
    async with db.begin() as session:
        known = {"latin_name": "", "affiliation": "", "position": "", "country": "", **more}
        made = await make.registration(session, signer, event, name=name, email=email, **known)
        await fill_keys(session)
        return made


async def people(db: Database) -> list[tuple[str, str]]:
    async with db.begin() as session:
        rows = await session.execute(
            text(
                "SELECT native_name, email FROM people p JOIN organisations o ON o.id = p.organisation_id "
                "WHERE o.slug = 'alatau' ORDER BY native_name, email"
            )
        )
        return [(row.native_name, row.email) for row in rows]


async def double(db: Database, signer: Signer, house: House) -> tuple[Registration, Registration]:
    """Tsoi at both events under two addresses, and twice at the forum."""
    one = await come(db, signer, house.forum, "Виктор Цой", "tsoi@band.example", phone="+77011234567")
    other = await come(db, signer, house.forum, "Цой Виктор", "viktor@kino.example", position="Singer")
    await come(db, signer, house.roadshow, "Цой Виктор", "viktor@kino.example", position="Singer")
    return one, other


async def test_a_person_is_one_page_across_events(db: Database, signer: Signer, house: House) -> None:
    first = await come(db, signer, house.forum, "Әсел Нұрланқызы", "assel@steppe.example", latin_name="Assel")
    again = await come(db, signer, house.roadshow, "Әсел Нұрланқызы", "assel@steppe.example")

    listed = await house.as_("viewer").get(AT, params={"q": "Асел"})
    page = await house.client.get(f"{AT}/{first.person_id}")

    assert first.person_id == again.person_id
    assert listed.text.count("assel@steppe.example") == 1
    assert page.status_code == 200
    for link in (f"/console/forum/guests/{first.id}", f"/console/roadshow/guests/{again.id}"):
        assert link in page.text
    assert "ivan@secret.example" not in listed.text + page.text


async def test_notes_and_tags(db: Database, signer: Signer, house: House) -> None:
    who = await come(db, signer, house.forum, "Ana Sousa", "ana@lisbon.example")
    at = f"{AT}/{who.person_id}"

    noted = await house.send(f"{at}/note", note=HOSTILE, version="1")
    stale = await house.send(f"{at}/note", note="mine", version="1")
    await house.send(f"{at}/tag", tag="  VIP  guest ")
    tagged = await house.client.get(f"{AT}?tag=VIP guest")
    await house.send(f"{at}/tag", off="VIP guest")
    untagged = await house.client.get(f"{AT}?tag=VIP guest")

    assert HOSTILE not in noted.text
    assert "&lt;img src=x" in noted.text
    assert "Somebody changed this in the meantime" in stale.text
    assert "Ana Sousa" in tagged.text
    assert "Ana Sousa" not in untagged.text


async def test_doubles_are_offered_with_reasons_and_can_be_told_apart(
    db: Database, signer: Signer, house: House
) -> None:
    one, other = await double(db, signer, house)
    await come(db, signer, house.forum, "Pak Olga", "olga@x.example", phone="+77011234567")

    page = await house.as_("organizer").get(f"{AT}/doubles")
    await house.send(f"{AT}/{one.person_id}/apart/{other.person_id}")
    after = await house.client.get(f"{AT}/doubles")

    assert page.text.count("Compare and merge") == 2
    assert "Same name" in page.text
    assert "Same phone" in page.text
    assert "ivan@secret.example" not in page.text
    assert after.text.count("Compare and merge") == 1
    assert "Same name" not in after.text


async def test_a_merge_keeps_everything_and_is_taken_back(db: Database, signer: Signer, house: House) -> None:
    one, other = await double(db, signer, house)
    at = f"{AT}/{one.person_id}"
    await house.send(f"{AT}/{other.person_id}/tag", tag="Speaker")
    await house.send(f"{AT}/{other.person_id}/note", note="Sings", version="1")
    async with db.begin() as session:
        await approve(session, SYSTEM, house.forum, other.id, signer=signer, now=now())
        code = await session.execute(text("SELECT code FROM credentials WHERE revoked_at IS NULL"))
        before_code = code.scalar_one()

    compared = await house.client.get(f"{at}/merge/{other.person_id}")
    merged = await house.send(f"{at}/merge/{other.person_id}", take="native_name", cancel=str(other.id))

    assert "Registered twice" in compared.text
    assert "They are one person now." in merged.text
    assert merged.text.count("/guests/") == 3
    assert "Speaker" in merged.text
    assert "Sings" in merged.text
    assert await people(db) == [("Цой Виктор", "tsoi@band.example")]
    async with db.begin() as session:
        person = await session.get_one(Person, one.person_id)
        assert (person.position, person.phone) == ("Singer", "+77011234567")
        rows = (await session.execute(select(Registration.person_id, Registration.state))).tuples().all()
        of_kept = sorted(state for person_id, state in rows if person_id == one.person_id)
        assert of_kept == ["cancelled", "pending", "pending"]
        mails = await session.execute(
            text("SELECT count(*) FROM deliveries WHERE letter = 'registration_cancelled'")
        )
        assert mails.scalar_one() == 0
    async with db.begin() as session:
        assert await recount(session) == []
        merge_id = (await session.execute(text("SELECT id FROM merges"))).scalar_one()

    back = await house.send(f"{AT}/merges/{merge_id}/undo")
    twice = await house.send(f"{AT}/merges/{merge_id}/undo")

    assert "Two people again." in back.text
    assert "This merge was taken back already" in twice.text
    assert await people(db) == [("Виктор Цой", "tsoi@band.example"), ("Цой Виктор", "viktor@kino.example")]
    async with db.begin() as session:
        again = await session.get_one(Registration, other.id)
        assert (again.person_id, again.state) == (other.person_id, "approved")
        alive = await session.execute(text("SELECT code FROM credentials WHERE revoked_at IS NULL"))
        assert alive.scalar_one() == before_code
        kept = await session.get_one(Person, one.person_id)
        assert (kept.position, kept.note) == ("", "")
    async with db.begin() as session:
        assert await recount(session) == []


async def test_a_double_that_lost_its_place_stays_cancelled(
    db: Database, signer: Signer, house: House
) -> None:
    one, other = await double(db, signer, house)
    await house.send(f"{AT}/{one.person_id}/merge/{other.person_id}", cancel=str(other.id))
    await come(db, signer, house.forum, "Third", "third@x.example")
    async with db.begin() as session:
        merge_id = (await session.execute(text("SELECT id FROM merges"))).scalar_one()

    back = await house.send(f"{AT}/merges/{merge_id}/undo")

    assert "A registration that was cancelled as a double stays so." in back.text
    async with db.begin() as session:
        assert (await session.get_one(Registration, other.id)).state == "cancelled"
    async with db.begin() as session:
        assert await recount(session) == []


@pytest.mark.parametrize("first", [0, 1])
async def test_a_merge_of_one_who_was_merged_before(
    db: Database, signer: Signer, house: House, first: int
) -> None:
    """Ann was merged into Anna, and Anna into Hanna: both can be taken back, in any order."""
    names = ("Hanna", "Anna", "Ann")
    hanna, anna, ann = [await come(db, signer, house.forum, one, f"{one}@x.example".lower()) for one in names]
    await house.send(f"{AT}/{anna.person_id}/merge/{ann.person_id}")
    await house.send(f"{AT}/{hanna.person_id}/merge/{anna.person_id}")
    assert await people(db) == [("Hanna", "hanna@x.example")]
    async with db.begin() as session:
        merges = list((await session.execute(text("SELECT id FROM merges ORDER BY made_at"))).scalars())

    for merge_id in (merges[first], merges[1 - first]):
        assert "Two people again." in (await house.send(f"{AT}/merges/{merge_id}/undo")).text

    assert await people(db) == [(one, f"{one}@x.example".lower()) for one in sorted(names)]
    async with db.begin() as session:
        for mine in (hanna, anna, ann):
            assert (await session.get_one(Registration, mine.id)).person_id == mine.person_id


async def test_nobody_is_merged_with_oneself_or_with_a_stranger(
    db: Database, signer: Signer, house: House
) -> None:
    one, _ = await double(db, signer, house)
    async with db.begin() as session:
        stranger: UUID = (
            await session.execute(select(Person.id).where(Person.email == "ivan@secret.example"))
        ).scalar_one()
        foreign = (
            await session.execute(select(Registration.id).where(Registration.email == "ivan@secret.example"))
        ).scalar_one()
    at, before = f"{AT}/{one.person_id}", await people(db)

    answers = [
        (await house.as_("organizer").post(f"{at}/merge/{stranger}")).status_code,
        (await house.client.post(f"{AT}/{stranger}/merge/{one.person_id}")).status_code,
        (await house.client.post(f"{at}/apart/{stranger}")).status_code,
        (await house.client.get(f"{AT}/{stranger}")).status_code,
    ]
    _, second = one, (await people(db))[-1]
    other_id = await _person_id(db, second[1])
    theirs = await house.client.post(f"{at}/merge/{other_id}", data={"cancel": str(foreign)})
    self_merge = await house.send(f"{at}/merge/{one.person_id}")

    assert answers == [404] * 4
    assert theirs.status_code == 404
    assert "Please choose two different people." in self_merge.text
    assert await people(db) == before


async def _person_id(db: Database, email: str) -> UUID:
    async with db.begin() as session:
        return (await session.execute(select(Person.id).where(Person.email == email))).scalar_one()


async def test_who_sees_the_directory(db: Database, signer: Signer, house: House) -> None:
    one, other = await double(db, signer, house)
    at = f"{AT}/{one.person_id}"

    seen, changed = {}, {}
    for role in ("viewer", "door", "elsewhere", "outsider"):
        seen[role] = [(await house.as_(role).get(path)).status_code for path in (AT, f"{AT}/doubles", at)]
        changed[role] = [
            (await house.client.post(path, data={"version": "1"})).status_code
            for path in (
                f"{at}/note",
                f"{at}/tag",
                f"{at}/merge/{other.person_id}",
                f"{at}/apart/{other.person_id}",
            )
        ]

    assert seen == {
        "viewer": [200] * 3,
        "door": [404] * 3,
        "elsewhere": [404] * 3,
        "outsider": [200, 200, 404],
    }
    assert changed == {
        "viewer": [403] * 4, "door": [404] * 4, "elsewhere": [404] * 4, "outsider": [404] * 4,
    }  # fmt: skip


async def test_the_list_takes_the_same_queries_for_one_and_for_three(
    db: Database, signer: Signer, house: House, app: Any
) -> None:
    asked: list[str] = []
    engine = app.state.db.engine.sync_engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    async def queries(path: str) -> int:
        asked.clear()
        assert (await house.as_("organizer").get(path)).status_code == 200
        return len(asked)

    who = await come(db, signer, house.forum, "Ana", "a@x.example")
    pages = (AT, f"{AT}?q=a", f"{AT}/doubles", f"{AT}/{who.person_id}")
    with_one = [await queries(path) for path in pages]
    for event in (house.forum, house.roadshow):
        await come(db, signer, event, "Ana", f"b@{event.slug}.example")

    assert [await queries(path) for path in pages] == with_one
