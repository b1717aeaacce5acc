"""The programmes: topics, rooms and speakers as published; hours, and which room, are OURS. Nobody is named who was not."""
# ruff: noqa: E501 — a text, a name list is one line, however long

from datetime import time
from typing import Any

import msgspec

Text = dict[str, str]


class SessionPlan(msgspec.Struct, frozen=True):
    """Wall times in the event's zone; `track` and `room` are keys of the plan, '' for none."""

    opens: time
    closes: time
    title: Text
    room: str = ""
    track: str = ""
    languages: tuple[str, ...] = ("kk", "ru", "ko", "en")
    speakers: tuple[dict[str, Any], ...] = ()
    summary: Text = {}


class ProgrammePlan(msgspec.Struct, frozen=True):
    """Tracks and rooms by key, in order; a room may have a capacity."""

    tracks: dict[str, tuple[Text, int]]
    rooms: dict[str, tuple[Text, int | None]]
    sessions: tuple[SessionPlan, ...]


SIX = ("kk", "ru", "ko", "en", "zh", "ja")
REGISTRATION = {"en": "Arrival and registration", "kk": "Қонақтарды қарсы алу және тіркеу", "ru": "Сбор и регистрация гостей", "ko": "등록 및 입장"}  # fmt: skip

FORUM = ProgrammePlan(
    tracks={
        "living": ({"en": "Real estate and human needs", "kk": "Жылжымайтын мүлік және адам қажеттіліктері", "ru": "Недвижимость и потребности человека", "ko": "부동산과 사람의 필요"}, 4),
        "mobility": ({"en": "Urban mobility of the future", "kk": "Болашақтың қалалық мобильділігі", "ru": "Городская мобильность будущего", "ko": "미래 도시 모빌리티"}, 1),
        "green": ({"en": "Green technologies and digital solutions", "kk": "Жасыл технологиялар және цифрлық шешімдер", "ru": "Зелёные технологии и цифровые решения", "ko": "친환경 기술과 디지털 솔루션"}, 3),
        "platform": ({"en": "Special status, platform-based business", "kk": "Арнайы мәртебе және платформалық бизнес", "ru": "Особый статус и платформенный бизнес", "ko": "특별 지위와 플랫폼 비즈니스"}, 6),
    },
    rooms={
        "main": ({"en": "Main hall", "kk": "Бас зал", "ru": "Главный зал", "ko": "대강당"}, 600),
        "second": ({"en": "Second hall", "kk": "Екінші зал", "ru": "Второй зал", "ko": "제2홀"}, 180),
        "foyer": ({"en": "Foyer", "kk": "Фойе", "ru": "Фойе", "ko": "로비"}, None),
    },
    sessions=(
        SessionPlan(time(9), time(10), REGISTRATION, "foyer", languages=()),
        SessionPlan(time(10), time(10, 45), {"en": "Opening: ten years of the Club, thirty-five of the Association", "kk": "Ашылуы: Клубқа он жыл, Қауымдастыққа отыз бес жыл", "ru": "Открытие: десять лет Клубу, тридцать пять — Ассоциации", "ko": "개막: 클럽 10주년, 협회 35주년"}, "main", languages=SIX),
        SessionPlan(time(10, 45), time(12), {"en": "The prospects of Alatau City", "kk": "Alatau City болашағы", "ru": "Перспективы Alatau City", "ko": "알라타우 시티의 전망"}, "main", languages=SIX, summary={"en": "880 square kilometres, built in phases to 2048: a dialogue between government and investors.", "kk": "880 шаршы шақырым, 2048 жылға дейін кезең-кезеңімен: мемлекет пен инвесторлардың диалогы.", "ru": "880 квадратных километров, поэтапно до 2048 года: диалог государства и инвесторов.", "ko": "880㎢, 2048년까지 단계별 건설: 정부와 투자자의 대화."}),
        SessionPlan(time(13, 15), time(14, 30), {"en": "The ecosystem around real estate and human needs", "kk": "Жылжымайтын мүлік пен адам қажеттіліктері төңірегіндегі экожүйе", "ru": "Экосистема вокруг недвижимости и потребностей человека", "ko": "부동산과 사람의 필요를 둘러싼 생태계"}, "main", "living", SIX),
        SessionPlan(time(13, 15), time(14, 30), {"en": "Urban air mobility and the low-altitude economy", "kk": "Қалалық әуе мобильділігі және төмен биіктік экономикасы", "ru": "Городская аэромобильность и экономика малых высот", "ko": "도심 항공 모빌리티와 저고도 경제"}, "second", "mobility", SIX),
        SessionPlan(time(14, 45), time(16), {"en": "Green technologies and digital solutions", "kk": "Жасыл технологиялар және цифрлық шешімдер", "ru": "Зелёные технологии и цифровые решения", "ko": "친환경 기술과 디지털 솔루션"}, "main", "green", SIX),
        SessionPlan(time(14, 45), time(16), {"en": "Using the city’s special status for platform-based business", "kk": "Қаланың арнайы мәртебесін платформалық бизнес үшін пайдалану", "ru": "Особый статус города для платформенного бизнеса", "ko": "도시의 특별 지위를 활용한 플랫폼 비즈니스"}, "second", "platform", SIX),
        SessionPlan(time(16, 30), time(17, 15), {"en": "K-Park: the first investment project", "kk": "K-Park: алғашқы инвестициялық жоба", "ru": "K-Park: первый инвестиционный проект", "ko": "K-Park: 첫 번째 투자 프로젝트"}, "main", languages=SIX),
        SessionPlan(time(17, 15), time(18), {"en": "Specific projects: what comes next", "kk": "Нақты жобалар: келесі қадамдар", "ru": "Конкретные проекты: следующие шаги", "ko": "구체적인 프로젝트와 다음 단계"}, "main", languages=SIX),
        SessionPlan(time(18, 30), time(21), {"en": "Evening reception", "kk": "Кешкі қабылдау", "ru": "Вечерний приём", "ko": "저녁 리셉션"}, "foyer", languages=()),
    ),
)  # fmt: skip
CEREMONY = ProgrammePlan(
    tracks={},
    rooms={
        "site": ({"en": "Site of the amphitheatre", "kk": "Амфитеатр орны", "ru": "Площадка амфитеатра", "ko": "원형극장 부지"}, 5000),
        "visitors": ({"en": "Visitor centre", "kk": "Қонақтар орталығы", "ru": "Визит-центр", "ko": "방문자 센터"}, None),
    },
    sessions=(
        SessionPlan(time(10), time(11), REGISTRATION, "visitors", languages=()),
        SessionPlan(time(11), time(11, 40), {"en": "Welcome by the hosts and founders", "kk": "Ұйымдастырушылар мен құрылтайшылардың құттықтау сөзі", "ru": "Приветствие организаторов и основателей", "ko": "주최 측과 설립자의 환영사"}, "site"),
        SessionPlan(time(11, 40), time(12), {"en": "Groundbreaking", "kk": "Іргетас қалау рәсімі", "ru": "Закладка первого камня", "ko": "착공식"}, "site"),
        SessionPlan(time(12), time(13), {"en": "Walk through the future park, group photo", "kk": "Болашақ саябақты аралау, естелік сурет", "ru": "Прогулка по будущему парку, общее фото", "ko": "공원 예정지 둘러보기와 기념 촬영"}, "site"),
    ),
)  # fmt: skip


