"""Lives the main job through the pages of a running service, as an organizer, guests and the door would.

    python -m tests.flows.main_job LIST.csv [--home .qonaq]

reads names from the column Person_Name (or name), makes addresses under .example, and prints counts."""

import argparse
import asyncio
import csv
import html
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from service.core.tokens import new_id
from tests.browser.house import House, house

OWNER = {
    "organisation": "Host of the Day",
    "name": "Olga Owner",
    "email": "owner@host.example",
    "password": "a long enough one",
}


async def live_the_job(
    house: House, people: list[tuple[str, str]], *, accept: int, decline: int
) -> dict[str, int]:
    """Returns what was counted, from the inbox and from the API."""
    counts: dict[str, int] = {}
    headers = {"sec-fetch-site": "same-origin", "accept-language": "en"}
    async with httpx.AsyncClient(base_url=house.url, headers=headers, timeout=60) as desk:
        slug = await _make_event(house, desk)
        lines = "\n".join(
            [
                "name;email;language",
                *(
                    f"{name.replace(';', ',')};{mail};{'ko' if n % 3 else 'en'}"
                    for n, (name, mail) in enumerate(people)
                ),
            ]
        )
        answer = await desk.post(
            f"/console/{slug}/invitations/new", data={"lines": lines, "category": "guests", "language": "en"}
        )
        assert answer.status_code == 303, answer.text[-2000:]
        token = house_token(house, slug)
        api = {"authorization": f"Bearer {token}"}
        counts["invited"] = await _by_state(desk, slug, api, "sent", len(people))
        sent = await _mails(house, len(people))
        counts["invitations in the inbox"] = len({mail["to"] for mail in sent})

        guests = [mail for _, mail in people]
        async with httpx.AsyncClient(base_url=house.url, headers=headers, timeout=60) as guest:
            for address in guests[:accept]:
                await _accept(house, guest, await _link(house, address))
            for address in guests[accept : accept + decline]:
                link = await _link(house, address)
                assert (
                    await guest.post(f"{link}/decline", data={"word": "On a mission abroad."})
                ).status_code == 303
        counts["accepted"] = await _by_state(desk, slug, api, "accepted", accept)
        counts["declined"] = await _by_state(desk, slug, api, "declined", decline)

        pending = (await desk.get(f"/api/v1/events/{slug}/registrations?state=pending", headers=api)).json()[
            "items"
        ]
        await desk.post(
            f"/console/{slug}/guests/decide", data={"action": "approve", "id": [one["id"] for one in pending]}
        )
        approved = (await desk.get(f"/api/v1/events/{slug}/registrations?state=approved", headers=api)).json()
        counts["approved"] = approved["total"]
        badges = [await _badge_mail(house, one["email"]) for one in approved["items"]]
        counts["badges by mail"] = sum(
            any(part["name"] == "badge.pdf" for part in mail["attachments"]) for mail in badges
        )

        before = {mail["id"] for mail in await _mails(house, 0)}
        await desk.post(f"/console/{slug}/invitations/remind")
        silent = guests[accept + decline :]
        reminders = [m for m in await _mails(house, len(before) + len(silent)) if m["id"] not in before]
        counts["reminded"] = len({mail["to"] for mail in reminders} & set(silent))
        counts["reminders in the inbox"] = len(reminders)
        counts["reminders to anybody else"] = len({mail["to"] for mail in reminders} - set(silent))
        await desk.post(f"/console/{slug}/invitations/remind")
        await asyncio.sleep(3)
        counts["reminded again"] = len(await _mails(house, 0)) - len(before) - len(reminders)
        answer = await desk.post(f"/console/{slug}/settings", data=_event_form(begins_in=-1))
        assert answer.status_code == 303, answer.text[-3000:]
        await asyncio.sleep(1.2)  # the door knows of a change within a second
        counts["admitted"] = await _enter(desk, slug, api, approved["items"][0]["id"])
    return counts


async def _make_event(house: House, desk: httpx.AsyncClient) -> str:
    """The first owner, an event that goes on now, one category."""
    link = await house_link(house)
    answer = await desk.post(link, data={**OWNER, "password_again": OWNER["password"]})
    assert answer.status_code == 303, answer.text[-3000:]
    if (await desk.get("/console")).status_code != 200:
        await desk.post("/login", data=OWNER)
    answer = await desk.post("/console/events/new", data=_event_form(begins_in=2))
    assert answer.status_code == 303, answer.text[-3000:]
    category = {
        "name_en": "Guests", "key": "guests", "approval": "desk", "visibility": "invited", "colour": "3",
        "capacity": "",
    }  # fmt: skip
    answer = await desk.post("/console/main-job/settings/categories/new", data=category)
    assert answer.status_code == 303, answer.text[-3000:]
    return "main-job"


