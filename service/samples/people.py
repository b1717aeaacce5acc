"""Six hundred generated delegates: who they are, where they work, what they write in."""
# ruff: noqa: E501 — a text, a name list is one line, however long

import random
from itertools import count
from uuid import UUID

import msgspec

from service.core.tokens import new_id
from service.samples.names import name

HOW_MANY = 600
# origin -> (share of all, countries, language of mails)
ORIGINS: dict[str, tuple[int, tuple[str, ...], str]] = {
    "kk": (210, ("KZ", "KZ", "KZ", "KZ", "KG"), "kk"),
    "ru": (95, ("KZ", "KZ", "RU", "UZ", "KG"), "ru"),
    "koryo": (45, ("KZ", "KZ", "UZ"), "ru"),
    "ko": (110, ("KR",), "ko"),
    "zh": (45, ("CN", "CN", "CN", "SG"), "en"),
    "ja": (40, ("JP",), "en"),
    "latin": (55, ("PH", "US", "US", "UZ", "TR", "DE", "GB", "FR", "VN"), "en"),
}
# invented companies and offices: (as written, domain)
AFFILIATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "kk": (
        ("Жетісу Логистика", "zhetisu-logistics"), ("Алтын Дала Құрылыс", "altyn-dala"), ("Көкжиек Digital", "kokzhiek"),
        ("«Тұран» инвестициялық үйі", "turan-house"), ("Облыстық сәулет басқармасы", "architecture-office"), ("Шаңырақ медиа", "shanyraq-media"),
    ),
    "ru": (
        ("Степной ветер, зелёная энергия", "steppe-wind"), ("Мастерская городской мобильности", "mobility-workshop"),
        ("ТОО «Семь рек»", "seven-rivers"), ("Институт умных городов", "smart-city-institute"), ("Деловой вестник", "business-herald"),
    ),
    "koryo": (("Клуб «Тюльпан»", "tulip-club"), ("ТОО «Новый берег»", "new-shore"), ("Han River Foods", "han-river-foods")),
    "ko": (
        ("한빛건설", "hanbit-build"), ("미래모빌리티연구소", "mirae-mobility"), ("초원투자자문", "chowon-capital"), ("서울산업협회", "seoul-industry"),
        ("누리에너지", "nuri-energy"), ("동방경제신문", "dongbang-news"),
    ),
    "zh": (("天山低空科技有限公司", "tianshan-low-altitude"), ("丝路城市规划院", "silk-planning"), ("长河资本", "changhe-capital")),
    "ja": (("青空モビリティ株式会社", "aozora-mobility"), ("みどり都市研究所", "midori-urban"), ("富岳商事", "fugaku-trading")),
    "latin": (
        ("Northbridge Partners", "northbridge"), ("Isla Verde Developers", "isla-verde"), ("Anatolia Yapı A.Ş.", "anatolia-yapi"),
        ("Brückenbau & Söhne GmbH", "brueckenbau"), ("Open Sky Review", "open-sky-review"), ("Toshkent Agro Invest", "toshkent-agro"),
    ),
}  # fmt: skip
POSITIONS: dict[str, tuple[str, ...]] = {
    "kk": (
        "Бас директор",
        "Жоба жетекшісі",
        "Инвестиция жөніндегі кеңесші",
        "Бас сәулетші",
        "Бөлім басшысы",
        "Тілші",
    ),
    "ru": (
        "Генеральный директор",
        "Руководитель проекта",
        "Советник по инвестициям",
        "Ведущий эксперт",
        "Редактор",
    ),
    "koryo": ("Директор", "Учредитель", "Коммерческий директор"),
    "ko": ("대표이사", "해외사업팀장", "수석연구원", "투자이사", "기자", "과장"),
    "zh": ("总经理", "副总裁", "高级工程师", "投资总监"),
    "ja": ("代表取締役", "海外事業部長", "主任研究員"),
    "latin": (
        "Managing Director",
        "Head of International Projects",
        "Partner",
        "Urban Planner",
        "Correspondent",
    ),
}
DIETARY = ("",) * 12 + ("halal", "halal", "vegetarian", "no nuts", "vegan")
ACCESS = ("",) * 30 + ("step-free access", "a seat near the stage, hard of hearing", "guide dog")


class Delegate(msgspec.Struct, frozen=True, kw_only=True):
    """A generated person: the card's fields under the card's names."""

    id: UUID
    native_name: str
    latin_name: str
    affiliation: str
    position: str
    country: str
    phone: str
    email: str
    language: str
    dietary: str
    access_needs: str


def delegates(rng: random.Random) -> list[Delegate]:
    """All of them, mixed; the same for the same seed, except for their ids."""
    taken: set[str] = set()
    wanted = [origin for origin, (share, _, _) in ORIGINS.items() for _ in range(share)]
    rng.shuffle(wanted)
    return [_delegate(rng, origin, taken) for origin in wanted]


def _delegate(rng: random.Random, origin: str, taken: set[str]) -> Delegate:
    native, latin, local = name(rng, origin)
    affiliation, domain = rng.choice(AFFILIATIONS[origin])
    _, countries, language = ORIGINS[origin]
    country = rng.choice(countries)
    return Delegate(
        id=new_id(), native_name=native, latin_name=latin, affiliation=affiliation, position=rng.choice(POSITIONS[origin]),
        country=country, phone=_phone(rng, country), email=_address(local, domain, taken),
        language="en" if rng.random() < 0.08 else language, dietary=rng.choice(DIETARY), access_needs=rng.choice(ACCESS),
    )  # fmt: skip


def _address(local: str, domain: str, taken: set[str]) -> str:
    numbers = (str(n) if n > 1 else "" for n in count(1))
    address = next(a for n in numbers if (a := f"{local}{n}@{domain}.example") not in taken)
    taken.add(address)
    return address


def _phone(rng: random.Random, country: str) -> str:
    """Numbers of ranges that are kept for films and examples where a country has them, empty elsewhere."""
    if country == "US":
        return f"+1202555{rng.randrange(100, 200):04}"
    if country == "GB":
        return f"+4420794600{rng.randrange(100):02}"
    return f"+770100000{rng.randrange(100):02}" if country == "KZ" and rng.random() < 0.6 else ""
