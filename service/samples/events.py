"""What was announced of the three events (names, dates, places, hosts), and what we chose around it.

Marked OURS: hours, capacities, admission rules, who comes to the ceremony and the roadshow."""
# ruff: noqa: E501 — a text, a name list is one line, however long

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

Text = dict[str, str]


class CategoryPlan(msgspec.Struct, frozen=True):
    """OURS, all of it. `capacity` None: no limit."""

    key: str
    name: Text
    approval: str
    visibility: str
    colour: int
    capacity: int | None
    steps: tuple[str, ...] = ("desk",)
    offer_hours: int | None = None


class EventPlan(msgspec.Struct, frozen=True, kw_only=True):
    """`real_date` is when it was; `offset_days` the sample's, from today. Hours are OURS, in the event's zone."""

    slug: str
    kind: str
    zone: str
    real_date: date
    offset_days: int
    opens: time
    closes: time
    colour: int
    name: Text
    summary: Text
    host: Text
    place: Text
    categories: tuple[CategoryPlan, ...]

    def day(self, now: datetime, *, real_dates: bool) -> date:
        """The local day it takes place on."""
        if real_dates:
            return self.real_date
        return now.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=self.offset_days)

    def at(self, day: date, hour: time) -> datetime:
        """The instant of a wall time there."""
        return datetime.combine(day, hour, ZoneInfo(self.zone)).astimezone(UTC)


NAMES: dict[str, Text] = {
    "government": {"en": "Government", "kk": "Мемлекеттік органдар", "ru": "Государственные органы", "ko": "정부"},
    "investor": {"en": "International investors", "kk": "Халықаралық инвесторлар", "ru": "Международные инвесторы", "ko": "해외 투자자"},
    "business": {"en": "Business", "kk": "Бизнес", "ru": "Бизнес", "ko": "기업"},
    "expert": {"en": "Experts", "kk": "Сарапшылар", "ru": "Эксперты", "ko": "전문가"},
    "press": {"en": "Press", "kk": "БАҚ", "ru": "Пресса", "ko": "언론"},
    "speaker": {"en": "Speakers", "kk": "Спикерлер", "ru": "Спикеры", "ko": "연사"},
    "vip": {"en": "Guests of honour", "kk": "Құрметті қонақтар", "ru": "Почётные гости", "ko": "귀빈"},
    "staff": {"en": "Team", "kk": "Ұйымдастырушылар", "ru": "Организаторы", "ko": "운영진"},
    "founder": {"en": "Founders", "kk": "Құрылтайшылар", "ru": "Основатели", "ko": "설립자"},
    "resident": {"en": "Residents", "kk": "Тұрғындар", "ru": "Жители", "ko": "지역 주민"},
    "official": {"en": "Officials", "kk": "Ресми тұлғалар", "ru": "Официальные лица", "ko": "공무원"},
    "company": {"en": "Companies", "kk": "Компаниялар", "ru": "Компании", "ko": "기업"},
}  # fmt: skip


def _category(key: str, colour: int, capacity: int | None, *rules: str) -> CategoryPlan:
    approval = "automatic" if "automatic" in rules else "desk"
    visibility = "invited" if "invited" in rules else "public"
    steps = ("desk", "protocol", "security") if "three steps" in rules else ("desk",)
    offer_hours = 24 if "offers" in rules else None
    return CategoryPlan(key, NAMES[key], approval, visibility, colour, capacity, steps, offer_hours)


