"""The mail catcher: every mail kept, found and shown without any power."""

import json
import os
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from service.dev.processes import free_port

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Inbox:
    url: str
    smtp: int
    folder: Path

    def get(self, path: str) -> tuple[dict[str, str], str]:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return {key.lower(): value for key, value in answer.headers.items()}, answer.read().decode()

    def messages(self, to: str = "") -> list[dict[str, Any]]:
        return list(json.loads(self.get(f"/api/messages?to={urllib.parse.quote(to)}")[1]))


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    web, smtp, folder = free_port(), free_port(), tmp_path_factory.mktemp("in box")
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "service.dev.inbox:create_app",
         "--port", str(web), "--loop", "uvloop"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "INBOX_FOLDER": str(folder), "INBOX_SMTP_PORT": str(smtp)},
        cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    made = Inbox(f"http://127.0.0.1:{web}", smtp, folder)
    until = time.monotonic() + 60
    while True:
        try:
            made.messages()
            break
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < until
            time.sleep(0.1)
    yield made
    process.terminate()
    process.wait(30)


def letter(to: str, subject: str = "등록이 완료되었습니다", html: str = "<p>Сәлем</p>") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Форум <forum@alatau.example>", to, subject
    mail["Date"] = "Mon, 23 Nov 2026 08:00:00 +0500"
    mail.set_content("Hello")
    mail.add_alternative(html, subtype="html")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="badge Ә.pdf")
    return mail


def send(inbox: Inbox, *mails: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.smtp) as server:
        for mail in mails:
            server.send_message(mail)


def test_a_mail_is_kept_found_and_shown(inbox: Inbox) -> None:
    send(inbox, letter("minho@guests.example"), letter("aigul@guests.example", "Тіркелу"))

    (found,) = inbox.messages("MINHO@")
    assert {**found, "id": ""} == {
        "id": "", "to": "minho@guests.example", "sender": "Форум <forum@alatau.example>",
        "subject": "등록이 완료되었습니다", "date": "Mon, 23 Nov 2026 08:00:00 +0500",
    }  # fmt: skip
    whole = json.loads(inbox.get(f"/api/messages/{found['id']}")[1])
    assert (whole["text"].strip(), whole["html"].strip()) == ("Hello", "<p>Сәлем</p>")
    assert whole["headers"]["X-Envelope-To"] == "minho@guests.example"
    assert [(part["name"], part["type"]) for part in whole["attachments"]] == [
        ("badge Ә.pdf", "application/pdf")
    ]
    assert "등록이 완료되었습니다" in inbox.get("/?to=minho")[1]
    assert "Тіркелу" not in inbox.get("/?to=minho")[1]
    assert "Hello" in inbox.get(f"/mail/{found['id']}")[1]

    number = whole["attachments"][0]["number"]
    headers, body = inbox.get(f"/mail/{found['id']}/part/{number}")
    assert (body, headers["x-content-type-options"]) == ("%PDF-1.7", "nosniff")
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''badge%20%D3%98.pdf"


def test_a_mail_can_do_nothing(inbox: Inbox) -> None:
    send(
        inbox,
        letter(
            "mallory@guests.example", "<b>x", "<script>alert(1)</script><img src='http://evil.example/x'>"
        ),
    )
    (found,) = inbox.messages("mallory@")

    headers, _ = inbox.get(f"/mail/{found['id']}/html")
    policy = headers["content-security-policy"]
    assert ("default-src 'none'" in policy, "script-src" in policy, "sandbox" in policy) == (
        True,
        False,
        True,
    )
    page = inbox.get(f"/mail/{found['id']}")[1]
    assert "&lt;b&gt;x" in page
    assert "<script>alert" not in page
    assert 'sandbox="allow-popups"' in page
    with pytest.raises(urllib.error.HTTPError):
        inbox.get("/mail/..%2F..%2Fetc%2Fpasswd/html")


def test_a_head_that_is_broken_is_shown_as_it_is(inbox: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.smtp) as server:
        server.sendmail(
            "a@x.example", ["odd@guests.example"], b"Subject: =?nowhere-8?B?xyz?=\r\n\r\nbody\r\n"
        )

    (found,) = inbox.messages("odd@")
    assert found["subject"] == "=?nowhere-8?B?xyz?="


def test_it_is_emptied_by_a_post(inbox: Inbox) -> None:
    send(inbox, letter("last@guests.example"))

    urllib.request.urlopen(urllib.request.Request(inbox.url + "/empty", data=b"", method="POST"), timeout=10)

    assert (inbox.messages(), list(inbox.folder.glob("*.eml"))) == ([], [])
