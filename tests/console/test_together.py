"""Two of the team at one message, reminder or letter; buttons of a page that somebody else has overtaken."""

import re

import httpx
import pytest
from sqlalchemy import text

from service.core.database import Database
from service.registrations.models import Registration
from tests.console.conftest import Desk
from tests.console.writing import AT, TEXT, drafted, say


def version_in(page: str) -> str:
    """The one that the page's next keystroke or button speaks of."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def beside(page: str) -> str:
    """What is put in place while somebody types."""
    return page.split('id="beside"')[1].split("</aside>", maxsplit=1)[0]


async def said(client: httpx.AsyncClient, path: str, **form: str) -> str:
    """Presses, and reads what the page that follows says."""
    answer = await client.post(path, data=form)
    assert answer.status_code == 303, answer.text[:300]
    page = await client.get(answer.headers["location"])
    while page.status_code == 303:
        page = await client.get(page.headers["location"])
    found = re.search(r'role="status">([^<]*)', page.text)
    return found[1] if found else ""


async def test_what_is_typed_at_once_never_goes_over_the_words_of_another(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration]
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))
    opened = version_in((await organizer.get(f"{draft}/edit")).text)
    await say(organizer, draft, "keep", **TEXT)

    mine = {"subject_en": "Mine", "text_en": "My words."}
    shown = [await organizer.post(f"{draft}/edit", data={**mine, "version": opened})]
    shown.append(await organizer.post(f"{draft}/edit", data={**mine, "version": version_in(shown[0].text)}))

    for page in shown:
        assert (page.status_code, version_in(page.text)) == (422, opened)
        assert "so what you type is not kept" in beside(page.text)
    assert 'value="The way"' in (await organizer.get(f"{draft}/edit")).text
    pressed = await organizer.post(f"{draft}/edit", data={**mine, "version": opened, "do": "keep"})
    assert (pressed.status_code, "Below stands what you typed" in pressed.text) == (422, True)
    assert 'value="Mine"' in pressed.text
    again = await organizer.post(
        f"{draft}/edit", data={**mine, "version": version_in(pressed.text), "do": "keep"}
    )
    assert again.status_code == 200
    assert 'value="Mine"' in (await organizer.get(f"{draft}/edit")).text


async def test_what_cannot_be_read_is_said_while_one_types(
    client: httpx.AsyncClient, desk: Desk, guests: list[Registration]
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))
    page = await organizer.post(f"{draft}/edit", data={**TEXT, "version": "1", "per_minute": "many"})
    assert "Please give a number of mails" in beside(page.text)


async def test_enter_in_a_field_sends_nothing(
    client: httpx.AsyncClient, desk: Desk, guests: list[Registration]
) -> None:
    """Browsers press the first button of the form."""
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))
    form = (await organizer.get(f"{draft}/edit")).text.split('id="compose"')[1]
    assert re.findall(r'name="do" value="(\w+)"', form)[:2] == ["keep", "send"]


@pytest.mark.parametrize("step", ["back", "pause", "resume", "stop"])
async def test_a_step_that_comes_too_late_leads_back_to_the_message(
    client: httpx.AsyncClient, desk: Desk, guests: list[Registration], step: str
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))
    await say(organizer, draft, "keep", **TEXT)
    assert "at another stage by now" in await said(organizer, f"{draft}/{step}")


async def test_a_draft_that_is_sent_already_is_not_thrown_away(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration]
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))
    await say(organizer, draft, "send", **TEXT)
    assert "at another stage by now" in await said(organizer, f"{draft}/remove")
    assert "at another stage by now" in (await say(organizer, draft, "send", **TEXT)).text, "pressed twice"
    async with db.begin() as session:
        assert (await session.execute(text("SELECT count(*) FROM jobs"))).scalar_one() == 1


async def test_a_version_that_was_overtaken_leads_back_to_the_letter(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    organizer, at = desk.as_(client, "organizer"), "/console/forum/letters/registration_approved"
    for number, words in enumerate(("One.", "Two.")):
        await organizer.post(at, data={"do": "keep", "version": str(number), "text_en": words})
    assert "Somebody saved other words meanwhile" in await said(organizer, f"{at}/back", to="1", version="1")


async def test_a_list_of_somebodys_own_is_not_turned_on_by_any_way(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    """“What waits for me” is nobody's when a worker asks."""
    organizer = desk.as_(client, "organizer")
    draft = (await drafted(organizer, f"{AT}/reminders")).removesuffix("/edit")
    await say(organizer, draft, "keep", **TEXT, segment="where=waits:mine")
    async with db.begin() as session:
        await session.execute(text("UPDATE reminder_rules SET state = 'paused'"))
        await session.execute(text("UPDATE campaigns SET state = 'paused', segment = 'where=waits%3Amine'"))
        rule = (await session.execute(text("SELECT id FROM reminder_rules"))).scalar_one()
    assert "what waits for you" in await said(organizer, f"{AT}/reminders/{rule}/on")
    async with db.begin() as session:
        await session.execute(text("UPDATE campaigns SET segment = 'where=(('"))
    assert "cannot be read" in await said(organizer, f"{AT}/reminders/{rule}/on")
    async with db.begin() as session:
        assert (await session.execute(text("SELECT state FROM reminder_rules"))).scalar_one() == "paused"
