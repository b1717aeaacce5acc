"""Any spelling finds the guest; nobody of another event is found."""

import pytest

from service.checkin.schemas import Guest
from service.checkin.search import find_guests
from service.core.database import Database
from service.credentials.operations import Signer
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
    for name, (latin, country) in PEOPLE.items():
        await guest(forum, signer, name, latin_name=latin, country=country, affiliation="Steppe Ventures")
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
