"""Files that answer questions, through the form: kept over an error, for their guest alone, thrown away when unsent."""

import io
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from service.core.clock import now
from service.core.database import Database
from service.questions.files import throw_away_waiting
from tests.questions.conftest import Forum
from tests.questions.test_asking import CARD, PDF, guest, own, send


def photo() -> tuple[str, bytes, str]:
    made = io.BytesIO()
    Image.new("RGB", (600, 800), "teal").save(made, "JPEG")
    return ("me.jpg", made.getvalue(), "image/jpeg")


async def test_files_survive_an_error_and_belong_to_their_guest_alone(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    await forum.ask("ticket", "file", required=True)
    await forum.ask("portrait", "photo")

    first = await send(
        client, "/e/forum/register", {"q_ticket": PDF, "q_portrait": photo()}, **{**CARD, "email": "no"}
    )
    tokens = dict(part.split('" value="')[0:2] for part in _kept(first.text))
    second = await send(
        client, "/e/forum/register", {"q_ticket": ("", b"", "application/octet-stream")}, **CARD, **tokens
    )
    await send(
        client,
        "/e/forum/register",
        {"q_ticket": PDF},
        **{**CARD, "email": "other@steppe.example", "key": "o"},
    )

    assert first.status_code == 422
    assert "ticket.pdf" in first.text
    assert second.status_code == 303, second.text
    mine, other = await guest(db), await guest(db, "other@steppe.example")
    here = f"{own(mine)}/files/{mine.answers['ticket']}"
    seen = await client.get(here)
    assert seen.status_code == 200, (here, seen.text[-300:])
    assert (seen.content, seen.headers["content-disposition"].split(";")[0]) == (PDF[1], "attachment")
    assert seen.headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    assert (await client.get(f"{own(mine)}/files/{mine.answers['portrait']}")).headers[
        "content-type"
    ] == "image/jpeg"
    assert (await client.get(f"{own(other)}/files/{mine.answers['ticket']}")).status_code == 404
    console = f"/console/forum/guests/{mine.id}/files/{mine.answers['ticket']}"
    answers = {
        role: (await forum.as_(client, role).get(console)).status_code for role in ("viewer", "outsider", "")
    }
    assert answers == {"viewer": 200, "outsider": 404, "": 302}
    # a token of somebody's file does not answer for another
    stolen = await send(
        forum.as_(client, ""), "/e/forum/register", {"q_portrait": ("", b"", "image/jpeg")},
        **{**CARD, "email": "thief@steppe.example", "key": "t"}, **tokens,
    )  # fmt: skip
    assert stolen.status_code == 422
    assert "Please choose the file again." in stolen.text


def _kept(page: str) -> list[str]:
    return [
        f'{name}" value="{value}' for name, value in re.findall(r'name="(kept_\w+)" value="([^"]+)"', page)
    ]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("a.pdf", b"MZ not a pdf", "application/pdf"), "Please choose a PDF"),
        (("a.pdf", b"%PDF" + b"x" * 10_000_000, "application/pdf"), "10 MB at most"),
    ],
    ids=["content", "size"],
)
async def test_a_file_that_cannot_be_taken(
    client: httpx.AsyncClient, db: Database, forum: Forum, file: Any, said: str
) -> None:
    await forum.ask("ticket", "file")

    answer = await send(client, "/e/forum/register", {"q_ticket": file}, **CARD)

    assert answer.status_code == 422
    assert said in answer.text


async def test_files_of_a_form_that_was_never_sent_are_thrown_away(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    await forum.ask("ticket", "file")
    await send(client, "/e/forum/register", {"q_ticket": PDF}, **{**CARD, "email": "no"})
    await send(client, "/e/forum/register", {"q_ticket": PDF}, **CARD)

    async def count(hours: int) -> int:
        async with db.begin() as session:
            await throw_away_waiting(session, now() + timedelta(hours=hours))
            return int((await session.execute(text("SELECT count(*) FROM files"))).scalar_one())

    assert [await count(hours) for hours in (1, 23, 25)] == [2, 2, 1]
