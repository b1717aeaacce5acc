"""Made-up guests, all different: 40 % write in Cyrillic, 35 % in Latin, 12 % in Han, 13 % in Hangul."""

import random
from collections.abc import Iterator

from anyascii import anyascii

from service.registrations.schemas import Application

SHARES = {"Cyrl": 40, "Latn": 35, "Hans": 12, "Hang": 13}
CYRILLIC = [
    "а",
    "бе",
    "ви",
    "га",
    "да",
    "же",
    "зи",
    "ка",
    "ле",
    "ма",
    "ни",
    "ора",
    "па",
    "ро",
    "са",
    "та",
    "ур",
    "фе",
    "ха",
    "ша",
    "ай",
    "нұр",
    "әл",
    "ең",
    "жан",
    "бек",
    "тал",
    "дос",
    "мыр",
    "гүл",
    "қай",
]
CYRILLIC_ENDS = ["ов", "ова", "ев", "ева", "ин", "ина", "ский", "ұлы", "қызы", "баев", "баева", "енко"]
LATIN = [
    "an",
    "be",
    "cor",
    "da",
    "el",
    "fi",
    "gar",
    "ho",
    "is",
    "jo",
    "kar",
    "lo",
    "mar",
    "ne",
    "ol",
    "per",
    "qua",
    "ro",
    "sa",
    "tor",
    "ul",
    "vi",
    "wen",
    "xa",
    "yo",
    "za",
    "stein",
    "lund",
    "brook",
]
LATIN_ENDS = ["son", "ez", "ini", "er", "sen", "off", "ton", "ville", "ić", "man", "ard", "us"]
HAN_FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
HAN_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉梅建国文志海春雪云子轩浩宇涵梦琪思远晨曦嘉怡佳俊豪天佑"
)
HANGUL_FAMILIES = "김이박최정강조윤장임한오서신권황안송류홍"
HANGUL_GIVEN = "민서지우현준영수진호연은하윤도유나경태성재원혜인석주희빈아름솔별찬"
COUNTRIES = {
    "Cyrl": ("KZ", "KG", "RU", "UZ"),
    "Latn": ("US", "DE", "GB", "TR"),
    "Hans": ("CN", "SG"),
    "Hang": ("KR",),
}
LANGUAGES = {"Cyrl": ("kk", "ru"), "Latn": ("en",), "Hans": ("en",), "Hang": ("ko",)}
POSITIONS = {
    "Cyrl": ("Бас директор", "Руководитель проекта", "Жоба жетекшісі", "Эксперт"),
    "Latn": ("Managing Director", "Partner", "Urban Planner", "Correspondent"),
    "Hans": ("总经理", "高级工程师"),
    "Hang": ("대표이사", "수석연구원"),
}
FIRMS = {"Cyrl": "Құрылыс", "Latn": "Partners", "Hans": "城市规划院", "Hang": "건설"}


def guests(count: int, seed: str, category: str = "guest") -> Iterator[Application]:
    """`count` of them; the same for the same seed, nobody shared between two seeds."""
    rng = random.Random(seed)
    scripts = rng.choices(list(SHARES), list(SHARES.values()), k=count)
    for number, script in enumerate(scripts):
        yield _guest(rng, script, f"{seed}-{number}", category)


def _guest(rng: random.Random, script: str, mark: str, category: str) -> Application:
    native = _name(rng, script)
    latin = anyascii(native).title()
    return Application(
        category=category, native_name=native, latin_name=latin, honorific=rng.choice(("", "", "Dr.")),
        affiliation=f"{_name(rng, script).split()[-1]} {FIRMS[script]}", position=rng.choice(POSITIONS[script]),
        country=rng.choice(COUNTRIES[script]), phone=f"+7701{rng.randrange(10**7):07}",
        email=f"{anyascii(native).lower().replace(' ', '.').replace(chr(39), '')}.{mark}@guests.example",
        language=rng.choice(LANGUAGES[script]), dietary=rng.choice(("", "", "halal", "vegetarian")),
        access_needs=rng.choice(("",) * 9 + ("step-free access",)), consent=True, consent_version=1,
    )  # fmt: skip


def _name(rng: random.Random, script: str) -> str:
    match script:
        case "Hans":
            return rng.choice(HAN_FAMILIES) + "".join(rng.choices(HAN_GIVEN, k=rng.choice((1, 2, 2))))
        case "Hang":
            return rng.choice(HANGUL_FAMILIES) + "".join(rng.choices(HANGUL_GIVEN, k=2))
    parts, ends = (CYRILLIC, CYRILLIC_ENDS) if script == "Cyrl" else (LATIN, LATIN_ENDS)
    given = "".join(rng.choices(parts, k=rng.choice((2, 2, 3))))
    family = "".join(rng.choices(parts, k=2)) + rng.choice(ends)
    return f"{given.title()} {family.title()}"
