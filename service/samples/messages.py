"""What the team has prepared: reminders, thanks to those who came, and an approval in its own words."""
# ruff: noqa: E501 — a text is one line, however long

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service.core.tokens import new_id
from service.messages.models import Campaign, ReminderRule, Wording
from service.samples.rows import World
from service.samples.stage import Stage

COME = "alatau-seoul"  # the event that is still to come: only there does a reminder go out by itself
THANKS = {
    "en": "Thank you for coming!",
    "kk": "Келгеніңізге рақмет!",
    "ru": "Спасибо, что были с нами!",
    "ko": "함께해 주셔서 감사합니다",
}
THANKS_TEXT = {
    "en": "It was good to have you at {event}.\n\nIf you made a promise there to somebody, or somebody to you, this week is a good time to write. What would you like us to do better? Simply answer this mail.",
    "kk": "Сізді «{event}» іс-шарасында қарсы алғанымызға қуаныштымыз.\n\nСол күні біреуге уәде берген болсаңыз немесе сізге уәде берілсе, осы аптада хат жазған жөн. Нені жақсартайық? Осы хатқа жауап берсеңіз жеткілікті.",
    "ru": "Мы рады, что вы были на мероприятии «{event}».\n\nЕсли вы что-то кому-то пообещали или вам пообещали, на этой неделе самое время написать. Что нам сделать лучше? Просто ответьте на это письмо.",
    "ko": "{event}에 와 주셔서 반가웠습니다.\n\n그날 나눈 약속이 있다면 이번 주에 연락해 보시기 바랍니다. 저희가 더 잘할 수 있는 점은 이 메일에 답장으로 알려 주십시오.",
}
APPROVED = {
    "en": {"heading": "We have kept a seat for you", "text": "We look forward to seeing you at {event}. Coffee is served from 08:15."},
    "kk": {"heading": "Сізге орын сақтап қойдық", "text": "Сізді «{event}» іс-шарасында күтеміз. Кофе 08:15-тен бастап беріледі."},
    "ru": {"heading": "Мы оставили для вас место", "text": "Ждём вас на мероприятии «{event}». Кофе подают с 08:15."},
    "ko": {"heading": "자리를 마련해 두었습니다", "text": "{event}에서 뵙기를 기대합니다. 커피는 08:15부터 준비되어 있습니다."},
}  # fmt: skip
# what they said at first: a version to compare with
FIRST_APPROVED = {
    language: {"text": parts["text"].replace("08:15", "08:30")} for language, parts in APPROVED.items()
}


def add_messages(world: World, stage: Stage) -> None:
    """For one event. Those whose hour has passed were sent: a first start mails nobody."""
    for audience, letter, days in (("guests", "event_reminder", 1), ("silent", "invitation_reminder", 5)):
        wall = datetime.combine(stage.day - timedelta(days=days), time(9), ZoneInfo(stage.plan.zone))
        gone = wall < world.now
        _add_rule(
            world, stage, audience=audience, letter=letter, amount=days, state="on", sent_at=wall if gone else None,
            queued=0 if gone else None,
        )  # fmt: skip
    _add_thanks(world, stage)
    if stage.plan.slug == "ai-4room":
        for version, words in enumerate((FIRST_APPROVED, APPROVED), start=1):
            world.add(
                Wording, event_id=stage.id, letter="registration_approved", version=version, words=words,
                made_by=world.organizer_name, created_at=world.now - timedelta(days=22 - version),
            )  # fmt: skip


def _add_thanks(world: World, stage: Stage) -> None:
    """The day after, to those who came."""
    campaign_id, on = new_id(), stage.plan.slug == COME
    world.add(
        Campaign, id=campaign_id, event_id=stage.id, subject=THANKS, body=THANKS_TEXT, language="en",
        segment="where=arrived%3Ayes", state="running" if on else "paused", made_by=world.organizer_name,
        created_at=world.now - timedelta(days=20),
    )  # fmt: skip
    _add_rule(
        world, stage, audience="guests", letter="message", amount=1, state="on" if on else "paused", campaign_id=campaign_id,
        anchor="ends", after=True,
    )  # fmt: skip


def _add_rule(world: World, stage: Stage, **values: Any) -> None:
    plain = {"campaign_id": None, "anchor": "starts", "after": False, "sent_at": None, "queued": None}
    world.add(ReminderRule, event_id=stage.id, local_time=time(9), **(plain | values))
