"""Examples of reminders to start from. Texts are msgids, translated into each language of the event."""

from collections.abc import Sequence
from datetime import time

import msgspec

from emails.languages import catalogue
from service.messages.timing import When
from service.questions.facts import QuestionFacts
from service.web.words import LOCALES, N_


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """`picture` is an icon; `portrait`: only for events that ask for one."""

    name: str
    picture: str
    when: When
    segment: str
    subject: str
    text: str
    portrait: bool = False


EXAMPLES = {
    "practical": Example(
        name=N_("Practical reminder"), picture="map-pin", when=When(amount=3, local_time=time(9)),
        segment="state=approved", subject=N_("See you soon: {event}"),
        text=N_("We look forward to seeing you at {event}.\n\nDate and time: {date}\nPlace: {place}\n\nYour badge and"
                " your code are on your own page: {own_page}\n\nPlease have the code ready at the entrance."),
    ),
    "passport": Example(
        name=N_("Bring your passport"), picture="id-card", when=When(amount=1, local_time=time(18)),
        segment="state=approved", subject=N_("Please bring your passport: {event}"),
        text=N_("At the entrance to {event} documents are checked. Please bring the passport or identity card with the"
                " name under which you are registered: {latin_name|as on your badge}.\n\nPlease allow a few minutes"
                " for it.\n\nDate and time: {date}\nPlace: {place}"),
    ),
    "photo": Example(
        name=N_("Photo missing"), picture="camera", when=When(amount=7, local_time=time(10)), portrait=True,
        segment="", subject=N_("Your photo is missing: {event}"),
        text=N_("For your badge at {event} we still need a photo of you.\n\nPlease add it on your own page, it takes a"
                " minute: {own_page}"),
    ),
    "changed": Example(
        name=N_("Programme changed"), picture="calendar-sync", when=When(amount=1, local_time=time(18)),
        segment="state=approved", subject=N_("The programme of {event} has changed"),
        text=N_("Some sessions of {event} have a new time or another room.\n\nThe programme as it is now stands on the"
                " page of the event: {event_page}"),
    ),
    "thanks": Example(
        name=N_("Thank you"), picture="heart-handshake",
        when=When(anchor="ends", amount=1, after=True, local_time=time(10)), segment="here=yes",
        subject=N_("Thank you for coming: {event}"),
        text=N_("Thank you for being with us at {event}. It was better for your being there.\n\nIf something could be"
                " better next time, just answer this message: we read every word."),
    ),
    "missed": Example(
        name=N_("We missed you"), picture="hand-heart",
        when=When(anchor="ends", amount=1, after=True, local_time=time(10)), segment="state=approved&here=no",
        subject=N_("We missed you: {event}"),
        text=N_("We are sorry that you could not be at {event}.\n\nWhat was said there can be found on the page of the"
                " event: {event_page}\n\nWe hope to see you next time."),
    ),
}  # fmt: skip


def examples_for(questions: Sequence[QuestionFacts]) -> dict[str, Example]:
    """Those that make sense at an event with these questions, with their lists as queries."""
    asked = next((one.key for one in questions if one.kind == "portrait"), "")
    missing = f"where=state:approved+answer.{asked}:none"
    return {
        key: msgspec.structs.replace(one, segment=missing) if one.portrait else one
        for key, one in EXAMPLES.items()
        if asked or not one.portrait
    }


def words_in(msgid: str, languages: Sequence[str]) -> dict[str, str]:
    """The sentence in each of these."""
    return {code: catalogue(LOCALES, code).gettext(msgid) for code in languages}
