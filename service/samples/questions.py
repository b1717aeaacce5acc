"""OURS: what the forum asks beyond the card, and what its guests have answered."""
# ruff: noqa: E501 — a text is one line, however long

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from service.questions.models import Question
from service.samples.events import Text
from service.samples.rows import World

TRACKS: dict[str, Text] = {
    "real_estate": {
        "en": "The ecosystem around real estate",
        "kk": "Жылжымайтын мүлік төңірегіндегі экожүйе",
        "ru": "Экосистема вокруг недвижимости",
        "ko": "부동산을 둘러싼 생태계",
    },
    "air_mobility": {
        "en": "Urban air mobility",
        "kk": "Қалалық әуе мобильділігі",
        "ru": "Городская аэромобильность",
        "ko": "도심 항공 모빌리티",
    },
    "green": {
        "en": "Green technologies",
        "kk": "Жасыл технологиялар",
        "ru": "Зелёные технологии",
        "ko": "친환경 기술",
    },
    "special_status": {
        "en": "The special status of Alatau City",
        "kk": "Alatau City арнайы мәртебесі",
        "ru": "Особый статус Alatau City",
        "ko": "알라타우 시티의 특별 지위",
    },
}
HEADSETS: dict[str, Text] = {
    "none": {"en": "I need none", "kk": "Қажет емес", "ru": "Не нужны", "ko": "필요 없음"},
    "kk": {"en": "Kazakh", "kk": "Қазақша", "ru": "На казахском", "ko": "카자흐어"},
    "ru": {"en": "Russian", "kk": "Орысша", "ru": "На русском", "ko": "러시아어"},
    "en": {"en": "English", "kk": "Ағылшынша", "ru": "На английском", "ko": "영어"},
    "ko": {"en": "Korean", "kk": "Корейше", "ru": "На корейском", "ko": "한국어"},
}
ABROAD = ["investor", "expert", "press", "speaker", "vip"]


def _choices(labels: dict[str, Text]) -> list[dict[str, Any]]:
    return [{"key": key, "label": label, "places": None} for key, label in labels.items()]


FORUM: tuple[dict[str, Any], ...] = (
    {
        "key": "tracks", "kind": "many_of", "choices": _choices(TRACKS), "required": True,
        "label": {"en": "What interests you most?", "kk": "Сізді не көбірек қызықтырады?", "ru": "Что вам интереснее всего?", "ko": "가장 관심 있는 주제는 무엇입니까?"},
        "help": {"en": "It helps us to choose the rooms.", "kk": "Залдарды таңдауға көмектеседі.", "ru": "Так мы лучше подберём залы.", "ko": "회의실 배정에 참고합니다."},
    },
    {
        "key": "headset", "kind": "one_of", "choices": _choices(HEADSETS), "at_door": True,
        "label": {"en": "Interpretation headset", "kk": "Ілеспе аударма құлаққабы", "ru": "Наушники синхронного перевода", "ko": "동시통역 수신기"},
        "help": {"en": "You get it at the entrance.", "kk": "Кіреберісте беріледі.", "ru": "Выдаём на входе.", "ko": "입구에서 받으실 수 있습니다."},
    },
    {
        "key": "visa_letter", "kind": "yes_no", "for": ABROAD,
        "label": {"en": "Do you need a letter for a visa?", "kk": "Сізге виза алуға хат керек пе?", "ru": "Нужно ли вам письмо для визы?", "ko": "비자 초청장이 필요하십니까?"},
    },
    {
        "key": "passport_country", "kind": "country", "for": ABROAD, "required": True, "personal": True, "retention_days": 30, "asks_again": True,
        "condition": {"question": "visa_letter", "test": "is", "value": "yes"},
        "label": {"en": "Country of your passport", "kk": "Паспортыңызды берген ел", "ru": "Страна, выдавшая паспорт", "ko": "여권 발급 국가"},
        "help": {"en": "Thirty days after the forum we erase it.", "kk": "Форумнан отыз күн өткен соң өшіреміз.", "ru": "Через тридцать дней после форума мы это сотрём.", "ko": "포럼 30일 후 삭제합니다."},
    },
    {
        "key": "arrival_date", "kind": "date", "for": ABROAD, "personal": True, "retention_days": 30,
        "label": {"en": "Arrival date", "kk": "Келетін күніңіз", "ru": "Дата прибытия", "ko": "도착일"},
    },
    {
        "key": "portrait", "kind": "photo", "for": ["speaker", "vip"], "personal": True, "retention_days": 365,
        "label": {"en": "Portrait for the programme", "kk": "Бағдарламаға арналған портрет", "ru": "Портрет для программы", "ko": "프로그램용 인물 사진"},
        "help": {"en": "Where the photo was taken is not kept.", "kk": "Фото түсірілген орын сақталмайды.", "ru": "Место съёмки не сохраняется.", "ko": "촬영 장소 정보는 저장하지 않습니다."},
    },
)  # fmt: skip
ASKED = {"ai-4room": FORUM}


def add_questions(world: World, slug: str, event_id: UUID, categories: dict[str, UUID]) -> None:
    """What the event of this slug asks."""
    for ordinal, plan in enumerate(ASKED.get(slug, ())):
        known = {
            "help": {}, "choices": [], "required": False, "condition": {}, "personal": False, "retention_days": None,
            "at_door": False, "asks_again": False,
        }  # fmt: skip
        columns = {key: value for key, value in plan.items() if key != "for"}
        world.add(
            Question, id=uuid5(event_id, plan["key"]), event_id=event_id, ordinal=ordinal,
            category_ids=[categories[key] for key in plan.get("for", ())], **{**known, **columns},
        )  # fmt: skip


def answers_of(
    slug: str, number: int, category: str, country: str, language: str, day: date
) -> dict[str, Any]:
    """What guest `number` says; the same at every start, without touching the world's die."""
    if slug not in ASKED:
        return {}
    dice = random.Random(number)  # noqa: S311
    tracks = sorted(dice.sample(range(len(TRACKS)), dice.choice((1, 1, 2))))
    answers: dict[str, Any] = {"tracks": [list(TRACKS)[at] for at in tracks]}
    if dice.random() < 0.8:
        answers["headset"] = dice.choice(("none", language, language))
    if category not in ABROAD or country == "KZ":
        return answers
    visa = country not in ("KR", "RU", "UZ", "KG", "JP", "US") and dice.random() < 0.6
    answers["visa_letter"] = visa
    if visa:
        answers["passport_country"] = country
    if dice.random() < 0.7:
        answers["arrival_date"] = (day - timedelta(days=dice.choice((0, 1, 1, 2)))).isoformat()
    return answers
