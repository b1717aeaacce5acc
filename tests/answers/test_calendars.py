"""Entries that calendars take, move and drop (iTIP, RFC 5546); what Gmail, Outlook and Apple answer is noted."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from icalendar import Calendar

from emails.addresses import verp
from emails.calendar import calendar_key
from emails.replies import read_reply
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.operations import change_event
from service.events.schemas import EventForm
from service.messages.moved import tell
from service.registrations.models import Registration
from service.registrations.operations import cancel
from tests.answers.test_taking_in import hear
from tests.conftest import MASTER_KEY
from tests.console.conftest import Desk
from tests.support import factories as make
from tests.support.sink import Sink, Taken
from workers.context import Context
from workers.drain import Drain


class Model:
    """A calendar as RFC 5546 and RFC 6047 want it, and as strict: whoever breaks a rule is not taken in."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[str, Any]] = {}

    def take(self, mail: Taken) -> str:
        message = mail.message
        around = next(one for one in message.walk() if one.get_content_type() == "multipart/alternative")
        parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        assert [list(around.iter_parts())[-1]] == parts
        assert around is message or next(iter(message.iter_parts())) is around
        [part] = parts
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
        raw = part.get_payload(decode=True)
        assert isinstance(raw, bytes)
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        assert b"\n" not in raw.replace(b"\r\n", b"")
        calendar: Any = Calendar.from_ical(raw)
        method = str(calendar["METHOD"])
        assert (part.get_param("method"), str(calendar["VERSION"]), bool(calendar["PRODID"])) == (
            method,
            "2.0",
            True,
        )
        [entry] = calendar.walk("VEVENT")
        needed = ["UID", "DTSTAMP", "SEQUENCE", "ORGANIZER", "ATTENDEE", "DTSTART"]
        assert [name for name in needed if name not in entry or isinstance(entry[name], list)] == []
        assert {entry[name].dt.utcoffset() for name in ("DTSTAMP", "DTSTART")} == {timedelta(0)}
        assert str(entry["ATTENDEE"]) == f"mailto:{mail.recipient}"
        self._apply(method, entry)
        return method

    def _apply(self, method: str, entry: Any) -> None:
        uid, sequence = str(entry["UID"]), int(entry["SEQUENCE"])
        known = self.entries.get(uid)
        if known:
            assert str(entry["ORGANIZER"]) == known["organizer"], (
                "another organizer's entry is not ours to change"
            )
            assert sequence >= known["sequence"]
            moved = (entry["DTSTART"].dt, str(entry["LOCATION"])) != (known["starts"], known["place"])
            assert sequence > known["sequence"] or not (moved or method == "CANCEL")
        else:
            assert method == "REQUEST"
        if method == "CANCEL":
            assert str(entry["STATUS"]) == "CANCELLED"
            del self.entries[uid]
            return
        assert str(entry["STATUS"]) in ("CONFIRMED", "TENTATIVE")
        self.entries[uid] = {
            "organizer": str(entry["ORGANIZER"]), "sequence": sequence, "starts": entry["DTSTART"].dt,
            "place": str(entry["LOCATION"]), "status": str(entry["STATUS"]),
        }  # fmt: skip


def hearing(context: Context) -> None:
    context.settings = msgspec.structs.replace(context.settings, answers_listen="lmtp://127.0.0.1:0")


async def test_invited_moved_and_cancelled_is_one_entry(
    db: Database, signer: Signer, context: Context, sink: Sink
) -> None:
    hearing(context)
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event, approval="automatic")
        guest = await make.registration(session, signer, event, name='Ә"; X:Y, Ким\r\nБ')
    await Drain(context).run()
    moved = event.starts_at + timedelta(days=1)
    async with db.begin() as session:
        mine = await session.get_one(Event, event.id)
        owner = await make.actor(session, host, "owner")
        form = {name: getattr(mine, name) for name in EventForm.__struct_fields__ if hasattr(mine, name)}
        later = {"starts_at": moved, "ends_at": mine.ends_at + timedelta(days=1)}
        await change_event(session, owner, mine, EventForm(**{**form, **later}), now=datetime.now(UTC))
    async with db.begin() as session:
        mine = await session.get_one(Event, event.id)
        assert mine.moved_at
        half_a_minute_ago = datetime.now(UTC) - timedelta(seconds=31)
        assert await tell(session, owner, mine, mine.moved_at, now=half_a_minute_ago) == 1
    await Drain(context).run()
    async with db.begin() as session:
        one = await session.get_one(Registration, guest.id)
        await cancel(session, owner, one, signer=signer, now=datetime.now(UTC))
    await Drain(context).run()

    model, seen = Model(), []
    for mail in sink.taken:
        seen.append(model.take(mail))
        if len(seen) == 2:
            [entry] = model.entries.values()
            assert entry["starts"] == moved
    assert (seen, model.entries) == (["REQUEST", "REQUEST", "CANCEL"], {})


