"""The look: its colours can be read, its components escape what is hostile and hold under the strict policy."""

import itertools
import math
import re

import httpx
import pytest

from service.web.icons import ICONS, icon
from service.web.styles import STYLES, stylesheet
from service.web.templating import TEMPLATES

Colour = tuple[float, float, float]
PAIR = re.compile(r"--([\w-]+): (?:light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)|(oklch\([^)]*\)));")
BODY = [(ink, ground) for ink in ("ink", "ink-2") for ground in ("paper", "raised", "sunken")]  # AAA: 7
TEXT = [  # AA: 4.5
    ("ink-3", "paper"), ("ink-3", "raised"), ("accent", "paper"), ("accent", "raised"), ("on-accent", "accent-fill"),
    ("on-accent", "accent-fill-2"), ("accent-strong", "accent-soft"), ("good", "good-soft"), ("warn", "warn-soft"),
    ("bad", "bad-soft"), ("bad", "paper"), ("ink-2", "quiet-soft"), ("ink", "accent-soft"),
]  # fmt: skip
SHAPES = [(f"cat-{n}", "raised") for n in range(1, 9)] + [("line-2", "raised"), ("line-2", "paper")]  # 3
VERDICTS = [
    ("verdict-light", "verdict-good"),
    ("verdict-dark", "verdict-warn"),
    ("verdict-light", "verdict-bad"),
]
# How red-green blind eyes see linear sRGB (Machado, Oliveira, Fernandes 2009, severity 1.0).
BLIND = {
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}


def linear(oklch: str) -> Colour:
    """Linear sRGB of an opaque oklch(), cut to what screens can show (Ottosson's matrices)."""
    light, chroma, hue = (float(part) for part in oklch[6:-1].split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.291485548 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
    )
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.2 contrast ratio."""
    darker, lighter = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05 for r, g, b in (one, other))
    return lighter / darker


def oklab(rgb: Colour) -> tuple[float, ...]:
    r, g, b = (max(0.0, part) for part in rgb)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
    )


@pytest.fixture(scope="module", params=["light", "dark"])
def tokens(request: pytest.FixtureRequest) -> dict[str, Colour]:
    """All colours of one side of tokens.css."""
    side = 0 if request.param == "light" else 1
    source = (STYLES / "tokens.css").read_text(encoding="utf-8")
    return {name: linear(both or (light, dark)[side]) for name, light, dark, both in PAIR.findall(source)}


@pytest.mark.parametrize(("pairs", "least"), [(BODY, 7.0), (TEXT, 4.5), (SHAPES, 3.0), (VERDICTS, 6.5)])
def test_text_and_signs_stand_out(
    tokens: dict[str, Colour], pairs: list[tuple[str, str]], least: float
) -> None:
    weak = {
        pair: round(ratio, 2)
        for pair in pairs
        if (ratio := contrast(tokens[pair[0]], tokens[pair[1]])) < least
    }
    assert weak == {}


@pytest.mark.parametrize("eyes", BLIND)
def test_colour_blind_eyes_tell_the_eight_categories_apart(tokens: dict[str, Colour], eyes: str) -> None:
    def seen(colour: Colour) -> tuple[float, ...]:
        r, g, b = (sum(by * part for by, part in zip(row, colour, strict=True)) for row in BLIND[eyes])
        return oklab((r, g, b))

    categories = [seen(tokens[f"cat-{n}"]) for n in range(1, 9)]
    assert min(math.dist(one, other) for one, other in itertools.combinations(categories, 2)) > 0.05


def test_every_token_used_is_known() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", stylesheet(), flags=re.DOTALL)
    known = set(re.findall(r"[{;\s](--[\w-]+)\s*:", sheet))
    assert set(re.findall(r"var\((--[\w-]+)\)", sheet)) - known == set()


def test_braces_are_balanced_in_every_stylesheet() -> None:
    wrong = [
        path.name for path in STYLES.rglob("*.css") if (css := path.read_text()).count("{") != css.count("}")
    ]
    assert wrong == []


def test_templates_hold_under_the_policy() -> None:
    """No inline style, script or handler anywhere: the browser would refuse them."""
    inline = re.compile(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)")
    wrong = [
        path.name for path in TEMPLATES.rglob("*.html") if inline.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_every_icon_named_in_a_template_is_there() -> None:
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'icon\("([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert {name for name in named if not (ICONS / f"{name}.svg").exists()} == set()


@pytest.mark.parametrize("name", ["no-such-icon", "../package", "Check", ""])
def test_an_unknown_icon_is_an_error(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        icon(name)


@pytest.mark.parametrize("language", ["en", "kk", "ru", "ko"])
async def test_the_page_of_components_in_every_language(client: httpx.AsyncClient, language: str) -> None:
    answer = await client.get("/dev/components", params={"lang": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;" in answer.text
    ids = re.findall(r'\sid="([^"]+)"', answer.text)
    assert sorted(ids) == sorted(set(ids))
