"""Reports of many makers, written after their public descriptions: who did not get it, and of which class that is."""

from pathlib import Path
from time import process_time

import pytest

from emails.addresses import verp
from emails.bounces import kind_of, read_bounces
from service.cli import main
from tests.emails.reports_standard import STANDARD
from tests.emails.reports_told import NONE
from tests.emails.reports_told import TOLD as IN_WORDS

KEY = b"k" * 32
SET = [*STANDARD, *IN_WORDS, *NONE]


US = "events@qonaq.example"


def report(
    *, action: str = "failed", status: str = "5.1.1", said: str = "", more: str = "", to: str = US
) -> bytes:
    diagnostic = f"Diagnostic-Code: {said}\n" if said else ""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0

--b
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 24 Nov 2026 09:00:00 +0500

Final-Recipient: rfc822; aigerim@steppe.example
Original-Recipient: rfc822;aigerim@steppe.example
Action: {action}
Status: {status}
{diagnostic}{more}
--b
Content-Type: message/rfc822

From: events@qonaq.example
To: aigerim@steppe.example
Subject: Invitation

Text.
--b--
""".encode()


def plain(
    text: str, *, subject: str = "failure notice", sender: str = "MAILER-DAEMON@mx.example", more: str = ""
) -> bytes:
    head = f"Return-Path: <>\nFrom: {sender}\nTo: events@qonaq.example\nSubject: {subject}\n{more}"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode()


STATUSES = [
    ("5.1.1", "smtp; 550 5.1.1 <aigerim@steppe.example>: Recipient address rejected: User unknown", "hard"),
    ("5.1.2", "smtp; 550 Host unknown", "hard"),
    (
        "5.1.10",
        "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "hard",
    ),
    ("5.4.1", "smtp;550 5.4.1 Recipient address rejected: Access denied.", "hard"),
    (
        "5.4.4",
        "X-Postfix; Host or domain name not found. Name service error for name=steppe.example type=A",
        "hard",
    ),
    ("5.4.310", "smtp;550 5.4.310 DNS domain steppe.example does not exist", "hard"),
    ("5.2.1", "smtp; 550 5.2.1 The email account that you tried to reach is disabled", "hard"),
    ("5.5.0", "smtp;550 5.5.0 Requested action not taken: mailbox unavailable", "hard"),
    ("5.0.0", "smtp; 550-5.1.1 The email account that you tried to reach does not exist.", "hard"),
    ("5.0.0", "smtp; 550 no such user here", "hard"),
    ("5.0.0", "smtp; 550 rejected because of spam", "policy"),
    ("5.0.0", "", "hard"),
    ("5.2.2", "smtp; 552-5.2.2 The email account that you tried to reach is over quota", "full"),
    ("4.2.2", "smtp; 452-4.2.2 The recipient's inbox is out of storage space", "full"),
    ("5.0.0", "smtp; 552 RCPT TO mailbox storage exceeded", "full"),
    ("5.7.1", "smtp; 550 5.7.1 Message rejected due to content restrictions", "policy"),
    ("5.7.26", "smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated", "policy"),
    ("4.7.0", "smtp; 421-4.7.0 Our system has detected an unusual rate of mail from 192.0.2.7", "policy"),
    ("5.3.4", "smtp; 552 5.3.4 Message size exceeds fixed limit", "policy"),
    ("5.1.8", "smtp; 553 5.1.8 Sender address rejected: Domain not found", "policy"),
    ("4.4.1", "X-Postfix; connect to mx.steppe.example[192.0.2.1]:25: Connection timed out", "soft"),
    ("4.4.7", "smtp;400 4.4.7 Message delayed", "soft"),
    ("5.4.7", "smtp; 554 5.4.7 delivery time expired", "soft"),
    ("4.0.0", "smtp; 451 Greylisted, please come back later", "soft"),
    ("", "smtp; 550 5.1.1 unknown", "hard"),
]


@pytest.mark.parametrize(("status", "said", "kind"), STATUSES)
def test_the_status_decides(status: str, said: str, kind: str) -> None:
    [found] = read_bounces(report(status=status, said=said))
    assert (found.address, found.kind, found.delayed) == ("aigerim@steppe.example", kind, False)


def test_words_do_not_overrule_a_status() -> None:
    assert kind_of("5.1.1", "550 5.1.1 spam, quota, blocked") == "hard"
    assert kind_of("5.7.1", "550 5.7.1 user unknown, mailbox full") == "policy"


def test_a_delay_is_no_failure_yet_and_a_delivery_none() -> None:
    [found] = read_bounces(report(action="delayed", status="4.4.1"))
    assert (found.kind, found.delayed) == ("soft", True)
    assert read_bounces(report(action="delivered", status="2.0.0")) == []
    assert read_bounces(report(action="relayed", status="2.0.0")) == []


def test_each_recipient_is_told_apart() -> None:
    more = "\nFinal-Recipient: rfc822; minji@hanriver.example\nAction: failed\nStatus: 5.2.2\n"
    found = read_bounces(report(more=more))
    assert [(one.address, one.kind) for one in found] == [
        ("aigerim@steppe.example", "hard"),
        ("minji@hanriver.example", "full"),
    ]


TOLD = [
    # qmail
    (
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message.\n\n"
        "<aigerim@steppe.example>:\n192.0.2.9 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\n\n"
        "--- Below this line is a copy of the message.\n\nTo: other@wrong.example\n",
        "",
        "hard",
    ),
    # exim
    (
        "This message was created automatically by mail delivery software.\n\n  aigerim@steppe.example\n"
        "    host mx.steppe.example [192.0.2.5]\n    SMTP error from remote mail server after RCPT TO:\n"
        "    552 5.2.2 Over quota\n",
        "X-Failed-Recipients: aigerim@steppe.example\n",
        "full",
    ),
    # postfix, the words alone
    (
        "This is the mail system at host mx.example.\n\n"
        "<aigerim@steppe.example>: host mx.steppe.example[192.0.2.5] said:\n"
        "    554 5.7.1 Service unavailable; Client host blocked (in reply to RCPT TO command)\n",
        "",
        "policy",
    ),
    # sendmail
    (
        "   ----- The following addresses had permanent fatal errors -----\n<aigerim@steppe.example>\n"
        "    (reason: 550 5.1.1 <aigerim@steppe.example>... User unknown)\n",
        "",
        "hard",
    ),
    # an old Exchange
    (
        "Your message did not reach some or all of the intended recipients.\n\n"
        "      aigerim@steppe.example on 11/24/2026\n"
        "            The e-mail account does not exist at the organization.\n            <mx.steppe.example #5.1.1>\n",
        "",
        "hard",
    ),
    ("Could not deliver to aigerim@steppe.example: mailbox full\n", "", "full"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "more", "kind"), TOLD)
def test_reports_in_words(text: str, more: str, kind: str) -> None:
    assert [(one.address, one.kind) for one in read_bounces(plain(text, more=more))] == [
        ("aigerim@steppe.example", kind)
    ]


@pytest.mark.parametrize(
    "mail",
    [
        plain("I am away until Monday.", subject="Automatic reply: Invitation", sender="aigerim@steppe.example",
              more="Auto-Submitted: auto-replied\n"),
        plain("Thank you, I shall come.", subject="Re: Invitation", sender="aigerim@steppe.example"),
        report().replace(b"report-type=delivery-status", b"report-type=disposition-notification"),
        b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000)),
        b"",
        b"\xff\xfe\x00 nothing",
    ],
)  # fmt: skip
def test_what_is_no_report_says_nothing(mail: bytes) -> None:
    assert read_bounces(mail) == []


def test_an_encoded_part_and_an_international_address() -> None:
    body = (
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: utf-8; \\x{C815}@hanriver.example\n"
        "Action: failed\nStatus: 5.1.1\n"
    )
    mail = report().replace(b"message/delivery-status\n", b"message/global-delivery-status\n")
    before, _, rest = mail.partition(b"Reporting-MTA")
    [found] = read_bounces(before + body.encode() + b"\n--b" + rest.split(b"\n--b", 1)[1])
    assert (found.address, found.kind) == ("정@hanriver.example", "hard")


def test_only_our_own_token_counts() -> None:
    ours = verp("events@qonaq.example", "abc123", KEY)
    forged = ours.replace("abc123", "abc124")
    assert [one.token for one in read_bounces(report(to=ours), KEY)] == ["abc123"]
    assert [one.token for one in read_bounces(report(), KEY, recipient=ours)] == ["abc123"]
    assert [one.token for one in read_bounces(report(to=forged), KEY)] == [""]
    assert [one.token for one in read_bounces(report(to=ours), b"x" * 32)] == [""]


def test_the_command_prints_a_line_for_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed, other = tmp_path / "failed.eml", tmp_path / "other.eml"
    failed.write_bytes(report(said="smtp; 550 5.1.1 \x1b[31mno"))
    other.write_bytes(b"Subject: Hello\n\nHello")
    assert main(["bounce", str(failed), str(other), str(tmp_path / "absent")]) == 1
    out = capsys.readouterr()
    assert out.out.splitlines() == [
        f"{failed}\thard\taigerim@steppe.example\t5.1.1\t550 5.1.1 [31mno",
        f"{other}\tnone",
    ]
    assert "absent: No such file" in out.err


def test_a_text_made_to_be_slow_is_read_all_the_same() -> None:
    long = "a" * 3_000_000
    [found] = read_bounces(plain(f"<aigerim@steppe.example>: 550 5.1.1 unknown\n{long}\n{'-' * 1_000_000}"))
    assert (found.address, found.kind) == ("aigerim@steppe.example", "hard")


def test_reports_of_many_makers_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Class and address of every recipient; what is no report prints none."""
    read = {
        one.maker: ([(found.kind, found.address) for found in read_bounces(one.mail)], one.expected)
        for one in SET
    }
    wrong = {maker: pair for maker, pair in read.items() if pair[0] != pair[1]}
    share = 1 - len(wrong) / len(SET)
    with capsys.disabled():
        print(f"\nreports of {len(SET)} makers and kinds: {share:.1%} right", *wrong.items(), sep="\n  ")
    assert len(read) == len(SET)
    assert sum(bool(one.expected) for one in SET) >= 60
    assert share >= 0.95


@pytest.mark.parametrize(
    "body",
    ["a@" * 150_000, "-" * 300_000, " " * 300_000, "user " * 60_000, "<" * 300_000, "a@b.c " * 50_000,
     "rcpt to: " * 40_000,
     "a@bb.cc\n" * 40_000, "550 " * 80_000, "<style>" * 14_000, "Final-Recipient: rfc822; a@bb.cc\n\n" * 9_000],
    ids=lambda body: body[:12].strip() or "spaces",
)  # fmt: skip
def test_a_report_of_any_making_takes_a_bounded_time(body: str) -> None:
    """A third of a megabyte made to be slow: some tenths of a second here, five times that at most."""
    before = process_time()
    read_bounces(plain(body))
    read_bounces(plain(body).replace(b"text/plain", b"text/html"))
    assert process_time() - before < 5