def gmail(uid: str, organizer: str, attendee: str, answer: str) -> str:
    """Alternatives of text, HTML and a calendar in base64; the same again as a file."""
    ics = f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261201T040000Z
DTEND:20261201T130000Z
DTSTAMP:{STAMP}
ORGANIZER;CN=Forum:mailto:{organizer}
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer};CN={attendee};X-NUM-GUESTS=0:mailto:{attendee}
CREATED:20261101T040000Z
LAST-MODIFIED:20261102T040000Z
SEQUENCE:2
STATUS:CONFIRMED
SUMMARY:Forum
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
    packed = base64.encodebytes(ics.encode()).decode()
    part = 'Content-Type: text/calendar; charset="UTF-8"; method=REPLY\nContent-Transfer-Encoding: base64'
    return (
        f"From: {attendee}\nTo: {organizer}\nSubject: Accepted: Forum\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/mixed; boundary="m"\n\n--m\nContent-Type: multipart/alternative; boundary="a"\n\n'
        f"--a\nContent-Type: text/plain\n\n{attendee} has accepted this invitation.\n--a\n{part}\n\n{packed}\n--a--\n"
        f'--m\nContent-Type: application/ics; name="invite.ics"\nContent-Transfer-Encoding: base64\n\n{packed}\n--m--\n'
    )


def outlook(uid: str, organizer: str, attendee: str, answer: str) -> str:
    """Exchange: a zone of Windows with its rules, MAILTO in capitals, folded lines, a comment."""
    folded = f"ATTENDEE;PARTSTAT={answer};CN=Aigerim Steppe:MAILTO:{attendee}"
    ics = f"""BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Central Asia Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0500
TZOFFSETTO:+0500
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
{folded[:60]}
 {folded[60:]}
COMMENT;LANGUAGE=en-US:I am in Astana that day\\n
UID:{uid}
SUMMARY;LANGUAGE=en-US:Declined: Forum
DTSTART;TZID=Central Asia Standard Time:20261201T090000
DTEND;TZID=Central Asia Standard Time:20261201T180000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:{STAMP}
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:2
X-MICROSOFT-CDO-APPT-SEQUENCE:2
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
    return (
        f'From: "Aigerim Steppe" <{attendee}>\nTo: Forum <{organizer}>\nSubject: Declined: Forum\n'
        "Content-Class: urn:content-classes:calendarmessage\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="_000_"\n\n'
        '--_000_\nContent-Type: text/plain; charset="utf-8"\n\n'
        'I am in Astana that day\n--_000_\nContent-Type: text/calendar; charset="utf-8"; method=REPLY\n'
        f"Content-Transfer-Encoding: 8bit\n\n{ics}\n--_000_--\n"
    )


def apple(uid: str, organizer: str, attendee: str, answer: str) -> str:
    """Text beside a calendar file; EMAIL as a parameter, no SEQUENCE of ours, quoted-printable."""
    ics = f"""BEGIN:VCALENDAR
