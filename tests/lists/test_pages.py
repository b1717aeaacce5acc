"""A search reads its hits once; it must agree with listing and counting apart."""

import pytest

from service.core.database import Database
from service.credentials.operations import Signer
from service.lists.fields import Scope
from service.lists.queries import Filter, count_guests, list_guests, list_page
from tests.support import factories

SORTS = (
    "name",
    "-name",
    "registered",
    "-registered",
    "organisation",
    "-country",
    "category",
    "state",
    "decided",
)
NAMES = ("Әсел Нұрланқызы", "김민서", "李明", "Assel Yusupova", "Асель Ким", "Jürgen Müller", "박민준")


@pytest.mark.parametrize("q", ["", "민", "asel", "Асель", "李", "qq", "김", "mu"])
@pytest.mark.parametrize("sort", SORTS)
async def test_a_page_agrees_with_list_and_count(db: Database, signer: Signer, q: str, sort: str) -> None:
    async with db.begin() as session:
        host = await factories.organisation(session)
        forum, other = [await factories.event(session, host, slug) for slug in ("forum", "other")]
        for event in (forum, other):
            await factories.category(session, event)
            for number, name in enumerate(NAMES):
                await factories.registration(
                    session, signer, event, name=name, latin_name="", email=f"guest{number}@guests.example"
                )

    async with db.begin() as session:
        after, seen = "", 0
        while True:
            wanted = Filter(q=q, sort=sort, after=after)
            page = await list_page(session, Scope.of(forum), wanted, limit=2)
            items, total = page.items, page.total
            assert items == await list_guests(session, Scope.of(forum), wanted, limit=2)
            assert total == await count_guests(session, Scope.of(forum), wanted)
            seen += len(items)
            if len(items) < 2:
                break
            after = str(items[-1].id)
        assert seen == await count_guests(session, Scope.of(forum), Filter(q=q))


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("李明", {"Li Ming"}), ("김민수", {"Kim Minsu"}), ("김 민수", {"Kim Minsu"}), ("민수 김", {"Kim Minsu"}),
        ("李", set()), ("Li", {"Li Ming", "Lina Smith"}),
    ],
)  # fmt: skip
async def test_latin_names_are_found_by_sound_but_not_by_one_sign(
    db: Database, signer: Signer, q: str, found: set[str]
) -> None:
    async with db.begin() as session:
        event = await factories.event(session, await factories.organisation(session))
        await factories.category(session, event)
        for number, name in enumerate(("Li Ming", "Kim Minsu", "Lina Smith")):
            await factories.registration(
                session, signer, event, name=name, latin_name="", email=f"guest{number}@guests.example"
            )
        page = await list_page(session, Scope.of(event), Filter(q=q))

    assert ({item.native_name for item in page.items}, page.total) == (found, len(found))


def test_the_letters_of_an_order_are_those_of_names() -> None:
    from service.core.names import sort_key
    from service.registrations.models import LETTERS

    assert "".join(sorted(LETTERS, key=sort_key)) == LETTERS
