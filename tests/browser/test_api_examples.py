"""Every example in the API's document works against the samples, with a token from the command line."""

import time

import httpx

from service.checkin.routes import SAMPLE_POINT
from tests.browser.house import House

KEYS = {"save_question": "flight"}


async def test_every_example_works_against_the_samples(sample_house: House) -> None:
    house = sample_house
    organizer = house.command(
        "token", "create", "--role", "organizer", "--event", "ai-4room", "--home", str(house.home)
    )
    door = house.command(
        "token", "create", "--role", "door", "--event", "ai-4room", "--home", str(house.home)
    )
    # the directory is the organisation's, not the event's
    everywhere = house.command("token", "create", "--role", "organizer", "--home", str(house.home))
    async with httpx.AsyncClient(
        base_url=house.url, headers={"authorization": f"Bearer {organizer}"}
    ) as client:
        document = (await client.get("/api/v1/openapi.json")).json()
        bodies = {}
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if body := operation.get("requestBody"):
                    (media,) = body["content"].values()
                    bodies[operation["operationId"]] = (method, path, media["schema"]["examples"][0])
        # its own example has been registered by then: the address must be another
        bodies["change_registration"][2]["email"] = "someone.else@steppe-ventures.example"
        pending = (await client.get("/api/v1/events/ai-4room/registrations?state=pending")).json()["items"]
        delegation = (await client.get("/api/v1/events/ai-4room/delegations")).json()[0]["id"]
        invited = (await client.get("/api/v1/events/ai-4room/invitations")).json()["items"]
        answers: dict[str, int] = {}
        for number, (name, (method, path, body)) in enumerate(sorted(bodies.items())):
            waves = (await client.get("/api/v1/events/ai-4room/invitation-waves")).json()
            address = path.format(
                slug="ai-4room",
                wave_id=next((wave["id"] for wave in waves if wave["name"] == body.get("name")), ""),
                invitation_id=next(one["id"] for one in invited if one["state"] == "sent"),
                registration_id=pending[number]["id"],
                delegation_id=delegation,
                key=KEYS.get(name, "expert"),
            )
            token = {"scan": door, "invite_known_people": everywhere}.get(name, organizer)
            headers = {"authorization": f"Bearer {token}"}
            answers[name] = (await client.request(method, address, json=body, headers=headers)).status_code

    assert answers == {
        "add_delegation": 201, "add_wave": 201, "ask_guest": 200, "cancel_registration": 200,
        "change_delegation": 200, "change_registration": 200, "change_wave": 200, "extend_invitation": 200,
        "invite": 201, "invite_known_people": 201, "make_reminder": 201, "register": 201, "reject_registration": 200,
        "save_category": 200, "save_question": 200, "scan": 200, "set_invitation_terms": 200,
    }  # fmt: skip


async def test_the_sample_code_is_admitted_then_already_in(sample_house: House) -> None:
    house = sample_house
    door = house.command(
        "token", "create", "--role", "door", "--event", "ai-4room", "--home", str(house.home)
    )
    scan = {"point_id": str(SAMPLE_POINT), "code": "SAMPLE23", "how": "typed"}
    async with httpx.AsyncClient(base_url=house.url, headers={"authorization": f"Bearer {door}"}) as client:
        verdicts = []
        for number in (1, 2):
            body = {**scan, "scan_id": f"0199a1b2-0000-7000-8000-{int(time.time()):010x}{number:02x}"}
            verdicts.append((await client.post("/api/v1/events/ai-4room/scans", json=body)).json()["verdict"])

    assert verdicts[1] == "already_in"
    assert verdicts[0] in ("admitted", "already_in")  # the example above may have been first


async def test_a_door_token_reads_no_addresses(sample_house: House) -> None:
    house = sample_house
    door = house.command(
        "token", "create", "--role", "door", "--event", "ai-4room", "--home", str(house.home)
    )
    async with httpx.AsyncClient(base_url=house.url, headers={"authorization": f"Bearer {door}"}) as client:
        assert (await client.get("/api/v1/events/ai-4room/registrations")).status_code == 403
        found = (await client.get("/api/v1/events/ai-4room/guests", params={"q": "ki"})).json()
    assert found
    assert "example" not in str(found)
