"""The API of reminder rules: made, turned on, paused, removed; nothing for who may not."""

import httpx
import pytest
from sqlalchemy import text

from service.core.database import Database
from tests.support import factories as make

AT = "/api/v1/events/forum/reminders"
FORM = {
    "anchor": "starts", "amount": 1, "local_time": "18:00", "list": "where=state:approved",
    "subject": {"en": "Passport"}, "body": {"en": "Bring it."},
}  # fmt: skip


@pytest.fixture
async def tokens(db: Database) -> dict[str, dict[str, str]]:
    async with db.begin() as session:
        host, other = await make.organisation(session), await make.organisation(session, "other")
        await make.event(session, host)
        await make.event(session, other, "elsewhere")
        return {
            "organizer": await make.token(session, host, "organizer"),
            "viewer": await make.token(session, host, "viewer"),
            "outsider": await make.token(session, other, "owner"),
        }


async def test_the_life_of_a_reminder(client: httpx.AsyncClient, tokens: dict[str, dict[str, str]]) -> None:
    organizer = tokens["organizer"]
    made = await client.post(AT, json=FORM, headers=organizer)
    one = made.json()
    states = []
    for step in ("on", "pause", "remove", "back", "on"):
        answer = await client.post(f"{AT}/{one['id']}/{step}", headers=organizer)
        states.append((answer.status_code, answer.json()["state"]))
    listed = (await client.get(AT, headers=tokens["viewer"])).json()

    assert made.status_code == 201
    assert {key: one[key] for key in ("state", "anchor", "amount", "unit", "side", "local_time", "written")} == {
        "state": "draft", "anchor": "starts", "amount": 1, "unit": "days", "side": "before", "local_time": "18:00",
        "written": 0,
    }  # fmt: skip
    assert (one["list"], one["next_at"][-1]) == ("where=state%3Aapproved", "Z")
    assert states == [(201, "on"), (201, "paused"), (201, "removed"), (201, "paused"), (201, "on")]
    assert [row["id"] for row in listed] == [one["id"]]


async def test_a_short_text_goes_with_it(
    client: httpx.AsyncClient, tokens: dict[str, dict[str, str]], db: Database
) -> None:
    organizer, short = tokens["organizer"], {"en": "Bring your passport: {own_page}"}
    made = await client.post(AT, json={**FORM, "short": short}, headers=organizer)
    long = await client.post(AT, json={**FORM, "short": {"en": "x" * 301}}, headers=organizer)
    elsewhere = await client.post(AT, json={**FORM, "short": {"ru": "Паспорт"}}, headers=organizer)

    assert (made.status_code, made.json()["short"]) == (201, short)
    async with db.begin() as session:
        assert (await session.execute(text("SELECT short FROM campaigns"))).scalars().all() == [short]
    assert [answer.status_code for answer in (long, elsewhere)] == [422, 422]


async def test_what_makes_no_sense_is_refused(
    client: httpx.AsyncClient, tokens: dict[str, dict[str, str]]
) -> None:
    organizer = tokens["organizer"]
    made = (await client.post(AT, json=FORM, headers=organizer)).json()
    for wrong, fields in (
        ({"amount": -1}, {"rule_amount"}), ({"anchor": "state:odd", "side": "after"}, {"rule_anchor"}),
        ({"body": {"xx": "?"}}, {"text_en"}), ({"anchor": "offer", "side": "after"}, {"rule_side"}),
        ({"local_time": "noon"}, {"rule_time"}), ({"body": {"en": "{secret}"}}, {"text_en"}),
    ):  # fmt: skip
        answer = await client.post(AT, json={**FORM, **wrong}, headers=organizer)
        assert (answer.status_code, set(answer.json()["errors"])) == (422, fields)
    unread = await client.post(AT, json={**FORM, "list": "where=(("}, headers=organizer)
    assert (unread.status_code, unread.json()["code"]) == (422, "filter_unclear")
    assert (await client.post(f"{AT}/{made['id']}/back", headers=organizer)).status_code == 409
    assert (await client.post(f"{AT}/{made['id']}/explode", headers=organizer)).status_code == 404
    assert (await client.post(f"{AT}/{made['id']}/on", headers=tokens["viewer"])).status_code == 403
    elsewhere = AT.replace("forum", "elsewhere")
    assert (await client.post(f"{elsewhere}/{made['id']}/on", headers=tokens["outsider"])).status_code == 404
    assert (await client.get(AT, headers=tokens["outsider"])).status_code == 404


async def test_words_that_are_not_finished_go_to_nobody_by_any_way(
    client: httpx.AsyncClient, db: Database, tokens: dict[str, dict[str, str]]
) -> None:
    """A draft of the composer is turned on by a caller, or removed, put back and turned on."""
    organizer = tokens["organizer"]
    one = (await client.post(AT, json=FORM, headers=organizer)).json()["id"]
    async with db.begin() as session:
        await session.execute(text('UPDATE campaigns SET body = \'{"en": "Dear {secret}"}\''))
    said = []
    for step in ("on", "remove", "back", "on"):
        answer = await client.post(f"{AT}/{one}/{step}", headers=organizer)
        said.append((answer.status_code, answer.json().get("code") or answer.json()["state"]))
    assert said == [
        (409, "words_unfinished"), (201, "removed"), (201, "paused"), (409, "words_unfinished"),
    ]  # fmt: skip


async def test_words_and_lists_are_taken_as_the_composer_takes_them(
    client: httpx.AsyncClient, db: Database, tokens: dict[str, dict[str, str]]
) -> None:
    """A subject is one line, white space is no text, a list has an end, and none is somebody's own."""
    organizer = tokens["organizer"]
    broken = {"subject": {"en": "Passport\r\nBcc: all@x.example"}}
    made = await client.post(AT, json={**FORM, **broken}, headers=organizer)
    empty = await client.post(
        AT, json={**FORM, "subject": {"en": " "}, "body": {"en": "\n"}}, headers=organizer
    )
    long = await client.post(AT, json={**FORM, "list": "q=" + "x" * 2_000}, headers=organizer)
    own = (await client.post(AT, json={**FORM, "list": "where=waits:mine"}, headers=organizer)).json()["id"]
    on = await client.post(f"{AT}/{own}/on", headers=organizer)

    assert made.json()["subject"] == {"en": "Passport Bcc: all@x.example"}
    assert (empty.status_code, set(empty.json()["errors"])) == (422, {"subject_en", "text_en"})
    assert (long.status_code, long.json()["code"]) == (422, "filter_unclear")
    assert (on.status_code, on.json()["code"]) == (409, "reminder_needs_reader")