def _vice_minister(of: Text) -> dict[str, Any]:
    """Published without a name: shown by office alone."""
    return {"name": of, "title": {}}


ROADSHOW = ProgrammePlan(
    tracks={},
    rooms={"hall": ({"en": "Conference hall", "kk": "Конференц-зал", "ru": "Конференц-зал", "ko": "컨퍼런스홀"}, 250)},
    sessions=(
        SessionPlan(time(14), time(14, 30), REGISTRATION, "hall", languages=()),
        SessionPlan(
            time(14, 30), time(15), {"en": "Keynote", "kk": "Негізгі баяндама", "ru": "Ключевой доклад", "ko": "기조연설"}, "hall",
            speakers=({"name": {"en": "Qanat Bozymbaev", "kk": "Қанат Бозымбаев", "ru": "Канат Бозумбаев", "ko": "카나트 보짐바예프"}, "title": {"en": "Deputy Prime Minister", "kk": "Премьер-министрдің орынбасары", "ru": "Заместитель Премьер-министра", "ko": "부총리"}},),
        ),
        SessionPlan(
            time(15), time(15, 45), {"en": "Alatau City for investors", "kk": "Инвесторларға арналған Alatau City", "ru": "Alatau City для инвесторов", "ko": "투자자를 위한 알라타우 시티"}, "hall",
            speakers=({"name": {"en": "Yuriy Tskhay", "kk": "Юрий Цхай", "ru": "Юрий Цхай", "ko": "유리 츠하이"}, "title": {"en": "Chairman of Caspian Group", "kk": "Caspian Group төрағасы", "ru": "Председатель Caspian Group", "ko": "캐스피언 그룹 회장"}},),
        ),
        SessionPlan(
            time(16), time(17), {"en": "Industry, transport, energy: three presentations", "kk": "Өнеркәсіп, көлік, энергетика: үш баяндама", "ru": "Промышленность, транспорт, энергетика: три презентации", "ko": "산업·교통·에너지 발표"}, "hall",
            speakers=(
                _vice_minister({"en": "Vice Minister of Industry and Construction", "kk": "Өнеркәсіп және құрылыс вице-министрі", "ru": "Вице-министр промышленности и строительства", "ko": "산업건설부 차관"}),
                _vice_minister({"en": "Vice Minister of Transport", "kk": "Көлік вице-министрі", "ru": "Вице-министр транспорта", "ko": "교통부 차관"}),
                _vice_minister({"en": "Vice Minister of Energy", "kk": "Энергетика вице-министрі", "ru": "Вице-министр энергетики", "ko": "에너지부 차관"}),
            ),
        ),
        SessionPlan(time(17), time(18), {"en": "Group photo and conversations", "kk": "Естелік сурет және әңгімелесу", "ru": "Общее фото и общение", "ko": "기념 촬영 및 교류"}, "hall", languages=("ko", "en")),
    ),
)  # fmt: skip
PROGRAMMES = {"ai-4room": FORUM, "k-park": CEREMONY, "alatau-seoul": ROADSHOW}