def _event_form(*, begins_in: int) -> dict[str, Any]:
    """`begins_in` hours from now: reminders go before an event, guests come when it has begun."""
    now = datetime.now(UTC) + timedelta(hours=5)
    return {
        "name_en": "The Main Job", "name_ko": "본 행사", "slug": "main-job", "kind": "forum", "state": "open",
        "zone": "Asia/Almaty", "languages": ["en", "ko"], "colour": "1", "place_en": "Almaty", "host_en": "The Host",
        "starts_at": (now + timedelta(hours=begins_in)).strftime("%Y-%m-%dT%H:%M"), "contact": "office@host.example",
        "ends_at": (now + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip


async def house_link(house: House) -> str:
    """The one-time link for the first owner that `up --empty` printed."""
    for _ in range(300):
        if found := re.findall(r"https?://\S+/welcome/[\w-]+", (house.home.parent / "up.log").read_text()):
            return str(found[-1])
        await asyncio.sleep(0.1)
    raise AssertionError("no link was printed")


def house_token(house: House, slug: str) -> str:
    return house.command("token", "create", "--role", "organizer", "--event", slug, "--home", str(house.home))


async def _by_state(desk: httpx.AsyncClient, slug: str, api: dict[str, str], state: str, wanted: int) -> int:
    count = 0
    for _ in range(600):
        answer = await desk.get(f"/api/v1/events/{slug}/invitations", headers=api)
        count = answer.json()["by_state"].get(state, 0)
        if count >= wanted:
            return count
        await asyncio.sleep(0.2)
    return count


async def _mails(house: House, wanted: int) -> list[dict[str, Any]]:
    async with httpx.AsyncClient(base_url=house.inbox, timeout=60) as inbox:
        for _ in range(600):
            found: list[dict[str, Any]] = (await inbox.get("/api/messages")).json()
            if len(found) >= wanted:
                return found
            await asyncio.sleep(0.2)
    return found


async def _link(house: House, address: str) -> str:
    mail = await house.mail(address)
    return re.findall(rf"{re.escape(house.url)}/i/[\w-]+", mail["text"])[0]


async def _accept(house: House, guest: httpx.AsyncClient, link: str) -> None:
    """Opens the form that the invitation filled in, adds what it asks for, sends it."""
    form_page = (await guest.get(f"{link}/accept")).text
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form_page))
    fields = {
        name: value
        for name, value in fields.items()
        if name in ("key", "category", "consent_version", "native_name", "email")
    }
    fields = {name: html.unescape(value) for name, value in fields.items()}
    answer = await guest.post(
        f"{link}/accept",
        data={**fields, "affiliation": "A Delegation", "language": "en", "country": "KZ", "consent": "yes"},
    )
    assert answer.status_code == 303, answer.text[-3000:]


async def _badge_mail(house: House, address: str) -> dict[str, Any]:
    for _ in range(300):
        async with httpx.AsyncClient(base_url=house.inbox, timeout=60) as inbox:
            for found in (await inbox.get("/api/messages", params={"to": address})).json():
                mail: dict[str, Any] = (await inbox.get(f"/api/messages/{found['id']}")).json()
                if any(part["type"] == "application/pdf" for part in mail["attachments"]):
                    return mail
        await asyncio.sleep(0.2)
    raise AssertionError(f"no badge for {address}")


async def _enter(desk: httpx.AsyncClient, slug: str, api: dict[str, str], registration_id: str) -> int:
    point = (await desk.get(f"/api/v1/events/{slug}/points", headers=api)).json()[0]["id"]
    body = {"scan_id": str(new_id()), "point_id": point, "registration_id": registration_id, "how": "search"}
    answers = [
        (await desk.post(f"/api/v1/events/{slug}/scans", headers=api, json=body)).json() for _ in range(2)
    ]
    return len({answer["verdict"] for answer in answers} & {"admitted"})


def read_people(path: Path) -> list[tuple[str, str]]:
    """Each row a person; the address is made from its number."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    column = "Person_Name" if "Person_Name" in rows[0] else "name"
    return [(row[column], f"delegate{number:04}@inc1.example") for number, row in enumerate(rows, start=1)]


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path)
    options = parser.parse_args()
    people = read_people(options.list)
    print(f"{len(people)} people, {len({name for name, _ in people})} different names")
    async with house("--empty") as running:
        for what, count in (await live_the_job(running, people, accept=20, decline=3)).items():
            print(f"{what:<28}{count}")
    print(Counter(mail.split("@")[1] for _, mail in people))


if __name__ == "__main__":
    asyncio.run(_main())
