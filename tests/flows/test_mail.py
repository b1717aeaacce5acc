"""From a registration over HTTP to the mail in the inbox: web, outbox, bell, arq worker, SMTP."""

from collections.abc import Iterator
from pathlib import Path

import dkim
import httpx
import msgspec
import pytest

from service.core.database import Database
from service.credentials.operations import DKIM_KEY, Signer, load_key
from service.settings import Settings
from tests.support import factories as make
from tests.support.sink import Sink
from tests.support.worker import own_redis, workers


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    with own_redis(tmp_path) as url:
        yield url


@pytest.fixture
def settings(settings: Settings, redis: str, sink: Sink) -> Settings:
    return msgspec.structs.replace(settings, redis_url=redis, smtp_url=sink.url)


def body(**more: object) -> dict[str, object]:
    return {
        "category": "business", "native_name": "김민서", "latin_name": "Kim Minseo", "email": "minseo@hangang.example",
        "affiliation": "Hangang Labs", "position": "CEO", "country": "KR", "language": "ko", "consent": True,
        "consent_version": 1, **more,
    }  # fmt: skip


async def test_registered_over_http_the_mail_comes_in_korean(
    client: httpx.AsyncClient, db: Database, settings: Settings, sink: Sink, tmp_path: Path
) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event)
        token = await make.token(session, host, "organizer")
    async with workers(settings, tmp_path):
        answer = await client.post(
            "/api/v1/events/forum/registrations", json=body(), headers={**token, "idempotency-key": "1"}
        )
        assert answer.status_code == 201, answer.text
        [mail] = await sink.wait(1)
    message = mail.message
    parts = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert (mail.recipient, str(message["reply-to"]), parts) == (
        "minseo@hangang.example",
        "Alatau City <office@alatau.example>",
        ["text/plain", "text/html", "text/calendar", "application/ics"],
    )
    assert mail.sender.startswith("qonaq+") and mail.sender.endswith("@alatau.example")
    assert f"{settings.base_url}/g/" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "포럼" in str(message["subject"])


async def test_approved_at_once_brings_badge_calendar_and_a_signature_that_holds(
    client: httpx.AsyncClient, db: Database, settings: Settings, sink: Sink, tmp_path: Path, signer: Signer
) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event, approval="automatic")
        token = await make.token(session, host, "organizer")
    async with workers(settings, tmp_path):
        await client.post(
            "/api/v1/events/forum/registrations", json=body(), headers={**token, "idempotency-key": "1"}
        )
        [mail] = await sink.wait(1)
    parts = [part.get_content_type() for part in mail.message.walk() if not part.is_multipart()]
    assert parts == ["text/plain", "text/html", "text/calendar", "application/pdf", "application/ics"]
    async with db.begin() as session:
        pem = await load_key(session, settings.master_key, DKIM_KEY, "dkim", _none)

    def record(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"qonaq._domainkey.alatau.example."
        from emails.dkim import dns_record

        return dns_record(pem).encode()

    assert dkim.verify(mail.data, dnsfunc=record)


def _none() -> tuple[bytes, bytes]:
    raise AssertionError("the worker has made the key")