CALSCALE:GREGORIAN
METHOD:REPLY
PRODID:-//Apple Inc.//iCal 13.0//EN
VERSION:2.0
BEGIN:VEVENT
ATTENDEE;CN=3D"Aigerim";CUTYPE=3DINDIVIDUAL;EMAIL=3D{attendee};PARTSTAT=3D{answer}:mailto:{attendee}
DTEND:20261201T130000Z
DTSTAMP:{STAMP}
DTSTART:20261201T040000Z
LAST-MODIFIED:{STAMP}
ORGANIZER;CN=3D"Forum":mailto:{organizer}
REQUEST-STATUS:2.0;Success
SEQUENCE:0
SUMMARY:Forum
UID:{uid}
END:VEVENT
END:VCALENDAR
"""
    return (
        f"From: Aigerim <{attendee}>\nTo: {organizer}\nSubject: Aigerim accepted your invitation to: Forum\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="Apple-Mail=_1"\n\n--Apple-Mail=_1\n'
        "Content-Type: text/plain\n\nAigerim has tentatively accepted.\n--Apple-Mail=_1\n"
        "Content-Disposition: attachment; filename=iCal.ics\n"
        'Content-Type: text/calendar; x-unix-mode=0644; name="iCal.ics"\n'
        f"Content-Transfer-Encoding: quoted-printable\n\n{ics}\n--Apple-Mail=_1--\n"
    )


STAMP = "20261102T040000Z"
SHAPES = [(gmail, "ACCEPTED", "accepted", ""), (outlook, "DECLINED", "declined", "I am in Astana that day"),
          (apple, "TENTATIVE", "tentative", "")]  # fmt: skip
OURS = verp("qonaq@alatau.example", "0" * 32, calendar_key(MASTER_KEY))
UID = "registration-00000000-0000-0000-0000-000000000000@testserver"


@pytest.mark.parametrize(("shape", "word", "answer", "comment"), SHAPES)
def test_each_shape_is_read(shape: Any, word: str, answer: str, comment: str) -> None:
    found = read_reply(shape(UID, OURS, "Aigerim@Steppe.example", word).encode(), MASTER_KEY)
    assert found is not None
    assert (found.answer, found.attendee, found.comment, found.subject_id, found.token) == (
        answer, "aigerim@steppe.example", comment, UID[13:49], "0" * 32,
    )  # fmt: skip
    assert found.stamp == datetime(2026, 11, 2, 4, tzinfo=UTC)


def test_what_is_no_answer_to_us_is_none() -> None:
    fine = gmail(UID, OURS, "a@steppe.example", "ACCEPTED")
    wrong = [
        fine.replace(OURS, "qonaq@alatau.example"),
        gmail(UID, verp("qonaq@alatau.example", "0" * 32, MASTER_KEY), "a@steppe.example", "ACCEPTED"),
        gmail("someone@else.example", OURS, "a@steppe.example", "ACCEPTED"),
        gmail(UID, OURS, "a@steppe.example", "NEEDS-ACTION"),
        gmail(UID, OURS, "a@steppe.example", "DELEGATED"),
        outlook(UID, OURS, "a@steppe.example", "DECLINED").replace("METHOD:REPLY", "METHOD:REQUEST"),
        outlook(UID, OURS, "a@steppe.example", "DECLINED").replace(
            "BEGIN:VEVENT", "BEGIN:VEVENT\r\nBEGIN:VEVENT"
        ),
        outlook(UID, OURS, "a@steppe.example", "DECLINED").replace("END:VCALENDAR", "x" * 100_000),
        f"To: {OURS}\nContent-Type: text/calendar; method=REPLY\n\nnothing",
        "",
    ]
    assert [read_reply(one.encode(), MASTER_KEY) for one in wrong] == [None] * len(wrong)
    assert read_reply(fine.encode(), MASTER_KEY) is not None


async def test_an_answer_is_seen_and_decides_nothing(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    hearing(context)
    async with db.begin() as session:
        guest = await make.registration(session, signer, desk.event, name="Aigerim", email="a@crowd.example")
        await make.registration(session, signer, desk.event, name="Other", email="b@crowd.example")
    await Drain(context).run()
    mail = next(one for one in sink.taken if one.recipient == "a@crowd.example")
    entry = next(part for part in mail.message.walk() if part.get_content_type() == "text/calendar")
    shown: Any = Calendar.from_ical(entry.get_payload(decode=True)).walk("VEVENT")[0]  # type: ignore[arg-type]
    uid, organizer = str(shown["UID"]), str(shown["ORGANIZER"]).removeprefix("mailto:")
    assert shown["ATTENDEE"].params["RSVP"] == "TRUE"

    heard = [
        await hear(
            db, outlook(uid, organizer, "b@crowd.example", "DECLINED").encode()
        ),  # not whose entry it is
        await hear(db, outlook(uid, organizer, "a@crowd.example", "DECLINED").encode()),
        await hear(db, outlook(uid, organizer, "a@crowd.example", "DECLINED").encode()),
        await hear(
            db, gmail(uid, organizer, "a@crowd.example", "ACCEPTED").encode()
        ),  # no newer than the last
        await hear(db, gmail(uid, "qonaq@alatau.example", "a@crowd.example", "ACCEPTED").encode()),
    ]
    assert heard == ["ignored", "calendar", "known", "known", "ignored"]
    async with db.begin() as session:
        after = await session.get_one(Registration, guest.id)
        assert (after.state, after.version, after.calendar_answer) == (guest.state, guest.version, "declined")
    page = (await desk.as_(client, "viewer").get(f"/console/forum/guests/{guest.id}")).text
    assert "The calendar says: does not come" in page
    assert "I am in Astana that day" in page
    assert "does not come, " in page
