"""/dev/components: every component in light and dark, with long and hostile content. Development only."""

from typing import Any

from litestar import Request, get
from litestar.response import Response

from service.web.charts import Bar, bars, columns
from service.web.templating import page

LONG = (
    "Қазақстан Республикасының Өнеркәсіп және құрылыс министрлігінің халықаралық ынтымақтастық департаменті"
)
NAMES = (
    ("Әсел Нұрланқызы", "Assel Nurlankyzy"), ("최민수", "Choi Min-su"), ("李明", "Li Ming"), ("山田 花子", "Yamada Hanako"),
    ('<script>alert("1")</script>', "Robert'); DROP TABLE guests"), ("Nguyễn Thị Minh Khai", ""), ("م. عبد الله", "M. Abdullah"),
)  # fmt: skip


@get("/dev/components", include_in_schema=False)
async def components(request: Request[Any, Any, Any]) -> Response[str]:
    """Look here first after a change of styles."""
    rows = [
        Bar("Business", 412, 1, 500),
        Bar("Government", 120, 2, 120),
        Bar(LONG, 3, 3),
        Bar("Press", 0, 4, 40),
    ]
    arrivals = [(f"{9 + i // 4:02}:{i % 4 * 15:02}", (i * 37) % 90 if 4 < i < 30 else 0) for i in range(40)]
    return page(
        request, "dev/components.html", names=NAMES, long=LONG, bars=bars(rows, title="By category"), rows=rows,
        columns=columns(arrivals, title="Arrivals"), wrong={"email": "This does not look like an e-mail address. Example: name@company.kz"},
    )  # fmt: skip


ROUTES = (components,)
