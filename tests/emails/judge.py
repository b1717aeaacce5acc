"""Every system mail in every language, as it leaves the house, and what a strict reader finds wrong with it.

`./qonaq letters [DIR]` writes them (.eml, .html) and prints the judgement; where SpamAssassin is installed it judges,
too, with its offline rules."""

import email
import email.policy
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dkim

from emails.calendar import CalendarPart, cancel, entry, please_answer, request, tentative
from emails.checks import LARGEST, Page, findings
from emails.dkim import Signer, dns_record, generate_key
from emails.leaving import leaving_address
from emails.letters import EventLetter, Invitation, InvitationReminder, Letter
from emails.message import Attachment, Envelope
from emails.outgoing import outgoing
from emails.render import Rendered, render
from emails.samples import samples
from tests.emails.programs import unsupported

DOMAIN = "qonaq.example"
MOST_POINTS = 1.0
WAY_OUT = ("list-unsubscribe", "list-unsubscribe-post")
SCORED = re.compile(
    rb"^(?:X-Spam-Status: \w+, score=(?P<score>-?[\d.]+).*?tests=(?P<rules>[\w,\s]*?)(?: autolearn|$)"
    rb"|Message-ID: <(?P<name>[\w-]+)@)",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Post:
    """One mail as it goes to the relay."""

    name: str
    letter: Letter
    mail: Rendered
    wire: bytes


def every_mail(now: datetime, key: bytes) -> list[Post]:
    """All samples, signed, with the parts that go with them."""
    signer = Signer(key, DOMAIN, "q1")
    return [_post(name, letter, now, key, signer) for name, letter in samples()]


def _post(name: str, letter: Letter, now: datetime, key: bytes, signer: Signer) -> Post:
    envelope = Envelope(
        from_name="Alatau City", from_address=f"events@{DOMAIN}", to_name=letter.to.name, to_address=letter.to.address,
        message_id=f"{name}@{DOMAIN}", date=now, reply_to="forum@alatau.example", reply_to_name="Alatau City",
        unsubscribe_url=getattr(letter, "unsubscribe", ""),
        unsubscribe_mailto=leaving_address(f"events@{DOMAIN}", "0199" * 8, key),
    )  # fmt: skip
    badge = [Attachment("badge.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(range(256)) * 60)]
    wire = outgoing(
        letter, envelope, calendar=_calendar(letter, now), signer=signer,
        attachments=badge if getattr(letter, "badge_attached", False) else (),
    )  # fmt: skip
    return Post(name, letter, render(letter), wire)


def _calendar(letter: Letter, now: datetime) -> CalendarPart | None:
    if not isinstance(letter, EventLetter):
        return None
    more: dict[str, Any] = {"url": getattr(letter, "own_page", letter.event.url)}
    make = {
        "registration_received": tentative, "registration_approved": request, "registration_cancelled": cancel,
        "event_moved": request, "invitation_ended": cancel,
    }.get(letter.kind)  # fmt: skip
    if letter.kind == "invitation_ended":
        more["about"] = "invitation"
    if isinstance(letter, Invitation | InvitationReminder) and letter.entry_attached:
        make, more["about"] = request, "invitation"
        more |= {"note": please_answer(letter.to.language), "answered": "NEEDS-ACTION"}
    if make is None:
        return None
    return make(
        entry(
            letter.event, letter.to, subject_id="0199", host=DOMAIN, sequence=1, stamp=now,
            organizer_address=f"events@{DOMAIN}", **more,
        )
    )  # fmt: skip


def faults(post: Post, key: bytes) -> list[str]:
    """Sentences for people; none when all is well."""
    message = email.message_from_bytes(post.wire, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return [
        *_of_the_bytes(post.wire), *_of_the_parts(message), *_of_the_links(post.mail),
        *_of_the_signature(post, message, key), *_of_the_page(post.mail),
    ]  # fmt: skip


def _of_the_bytes(wire: bytes) -> list[str]:
    said = {
        "a line end is not CRLF": re.search(rb"(?<!\r)\n|\r(?!\n)", wire) is not None,
        "a line is too long": any(len(line) > 998 for line in wire.split(b"\r\n")),
        "not seven bits": not wire.isascii(),
    }
    return [fault for fault, true in said.items() if true]


def _of_the_parts(message: EmailMessage) -> list[str]:
    found: list[str] = []
    for part in message.walk():
        found += [f"defect in {part.get_content_type()}: {one!r}" for one in part.defects]
        found += [f"defect in a header: {value}" for value in part.values() if getattr(value, "defects", ())]
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    if kinds[:2] != ["text/plain", "text/html"]:
        found.append(f"parts in another order: {kinds}")
    return found


def _of_the_links(mail: Rendered) -> list[str]:
    in_html = sorted(href for href, _ in Page(mail.html).links)
    in_text = sorted(re.findall(r"(?:https?://|mailto:)\S+", mail.text))
    return [] if in_html == in_text else [f"links differ: {in_html} and {in_text}"]


def _of_the_signature(post: Post, message: EmailMessage, key: bytes) -> list[str]:
    found = (
        [] if dkim.verify(post.wire, dnsfunc=lambda *_a, **_k: dns_record(key).encode()) else ["not signed"]
    )
    named = "".join(str(message["DKIM-Signature"]).split()).partition("h=")[2].partition(";")[0].split(":")
    wanted = bool(getattr(post.letter, "unsubscribe", ""))
    for header in WAY_OUT:
        if (header in message) is not wanted:
            found.append(f"{header} {'is missing' if wanted else 'does not belong here'}")
        if wanted and header == "list-unsubscribe" and not _two_ways(str(message[header])):
            found.append("no two ways out")
        if header not in named:
            found.append(f"{header} is not covered by the signature")
    return found


def _two_ways(value: str) -> bool:
    """By a press (https) and by mail, as the rules of large providers and older mail programs want it."""
    return [way.partition(":")[0] for way in re.findall(r"<([^<>\s]+)>", value)] == ["https", "mailto"]


def _of_the_page(mail: Rendered) -> list[str]:
    odd = [one for one in findings(mail) if one != "long_subject"]  # the names in it make it long
    found = [f"odd: {one}" for one in odd] + [f"not everywhere: {one}" for one in unsupported(mail.html)]
    if re.search(r'class="preheader"[^>]*>[^<\s]', mail.html) is None:
        found.append("no preview line")
    return found


def spam_points(folder: Path, posts: Sequence[Post]) -> dict[str, tuple[float, str]]:
    """By name, what SpamAssassin gives without the network, and the rules that said so."""
    files = [str(folder / f"{post.name}.eml") for post in posts]
    done = subprocess.run(["spamassassin", "-L", *files], capture_output=True, check=True)
    found: dict[str, tuple[float, str]] = {}
    given: tuple[float, str] | None = None
    for match in SCORED.finditer(done.stdout.replace(b"\r\n", b"\n")):
        if match["score"]:
            given = float(match["score"]), "".join(match["rules"].decode().split())
        elif given is not None:
            found[match["name"].decode()], given = given, None
    return found


def main(arguments: Sequence[str]) -> int:
    """Writes, judges and prints; 1 when anything is wrong."""
    key, now = generate_key(), datetime.now(UTC).replace(microsecond=0)
    posts = every_mail(now, key)
    with TemporaryDirectory() as nowhere:
        folder = Path(arguments[0] if arguments else nowhere)
        folder.mkdir(parents=True, exist_ok=True)
        for post in posts:
            (folder / f"{post.name}.eml").write_bytes(post.wire)
            (folder / f"{post.name}.html").write_text(post.mail.html, encoding="utf-8")
        wrong = {post.name: found for post in posts if (found := faults(post, key))}
        for name, found in wrong.items():
            print(f"  {name}: {'; '.join(found)}")
        largest = max(len(post.mail.html.encode()) for post in posts)
        print(
            f"  {len(posts)} mails, {len(wrong)} with something wrong; HTML of {largest} bytes at most ({LARGEST})"
        )
        return int(_spam(folder, posts) or bool(wrong))


def _spam(folder: Path, posts: Sequence[Post]) -> bool:
    """Prints what SpamAssassin says; whether any mail gets too many points."""
    if shutil.which("spamassassin") is None:
        print("  SpamAssassin is not installed: spam points were not looked at")
        return False
    points = spam_points(folder, posts)
    unread = sorted({post.name for post in posts} - points.keys())
    ranked = sorted(points.items(), key=lambda one: -one[1][0])
    for name, (score, rules) in ranked[:5]:
        print(f"  SpamAssassin {score:4.1f}  {name}  {rules}")
    most = ranked[0][1][0] if ranked else 0.0
    print(
        f"  SpamAssassin, offline rules: {len(points)} mails, at most {most} points (wanted: {MOST_POINTS})"
    )
    if unread:
        print(f"  SpamAssassin gave no answer for {', '.join(unread)}")
    return most > MOST_POINTS or bool(unread)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