FORUM = EventPlan(
    slug="ai-4room",
    kind="forum",
    zone="Asia/Almaty",
    real_date=date(2025, 9, 13),
    offset_days=0,
    opens=time(9),
    closes=time(21),
    colour=1,
    name={
        "en": "International Business Forum AI-4room",
        "kk": "AI-4room халықаралық бизнес-форумы",
        "ru": "Международный бизнес-форум AI-4room",
        "ko": "AI-4room 국제 비즈니스 포럼",
    },
    summary={
        "en": "Government, international investors, business and experts talk about specific projects: the ecosystem around real estate, urban air mobility, green technologies, and what the special status of Alatau City makes possible. The Club is ten years old this year, the Association thirty-five.",
        "kk": "Мемлекет, халықаралық инвесторлар, бизнес және сарапшылар нақты жобаларды талқылайды: жылжымайтын мүлік төңірегіндегі экожүйе, қалалық әуе мобильділігі, жасыл технологиялар және Alatau City арнайы мәртебесінің мүмкіндіктері. Биыл Клубқа он жыл, Қауымдастыққа отыз бес жыл толады.",
        "ru": "Государство, международные инвесторы, бизнес и эксперты обсуждают конкретные проекты: экосистему вокруг недвижимости, городскую аэромобильность, зелёные технологии и возможности особого статуса Alatau City. В этом году Клубу исполняется десять лет, Ассоциации — тридцать пять.",
        "ko": "정부와 해외 투자자, 기업, 전문가가 한자리에 모여 구체적인 프로젝트를 이야기합니다. 부동산을 둘러싼 생태계, 도심 항공 모빌리티, 친환경 기술, 그리고 알라타우 시티의 특별 지위가 여는 기회를 다룹니다. 올해로 클럽은 10주년, 협회는 35주년을 맞습니다.",
    },
    host={
        "en": "Business Club of the Association of Koreans in Kazakhstan",
        "kk": "Қазақстан кәрістері қауымдастығының Бизнес-клубы",
        "ru": "Бизнес-клуб Ассоциации корейцев Казахстана",
        "ko": "카자흐스탄 고려인협회 비즈니스클럽",
    },
    place={"en": "Almaty, Kazakhstan", "kk": "Алматы, Қазақстан", "ru": "Алматы, Казахстан", "ko": "카자흐스탄 알마티"},
    categories=(
        _category("business", 1, 400),
        _category("investor", 2, 40, "offers"),  # the one that is full, with people waiting
        _category("government", 3, 80, "three steps"),
        _category("expert", 4, 60),
        _category("press", 5, 40),
        _category("speaker", 6, 30, "invited", "automatic"),
        _category("vip", 7, 40, "invited", "automatic"),
        _category("staff", 8, None, "invited", "automatic"),
    ),
)  # fmt: skip
CEREMONY = EventPlan(
    slug="k-park",
    kind="ceremony",
    zone="Asia/Almaty",
    real_date=date(2025, 9, 12),
    offset_days=-1,
    opens=time(10),
    closes=time(13),
    colour=2,
    name={
        "en": "Groundbreaking of K-Park",
        "kk": "K-Park құрылысының іргетасын қалау рәсімі",
        "ru": "Церемония закладки K-Park",
        "ko": "K-Park 착공식",
    },
    summary={
        "en": "The first investment project of Alatau City begins: theme park, museum and ethnocultural zones, a cultural and business centre, an amphitheatre with 5,000 seats, and 40,000 m² of green. Timed to the 90th anniversary, in 2027, of the Korean community in Kazakhstan.",
        "kk": "Alatau City-дің алғашқы инвестициялық жобасы басталады: тақырыптық саябақ, музей және этномәдени аймақтар, мәдени-іскерлік орталық, 5 000 орындық амфитеатр және 40 000 м² жасыл алқап. Жоба Қазақстандағы корей қауымының 2027 жылғы 90 жылдығына орайластырылған.",
        "ru": "Начинается первый инвестиционный проект Alatau City: тематический парк, музейная и этнокультурные зоны, культурно-деловой центр, амфитеатр на 5 000 мест и 40 000 м² зелени. Проект приурочен к 90-летию корейской общины Казахстана в 2027 году.",
        "ko": "알라타우 시티의 첫 투자 프로젝트가 첫 삽을 뜹니다. 테마파크, 박물관과 민족문화 공간, 문화·비즈니스 센터, 5,000석 원형극장, 4만㎡의 녹지가 들어섭니다. 2027년 카자흐스탄 고려인 공동체 90주년에 맞춘 사업입니다.",
    },
    host={"en": "Alatau City", "kk": "Alatau City", "ru": "Alatau City", "ko": "알라타우 시티"},
    place={
        "en": "Golden District, Alatau City, Almaty Region, Kazakhstan (open air)",
        "kk": "Golden District, Alatau City, Алматы облысы, Қазақстан (ашық аспан астында)",
        "ru": "Golden District, Alatau City, Алматинская область, Казахстан (под открытым небом)",
        "ko": "카자흐스탄 알마티주 알라타우 시티 골든 디스트릭트(야외)",
    },
    categories=(
        _category("vip", 7, 60, "invited", "automatic"),
        _category("government", 3, 80, "invited", "automatic"),
        _category("founder", 2, 40, "invited", "automatic"),
        _category("press", 5, 40, "invited"),
        _category("resident", 4, 300, "invited"),
        _category("staff", 8, None, "invited", "automatic"),
    ),
)  # fmt: skip
ROADSHOW = EventPlan(
    slug="alatau-seoul",
    kind="roadshow",
    zone="Asia/Seoul",
    real_date=date(2025, 10, 15),
    offset_days=32,
    opens=time(14),
    closes=time(18),
    colour=6,
    name={
        "en": "Alatau, Rise with Kazakhstan",
        "kk": "Alatau, Rise with Kazakhstan",
        "ru": "Alatau, Rise with Kazakhstan",
        "ko": "알라타우, 카자흐스탄과 함께 도약",
    },
    summary={
        "en": "The first stop of a roadshow about Alatau City, the new city of 880 square kilometres near Almaty that is built in phases to 2048: for Korean companies, officials and press.",
        "kk": "Алматы маңында 2048 жылға дейін кезең-кезеңімен салынатын, аумағы 880 шаршы шақырым жаңа қала — Alatau City туралы роуд-шоудың алғашқы аялдамасы: Корея компанияларына, ресми тұлғаларға және БАҚ-қа арналған.",
        "ru": "Первая остановка роуд-шоу об Alatau City — новом городе площадью 880 квадратных километров под Алматы, который строится поэтапно до 2048 года. Для корейских компаний, официальных лиц и прессы.",
        "ko": "알마티 인근에 2048년까지 단계적으로 건설되는 880㎢ 규모의 신도시, 알라타우 시티를 소개하는 로드쇼의 첫 무대입니다. 한국 기업과 공공기관, 언론을 초대합니다.",
    },
    host={
        "en": "Government of Kazakhstan",
        "kk": "Қазақстан Республикасының Үкіметі",
        "ru": "Правительство Казахстана",
        "ko": "카자흐스탄 정부",
    },
    place={
        "en": "Central Seoul, Republic of Korea",
        "kk": "Сеулдің орталығы, Корея Республикасы",
        "ru": "Центр Сеула, Республика Корея",
        "ko": "대한민국 서울 도심",
    },
    categories=(
        _category("company", 1, 150),
        _category("official", 3, 50),
        _category("press", 5, 30),
        _category("speaker", 6, 12, "invited", "automatic"),
        _category("vip", 7, 30, "invited", "automatic"),
    ),
)
EVENTS = (CEREMONY, FORUM, ROADSHOW)
LANGUAGES = ["en", "kk", "ru", "ko"]
CONSENT: Text = {
    "en": "I agree that the organisers keep what I enter here to prepare and hold this event: to decide on my registration, to write to me about it, and to print my badge. They give it to nobody else and delete it one year after the event. I can look at it, change it and take it back at any time on my own page.",
    "kk": "Осында енгізген деректерімді ұйымдастырушылардың осы іс-шараны дайындау және өткізу үшін сақтауына келісемін: өтінімімді қарау, ол туралы маған жазу және бейджімді басып шығару үшін. Деректер басқа ешкімге берілмейді және іс-шарадан кейін бір жылдан соң жойылады. Оларды жеке бетімде кез келген уақытта көре, өзгерте және кері қайтарып ала аламын.",
    "ru": "Я согласен (согласна), чтобы организаторы хранили то, что я здесь указываю, для подготовки и проведения этого мероприятия: чтобы рассмотреть мою заявку, писать мне о ней и напечатать мой бейдж. Они никому это не передают и удаляют через год после мероприятия. На своей странице я в любое время могу посмотреть, изменить и отозвать эти данные.",
    "ko": "주최 측이 이 행사의 준비와 진행(등록 심사, 안내 메일 발송, 명찰 인쇄)을 위해 제가 입력한 정보를 보관하는 데 동의합니다. 정보는 다른 곳에 제공되지 않으며 행사 1년 후 삭제됩니다. 저는 개인 페이지에서 언제든지 정보를 확인, 수정하거나 동의를 철회할 수 있습니다.",
}
