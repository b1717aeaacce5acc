"""The badge by the API: of an approved guest, for those who may see the event."""

import io

import httpx
import pypdfium2  # type: ignore[import-untyped]

from service.core.database import Database
from service.credentials.operations import Signer
from tests.support import factories as make


async def test_the_badge_of_an_approved_guest(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    async with db.begin() as session:
        host, other = await make.organisation(session), await make.organisation(session, "other")
        event = await make.event(session, host, "forum")
        await make.category(session, event, approval="desk")
        guest = await make.registration(session, signer, event, name="김민서", email="minseo@guests.example")
        organizer, viewer = [await make.token(session, host, role) for role in ("organizer", "viewer")]
        outsider = await make.token(session, other, "owner")
    at = f"/api/v1/events/forum/registrations/{guest.id}"

    early = await client.get(f"{at}/badge", headers=viewer)
    assert (early.status_code, early.json()["code"]) == (404, "no_badge")
    await client.post(f"{at}/approve", headers=organizer)
    assert (await client.get(f"{at}/badge", headers=outsider)).status_code == 404
    assert (await client.get(f"{at}/badge")).status_code == 401
    answer = await client.get(f"{at}/badge", headers=viewer)

    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "application/pdf",
        "no-store",
    )
    document = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    assert len(document) == 1
    assert "김민서" in document[0].get_textpage().get_text_range()
