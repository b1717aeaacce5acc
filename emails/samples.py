"""One sample of every letter, for previews, tests and screenshots. Nobody in them exists."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

from emails.languages import spoken
from emails.letters import (
    AlreadyRegistered,
    Before,
    DelegationLink,
    DelegationReminder,
    DelegationReopened,
    DelegationSubmitted,
    Ending,
    EventFacts,
    EventMoved,
    EventReminder,
    Failure,
    Invitation,
    InvitationEnded,
    InvitationReminder,
    Letter,
    MailFailures,
    Message,
    OwnLink,
    PasswordReset,
    Recipient,
    RegistrationApproved,
    RegistrationCancelled,
    RegistrationOffered,
    RegistrationOfferEnded,
    RegistrationPromoted,
    RegistrationQuestion,
    RegistrationReceived,
    RegistrationRejected,
    RegistrationWaitlisted,
    Role,
    State,
    TeamInvitation,
)

SITE = "https://qonaq.example"
OWN_PAGE = f"{SITE}/own/5Zx9Qm2LkT7vWc4RbN8dYpHs"
ANSWER = f"{SITE}/answer/Jt6Vw3XqP9sKd2MfB7yLcZgR"
UNSUBSCRIBE = f"{SITE}/unsubscribe/Hf3NzD8wQ5xVtJ6k"
CATEGORY = {"en": "Business", "kk": "Бизнес", "ru": "Бизнес", "ko": "비즈니스"}

GUESTS = {
    "en": Recipient(address="maria.santos@guests.example", name="Maria Clara Santos", language="en"),
    "kk": Recipient(
        address="aigerim@guests.example",
        name="Әйгерім Қасымқызы",
        language="kk",
        latin_name="Aigerim Qasymqyzy",
    ),
    "ru": Recipient(
        address="tsoi@guests.example",
        name="Виктория Андреевна Цой",
        language="ru",
        latin_name="Viktoriya Tsoy",
    ),
    "ko": Recipient(address="kim@guests.example", name="김서연", language="ko", latin_name="Kim Seoyeon"),
}

FORUM = EventFacts(
    id="01990000-0000-7000-8000-000000000001",
    slug="ai-4room",
    name={
        "en": "International Business Forum AI-4room",
        "kk": "«AI-4room» халықаралық бизнес-форумы",
        "ru": "Международный бизнес-форум AI-4room",
        "ko": "AI-4room 국제 비즈니스 포럼",
    },
    host={"en": "Alatau City", "kk": "Alatau City", "ru": "Alatau City", "ko": "알라타우 시티"},
    place={
        "en": "Almaty, Kazakhstan",
        "kk": "Алматы, Қазақстан",
        "ru": "Алматы, Казахстан",
        "ko": "카자흐스탄 알마티",
    },
    starts_at=datetime(2025, 9, 13, 5, 0, tzinfo=UTC),
    ends_at=datetime(2025, 9, 13, 13, 0, tzinfo=UTC),
    zone="Asia/Almaty",
    url=f"{SITE}/e/ai-4room",
)

REASON = {
    "en": "Places for this category went to companies that speak at the forum.\nOctober's roadshow is still open.",
    "kk": "Бұл санаттағы орындар форумда сөз сөйлейтін компанияларға берілді.\nҚазандағы роуд-шоуға тіркелу ашық.",
    "ru": "Места в категории получили компании, выступающие на форуме.\nРегистрация на октябрьское роуд-шоу открыта.",
    "ko": "이 분야의 자리는 프로그램에서 발표하는 기업에 배정되었습니다.\n10월 로드쇼는 아직 신청하실 수 있습니다.",
}
PERSONAL = {
    "en": "Your work on urban air mobility is what this forum is about.\nI would be glad to see you in the first row.",
    "kk": "Қалалық әуе көлігі саласындағы еңбегіңіз — осы форумның өзегі.\nСізді алғашқы қатардан көруге қуаныштымын.",
    "ru": "Ваша работа по городской аэромобильности — сама тема форума.\nБуду рад видеть вас в первом ряду.",
    "ko": "귀하의 도심항공교통 연구는 이번 포럼의 핵심 주제입니다.\n맨 앞자리에서 뵙게 되기를 바랍니다.",
}
PRACTICAL = {
    "en": "Doors open at 09:00. Shuttle buses leave from Abay Square every 15 minutes.",
    "kk": "Есік сағат 09:00-де ашылады. Абай алаңынан әр 15 минут сайын автобус жүреді.",
    "ru": "Двери открываются в 09:00. Автобусы отходят от площади Абая каждые 15 минут.",
    "ko": "입장은 09:00부터입니다. 아바이 광장에서 15분 간격으로 셔틀버스가 운행됩니다.",
}
QUESTION = {
    "en": "Which company will you represent, and do you need an interpreter?",
    "kk": "Қай компанияның атынан қатысасыз және сізге аудармашы керек пе?",
    "ru": "Какую компанию вы будете представлять и нужен ли вам переводчик?",
    "ko": "어느 회사를 대표해 참석하시며, 통역이 필요하신지요?",
}
MESSAGE = {
    "en": (
        "How to get to the forum", "The entrance is in Dostyk Avenue, gate 2. Please bring your passport.\n\n"
        "Buses leave Abay Square at 08:15 and 08:45.\nLunch is served from 13:00.",
    ),
    "kk": (
        "Форумға қалай жетуге болады", "Кіреберіс Достық даңғылында, 2-қақпа. Төлқұжатыңызды ала келіңіз.\n\n"
        "Автобустар Абай алаңынан 08:15 пен 08:45-те жүреді.\nТүскі ас 13:00-ден бастап беріледі.",
    ),
    "ru": (
        "Как добраться до форума", "Вход с проспекта Достык, ворота 2. Пожалуйста, возьмите с собой паспорт.\n\n"
        "Автобусы отправляются с площади Абая в 08:15 и 08:45.\nОбед с 13:00.",
    ),
    "ko": (
        "포럼 오시는 길", "입구는 도스틱 대로 2번 게이트입니다. 여권을 지참해 주십시오.\n\n"
        "버스는 아바이 광장에서 08:15와 08:45에 출발합니다.\n점심은 13:00부터 제공됩니다.",
    ),
}  # fmt: skip
DELEGATION_PAGE = f"{SITE}/d/Wm4Ks8RtZ2qLxP6v"
DELEGATION = {
    "en": "Embassy of Portugal", "kk": "Португалия елшілігі", "ru": "Посольство Португалии", "ko": "포르투갈 대사관",
}  # fmt: skip
ANSWER_BY = datetime(2025, 9, 1, 13, 0, tzinfo=UTC)


FAILURES = (
    Failure(address="kim@guests.example", refusal="hard", said="550 5.1.1 no such user"),
    Failure(address="office@steppe.example", refusal="full", said="552 5.2.2 over quota"),
    Failure(address="tsoi@guests.example", refusal="policy", said="554 5.7.1 blocked"),
    Failure(address="maria@lisboa.example", refusal="soft", said="451 4.3.0 try again"),
    Failure(address="강@guests.example", said="address refused: needs_smtputf8"),
)

BEFORE = Before(
    starts_at=datetime(2025, 9, 12, 4, 0, tzinfo=UTC),
    ends_at=datetime(2025, 9, 12, 12, 0, tzinfo=UTC),
    zone="Asia/Almaty",
    place={
        "en": "Astana, Kazakhstan", "kk": "Астана, Қазақстан", "ru": "Астана, Казахстан", "ko": "카자흐스탄 아스타나",
    },
)  # fmt: skip


def all_to(to: Recipient) -> Iterator[Letter]:
    """Every kind, the plainest of its kind first."""
    reason, event, own_page, category = REASON[to.language], FORUM, OWN_PAGE, CATEGORY
    yield RegistrationReceived(to=to, event=event, own_page=own_page, category=category)
    yield RegistrationApproved(to=to, event=event, own_page=own_page, category=category)
    yield RegistrationApproved(to=to, event=event, own_page=own_page, category=category, badge_attached=False)
    yield RegistrationRejected(to=to, event=event, reason=reason)
    yield RegistrationRejected(to=to, event=event)
    yield RegistrationQuestion(to=to, event=event, own_page=own_page, question=QUESTION[to.language])
    yield RegistrationWaitlisted(to=to, event=event, own_page=own_page, category=category)
    yield RegistrationPromoted(
        to=to, event=event, own_page=own_page, category=category, approved=True, badge_attached=True
    )
    yield RegistrationPromoted(to=to, event=event, own_page=own_page, category=category, approved=True)
    yield RegistrationPromoted(to=to, event=event, own_page=own_page, category=category, approved=False)
    yield RegistrationOffered(to=to, event=event, own_page=own_page, category=category, answer_by=ANSWER_BY)
    yield RegistrationOffered(to=to, event=event, own_page=own_page, category=category)
    yield RegistrationOfferEnded(to=to, event=event)
    yield RegistrationCancelled(to=to, event=event, by_guest=True)
    yield RegistrationCancelled(to=to, event=event, by_guest=False, reason=reason)
    for state in get_args(State):
        yield AlreadyRegistered(to=to, event=event, own_page=own_page, state=state)
    yield OwnLink(to=to, event=event, own_page=own_page, state="approved")
    yield Invitation(
        to=to,
        event=event,
        answer_link=ANSWER,
        unsubscribe=UNSUBSCRIBE,
        category=category,
        personal=PERSONAL[to.language],
        answer_by=ANSWER_BY,
    )
    yield Invitation(
        to=to, event=event, answer_link=ANSWER, unsubscribe=UNSUBSCRIBE, entry_attached=True
    )  # fmt: skip
    asked: dict[str, Any] = {
        "event": event,
        "answer_link": ANSWER,
        "unsubscribe": UNSUBSCRIBE,
        "answer_by": ANSWER_BY,
    }
    assistant = Recipient(address="office@guests.example", name="", language=to.language)
    other = GUESTS["ko" if to.language == "ru" else "ru"]
    yield Invitation(to=assistant, on_behalf=to.name, companions=1, **asked)
    yield Invitation(to=to, instead_of=other.name, companions=3, category=category, **asked)
    yield InvitationReminder(
        to=to, event=event, answer_link=ANSWER, unsubscribe=UNSUBSCRIBE, answer_by=ANSWER_BY
    )
    yield InvitationReminder(to=assistant, on_behalf=to.name, entry_attached=True, **asked)
    for why in get_args(Ending):
        yield InvitationEnded(to=to, event=event, why=why)
    yield InvitationEnded(to=assistant, event=event, why="withdrawn", on_behalf=to.name)
    for days in (3, 0, 1, 5, 21):
        yield EventReminder(
            to=to,
            event=event,
            own_page=own_page,
            days=days,
            practical=PRACTICAL[to.language] if days == 3 else "",
        )
    yield EventMoved(to=to, event=event, own_page=own_page, before=BEFORE)
    yield EventMoved(to=to, event=event, own_page=own_page, before=replace(BEFORE, place=FORUM.place))
    elsewhere = Before(starts_at=event.starts_at, ends_at=event.ends_at, zone=event.zone, place=BEFORE.place)
    yield EventMoved(to=to, event=event, own_page=own_page, before=elsewhere, entry_attached=False)
    of, link = DELEGATION[to.language], DELEGATION_PAGE
    yield DelegationLink(to=to, event=event, delegation=of, link=link, answer_by=ANSWER_BY)
    yield DelegationLink(to=to, event=event, delegation=of, link=link)
    yield DelegationReminder(
        to=to, event=event, delegation=of, link=link, people=2, missing=1, answer_by=ANSWER_BY
    )
    yield DelegationReminder(
        to=to, event=event, delegation=of, link=link, people=0, missing=0, answer_by=ANSWER_BY, late=True
    )
    yield DelegationSubmitted(
        to=to, event=event, delegation=of, link=link, names=tuple(guest.name for guest in GUESTS.values())
    )
    yield DelegationReopened(to=to, event=event, delegation=of, link=link, answer_by=ANSWER_BY)
    yield DelegationReopened(to=to, event=event, delegation=of, link=link)
    subject, text = MESSAGE[to.language]
    yield Message(to=to, event=event, subject=subject, text=text, link=own_page)
    yield Message(to=to, event=event, subject=subject, text=text, link=link, delegation=of)
    yield Message(to=to, event=event, subject=subject, text=text, link=own_page, unsubscribe=UNSUBSCRIBE)
    for count in (1, 7):
        yield MailFailures(
            to=to, event=event, count=count, link=f"{SITE}/console/ai-4room/deliveries?state=failed,bounced",
            failures=FAILURES[:count],
        )  # fmt: skip
    yield PasswordReset(to=to, link=f"{SITE}/password/Qb8XnC5vT2", valid_hours=24, site="qonaq.example")
    for role in get_args(Role):
        yield TeamInvitation(
            to=to,
            organisation={"en": "Alatau City"},
            inviter="Daniyar Akhmetov",
            role=role,
            link=f"{SITE}/join/Wm4KpZ7sR9",
            valid_days=7,
            site="qonaq.example",
        )


def sample(kind: str, language: str) -> Letter:
    """The sample letter of that kind in that language (English if we do not speak it)."""
    return next(letter for letter in all_to(GUESTS[spoken(language)]) if letter.kind == kind)


def samples() -> Iterator[tuple[str, Letter]]:
    """All of them: (name, letter), some kinds in several states: "event_reminder-2-ko"."""
    for language, guest in GUESTS.items():
        seen: Counter[str] = Counter()
        for letter in all_to(guest):
            seen[letter.kind] += 1
            yield f"{letter.kind}-{seen[letter.kind]}-{language}", letter
