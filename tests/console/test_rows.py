"""A row of the list that is corrected where it stands."""

import re

import httpx
import pytest

from service.core.database import Database
from service.credentials.operations import Signer
from service.registrations.models import Registration
from tests.console.conftest import Desk
from tests.support import factories as make

COLS = "cols=name,organisation,email,country"


@pytest.fixture
async def guest(db: Database, signer: Signer, desk: Desk) -> Registration:
    async with db.begin() as session:
        return await make.registration(session, signer, desk.event, name="Aida", email="aida@x.example")


def at(guest: Registration) -> str:
    return f"/console/forum/guests/{guest.id}/row?{COLS}"


def typed(page: str, **more: str) -> dict[str, str]:
    """What the fields of the row hold, and what is typed over it."""
    version = re.findall(r'name="row_version" value="(\d+)"', page)[0]
    return {"row_version": version, **{f"row_{field}": text for field, text in more.items()}}


async def test_it_becomes_fields_and_a_row_again(
    client: httpx.AsyncClient, db: Database, desk: Desk, guest: Registration
) -> None:
    organizer = desk.as_(client, "organizer")

    fields = (await organizer.get(f"{at(guest)}&edit=1")).text
    saved = await organizer.post(at(guest), data=typed(fields, native_name="Aida Serik", country="KZ"))

    assert fields.lstrip().startswith("<tr")
    assert 'value="aida@x.example"' in fields
    assert 'name="row_position"' not in fields  # no such column
    assert saved.status_code == 200
    assert "Aida Serik" in saved.text
    assert "<input class" not in saved.text
    async with db.begin() as session:
        found = await session.get_one(Registration, guest.id)
        assert (found.native_name, found.country, found.email) == ("Aida Serik", "KZ", "aida@x.example")
        assert "serik" in found.search
    listed = (await organizer.get(f"/console/forum/guests?{COLS}")).text
    assert f'hx-get="/console/forum/guests/{guest.id}/row?cols=' in listed


async def test_what_is_wrong_is_said_and_kept(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, guest: Registration
) -> None:
    async with db.begin() as session:
        await make.registration(session, signer, desk.event, name="Other", email="other@x.example")
    organizer = desk.as_(client, "organizer")
    fields = (await organizer.get(f"{at(guest)}&edit=1")).text

    wrong = await organizer.post(at(guest), data=typed(fields, email="no address", native_name=""))
    taken = await organizer.post(at(guest), data=typed(fields, email="other@x.example"))

    assert (wrong.status_code, 'value="no address"' in wrong.text, wrong.text.count("aria-invalid")) == (
        422,
        True,
        2,
    )
    assert (taken.status_code, "registered for this event already" in taken.text) == (422, True)
    async with db.begin() as session:
        assert (await session.get_one(Registration, guest.id)).version == guest.version


async def test_two_at_once_never_overwrite_each_other_silently(
    client: httpx.AsyncClient, db: Database, desk: Desk, guest: Registration
) -> None:
    organizer = desk.as_(client, "organizer")
    mine = typed((await organizer.get(f"{at(guest)}&edit=1")).text, native_name="Mine")
    theirs = typed((await organizer.get(f"{at(guest)}&edit=1")).text, native_name="Theirs")

    assert (await organizer.post(at(guest), data=theirs)).status_code == 200
    refused = await organizer.post(at(guest), data=mine)

    assert (refused.status_code, 'value="Mine"' in refused.text) == (422, True)
    assert "Somebody saved this in the meantime." in refused.text
    assert re.search(r"Saved meanwhile: <bdi>Theirs", refused.text)
    once_more = await organizer.post(at(guest), data=typed(refused.text, native_name="Mine"))
    assert once_more.status_code == 200
    async with db.begin() as session:
        assert (await session.get_one(Registration, guest.id)).native_name == "Mine"
    for role, status in (("viewer", 403), ("door", 403), ("outsider", 404), ("", 302)):
        visitor = desk.as_(client, role)
        assert (await visitor.get(f"{at(guest)}&edit=1")).status_code == status
        assert (await visitor.post(at(guest), data=mine)).status_code == status
