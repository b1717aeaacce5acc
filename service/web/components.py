"""/dev/components: every component in light and dark, with long and hostile content. Development only."""

import random
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from litestar import Request, get
from litestar.response import Response
from markupsafe import Markup

from service.web.charts import Bar, area, bars, columns
from service.web.templating import page

LONG = (
    "Қазақстан Республикасының Өнеркәсіп және құрылыс министрлігінің халықаралық ынтымақтастық департаменті"
)
WORD = "қанағаттандырылмағандықтарыңыздандырылмайтындығыңыздандырыпсыңдарқанағаттандырып"
HOSTILE = '<script>alert("1")</script>'
NAMES = (
    ("Әсел Нұрланқызы", "Assel Nurlankyzy", "kk"),
    ("최민수", "Choi Min-su", "ko"),
    ("李明", "Li Ming", "zh"),
    ("山田 花子", "Yamada Hanako", "ja"),
    (HOSTILE, "Robert'); DROP TABLE guests", "en"),
    ("Nguyễn Thị Minh Khai", "", "vi"),
    ("م. عبد الله", "M. Abdullah", "ar"),
    (WORD, "🎉 Emoji O’Brien", "kk"),
)
TONGUES = (
    (
        "en",
        "Register",
        "Full name as written",
        "Your place is kept until Friday, 12 September, 18:00 (UTC+5).",
    ),
    ("kk", "Тіркелу", "Толық аты-жөніңіз", "Орныңыз жұма, 12 қыркүйек, 18:00-ге дейін сақталады (UTC+5)."),
    (
        "ru",
        "Зарегистрироваться",
        "Имя, отчество и фамилия",
        "Место за вами до пятницы, 12 сентября, 18:00 (UTC+5).",
    ),
    ("ko", "등록하기", "성명", "좌석은 9월 12일 금요일 18:00(UTC+5)까지 확보됩니다."),
)
WRONG = "This does not look like an e-mail address. Example: name@company.kz"


@get("/dev/components", include_in_schema=False)
async def components(request: Request[Any, Any, Any]) -> Response[str]:
    """Look here first after a change of styles."""
    return page(
        request,
        "dev/components.html",
        names=NAMES,
        tongues=TONGUES,
        long=LONG,
        word=WORD,
        wrong={"email": WRONG},
        charts=_charts(),
        days=_days(),
        qr=_pattern(),
        empty_chart=bars([], title="Nothing yet"),
    )


def _charts() -> list[tuple[str, Markup, list[tuple[str, int]], tuple[str, str]]]:
    """Title, picture, rows of the table, heads: few, long, none and huge values."""
    rows = [
        Bar("Business", 412, 1, 500, "#business"),
        Bar("Government", 120, 2, 120),
        Bar(LONG, 3, 3),
        Bar("Press", 0, 4, 40),
        Bar(HOSTILE, 64, 5, 80),
        Bar("Speakers", 31, 6),
        Bar("VIP", 18, 7, 20),
        Bar("Staff", 22, 8),
    ]
    arrivals = [(f"{9 + i // 4:02}:{i % 4 * 15:02}", (i * 37) % 90 if 4 < i < 30 else 0) for i in range(40)]
    growth = [(f"{day} Sep", day * day * 9) for day in range(1, 29)]
    return [
        (
            "By category",
            bars(rows, title="By category"),
            [(row.label, row.count) for row in rows],
            ("Category", "Guests"),
        ),
        ("Arrivals", columns(arrivals, title="Arrivals"), arrivals, ("From", "Arrivals")),
        ("Registrations", area(growth, title="Registrations"), growth, ("Day", "In all")),
        (
            "One value",
            columns([("09:00", 1_204_500)], title="One value"),
            [("09:00", 1_204_500)],
            ("From", "Arrivals"),
        ),
        ("No value", area([], title="No value"), [], ("Day", "In all")),
    ]


def _days() -> list[SimpleNamespace]:
    first = datetime(2025, 9, 13, 4, tzinfo=UTC)
    talk = SimpleNamespace(
        title={"en": "The urban mobility of the future", "ko": "미래의 도시 모빌리티"},
        summary={"en": LONG},
        starts_at=first,
        ends_at=datetime(2025, 9, 13, 5, 30, tzinfo=UTC),
        languages=["kk", "ru", "ko", "en"],
        track={"en": "Mobility"},
        colour=3,
        room={"en": "Main hall"},
        speakers=[{"name": {"en": "Assel Nurlankyzy"}, "title": {"en": "Architect"}}],
    )
    welcome = SimpleNamespace(
        title={"en": "Arrival and registration"},
        summary={},
        starts_at=first,
        ends_at=talk.ends_at,
        languages=[],
        track=None,
        colour=None,
        room={"en": "Foyer"},
        speakers=[],
    )
    return [SimpleNamespace(first=first, sessions=[welcome, talk])]


def _pattern() -> Markup:
    """Looks like a code, means nothing."""
    marks = random.Random(7)  # noqa: S311 — a picture
    dots = "".join(f"M{n % 45} {n // 45}h1v1h-1z" for n in range(45 * 45) if marks.random() < 0.5)
    return Markup('<svg viewBox="-4 -4 53 53" role="img" aria-label="Code"><path d="{}"/></svg>').format(dots)


ROUTES = (components,)
