"""Any spelling finds the guest; nobody of another event is found."""

import pytest

from service.checkin.schemas import Guest
from service.checkin.search import find_guests
from service.core.database import Database
from service.credentials.operations import Signer
from service.directory.queries import list_people
from service.lists.fields import Scope
from service.lists.language import Not, Term
from service.lists.queries import Filter, count_guests, list_page
from tests.checkin.door import Forum, guest, open_forum

PEOPLE = {
    "Әсел Нұрланқызы": ("Assel Nurlankyzy", "KZ"),
    "Цой Виктор": ("Tsoy Viktor", "KZ"),
    "최민수": ("Choi Minsu", "KR"),
    "李明": ("Li Ming", "CN"),
    "Kim Minsu": ("", "US"),
    "さくら": ("Sakura", "JP"),
}


async def names(forum: Forum, q: str) -> list[str]:
    found = await find_guests(await forum.db.hot(), forum.facts, q)
    return [one.native_name for one in found]


@pytest.fixture
async def full(forum: Forum, signer: Signer) -> Forum:
    # addresses are found, too: a random one that begins with c reads like k
    for number, (name, (latin, country)) in enumerate(PEOPLE.items()):
        more = {"latin_name": latin, "country": country, "affiliation": "Steppe Ventures"}
        await guest(forum, signer, name, email=f"{number}@guests.example", **more)
    return forum


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("Әс", "Әсел Нұрланқызы"), ("asel", "Әсел Нұрланқызы"), ("nurl", "Әсел Нұрланқызы"), ("Цо", "Цой Виктор"),
        ("李", "李明"), ("明", "李明"), ("최", "최민수"), ("민", "최민수"), ("さ", "さくら"), ("kim mi", "Kim Minsu"),
        ("viktor ts", "Цой Виктор"), ("김민수", "Kim Minsu"),
    ],
)  # fmt: skip
async def test_what_is_typed_finds_the_guest(full: Forum, q: str, first: str) -> None:
    assert (await names(full, q))[0] == first


async def test_one_surname_in_three_scripts_the_typed_script_first(full: Forum) -> None:
    assert await names(full, "Choi") == ["최민수", "Цой Виктор"]
    assert await names(full, "цой") == ["Цой Виктор", "최민수"]


@pytest.mark.parametrize("q", ["", " ", "a", "%", "_", "\\", "' OR 1=1", "\x00", "zzzz"])
async def test_too_little_or_nothing_finds_nobody(full: Forum, q: str) -> None:
    assert await names(full, q) == []


async def test_twenty_at_most_and_nobody_of_another_event(full: Forum, signer: Signer, db: Database) -> None:
    other = await open_forum(db, "ceremony", full.host)
    for number in range(25):
        await guest(other, signer, f"Ержан {number}")
    assert await names(full, "ержан") == []
    assert await names(other, "ержан") == [f"Ержан {n}" for n in sorted(map(str, range(25)))][:20]


async def test_what_the_door_sees(full: Forum) -> None:
    [found] = await find_guests(await full.db.hot(), full.facts, "李明")
    assert found == Guest(
        registration_id=found.registration_id, native_name="李明", latin_name="Li Ming", affiliation="Steppe Ventures",
        country="CN", category_id=full.business.id, state="approved", arrived_at=None,
        match="full",
    )  # fmt: skip
    await full.scan(registration_id=found.registration_id, how="search")
    [again] = await find_guests(await full.db.hot(), full.facts, "李明")
    assert again.arrived_at is not None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nurlnakyzy", "Әсел Нұрланқызы"), ("Nurlankzy", "Әсел Нұрланқызы"), ("Nurlankvzy", "Әсел Нұрланқызы"),
        ("Mursultan Nurlamkyzy", ""), ("Vitkor", "Цой Виктор"), ("Витор Цой", "Цой Виктор"), ("Sakurw", "さくら"),
        ("Kin", ""), ("Zzzzzz", ""),
    ],
)  # fmt: skip
async def test_a_slip_of_the_finger_is_forgiven_and_said(full: Forum, typed: str, meant: str) -> None:
    found = await find_guests(await full.db.hot(), full.facts, typed)

    assert {guest.native_name: guest.match for guest in found if guest.match == "similar"} == (
        {meant: "similar"} if meant else {}
    )


async def test_a_whole_name_is_told_from_a_part_and_comes_first(full: Forum, signer: Signer) -> None:
    for name in ("Kim Minsuk", "Kim Minsu Ann"):
        await guest(full, signer, name, latin_name="", country="US", affiliation="Kim Minsu Foundation")

    found = await find_guests(await full.db.hot(), full.facts, "kim minsu")

    assert (found[0].native_name, found[0].match) == ("Kim Minsu", "full")
    assert {one.native_name: one.match for one in found}["Kim Minsuk"] == "part"


HOSTILE = (
    "' | a", "a' & 'b", "\\", "a\\'b", "!a", "a:*", "a <-> b", "'); DROP TABLE", "((((", "% _", "O'Neil", "a&b|c",
    "ʼʻ’", "\u202egnorw", "a" * 5_000, "김 ' 민", "李\\明", "#a", "٪'ا", "ß:B*", "\ud7a3\u0338 x'y",
)  # fmt: skip


async def test_what_is_typed_is_never_read_as_a_query(full: Forum, signer: Signer) -> None:
    """Names of such letters are stored, and looked for at the door, in the list, below a not, and in the directory."""
    event = full.event
    scope = Scope.of(event)
    for name in HOSTILE:
        await guest(full, signer, name[:200], latin_name="", country="US", affiliation=name[:200])
    for text in HOSTILE:
        await find_guests(await full.db.hot(), full.facts, text)
        async with full.db.begin() as session:
            everybody = (await list_page(session, scope, Filter())).total
            found = await count_guests(session, scope, Filter(q=text))
            term = Term("name", "~", (text,))
            assert found <= (everybody or 0)
            without = await count_guests(session, scope, Filter(part=Not(term)))
            assert without + await count_guests(session, scope, Filter(part=term)) == everybody
            await list_people(session, event.organisation_id, text, "", "")


async def test_initials_beside_a_word_narrow_it(full: Forum) -> None:
    assert await names(full, "viktor ц") == ["Цой Виктор"]
    assert await names(full, "цой в") == ["Цой Виктор", "최민수"]  # of Steppe Ventures
    assert await names(full, "viktor q") == []
    assert await names(full, "w viktor") == []
