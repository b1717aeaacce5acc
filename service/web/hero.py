"""A picture for every event: drawn from its kind and name, so that no event looks empty."""

import hashlib
import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise

from markupsafe import Markup

WIDTH, HEIGHT = 1600, 600
Points = Sequence[tuple[float, float]]


def hero(kind: str, slug: str, colour: int = 1) -> Markup:
    """An inline SVG, the same each time for the same event: the Alatau for forums, the shanyraq for ceremonies, the way
    over the steppe for roadshows, hills for the rest. `colour` is 1-8; tones come from hero.css, for light and dark."""
    seed = hashlib.sha256(slug.encode())
    dice = random.Random(seed.digest())  # noqa: S311 — a pattern, not a secret
    sky = f"sky-{seed.hexdigest()[:10]}"
    return Markup(  # noqa: S704 — numbers only
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice" aria-hidden="true" '
        f'focusable="false" class="cat-{colour}"><defs><linearGradient id="{sky}" x1="0" y1="0" x2="0" y2="1">'
        '<stop offset="0" class="sky-top"/><stop offset="0.85" class="sky-low"/></linearGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#{sky})"/>{DRAWINGS.get(kind, _hills)(dice)}</svg>'
    )


def _mountains(dice: random.Random) -> str:
    """The line of the Alatau: a far range, the snow peaks, two ranges of foothills, and a morning sun."""
    far = _ridge(dice, base=330, rough=120, points=65)
    peaks = _ridge(dice, base=330, rough=290, points=65)
    return (
        _sun(dice.randrange(980, 1260), dice.randrange(130, 180), 52)
        + _ground("far-1", far)
        + _ground("far-2", peaks)
        + _snow(dice, peaks)
        + _ground("far-3", _ridge(dice, base=440, rough=90, points=65))
        + _ground("far-4", _swell(dice, 500, 26))
        + _ground("far-5", _swell(dice, 558, 16))
    )


def _hills(dice: random.Random) -> str:
    """Rolling steppe under a low sun."""
    tones = enumerate((300, 365, 435, 505, 560), start=1)
    return _sun(dice.randrange(900, 1250), 210, 70) + "".join(
        _ground(f"far-{tone}", _swell(dice, base, 46 - tone * 6)) for tone, base in tones
    )


def _routes(dice: random.Random) -> str:
    """The way of a roadshow: three places joined over the waves of the land."""
    places = [
        (330, dice.randrange(330, 380)),
        (820, dice.randrange(200, 260)),
        (1270, dice.randrange(130, 190)),
    ]
    (ax, ay), (bx, by), (cx, cy) = places
    way = f"M{ax} {ay}C{ax + 170} {ay - 190} {bx - 190} {by - 90} {bx} {by}S{cx - 210} {cy - 120} {cx} {cy}"
    land = "".join(
        _ground(f"far-{tone}", _swell(dice, base, 40 - tone * 4))
        for tone, base in enumerate((395, 440, 485, 530, 570), start=1)
    )
    stops = "".join(
        f'<circle class="halo" cx="{x}" cy="{y}" r="38"/><circle class="place" cx="{x}" cy="{y}" r="13"/>'
        for x, y in places
    )
    arcs = "".join(
        f'<circle class="line faint" cx="{cx}" cy="{cy}" r="{r}" stroke-width="2"/>'
        for r in range(90, 900, 90)
    )
    glow = f'<path class="glow" d="{way}" stroke-width="6" stroke-linecap="round" stroke-dasharray="1 17"/>'
    return arcs + land + glow + stops


def _shanyraq(dice: random.Random) -> str:
    """The crown of the yurt as one sees it lying down: ring, crossed poles, and the rafters going out like rays."""
    cx, cy, ring, turn = 1060, 300, 196, dice.random() * math.tau / 72
    parts = [f'<circle class="halo" cx="{cx}" cy="{cy}" r="{r}"/>' for r in (470, 330)]
    for ray in range(72):
        a = turn + ray * math.tau / 72
        (x1, y1), (x2, y2) = ((cx + r * math.cos(a), cy + r * math.sin(a)) for r in (ring + 34, 1250))
        kind, width = ("soft", 5) if ray % 2 else ("faint", 2)
        parts.append(
            f'<path class="line {kind}" stroke-width="{width}" d="M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}"/>'
        )
    parts.append(f'<circle class="sun" cx="{cx}" cy="{cy}" r="{ring}"/>')
    for shift in (-62, 0, 62):
        half, bend = math.sqrt(ring**2 - shift**2), shift * 1.9
        for d in (
            f"M{cx - half:.0f} {cy + shift}Q{cx} {cy + bend:.0f} {cx + half:.0f} {cy + shift}",
            f"M{cx + shift} {cy - half:.0f}Q{cx + bend:.0f} {cy} {cx + shift} {cy + half:.0f}",
        ):
            parts.append(f'<path class="line strong" stroke-width="11" d="{d}"/>')
    parts += [
        f'<circle class="line strong" cx="{cx}" cy="{cy}" r="{r}" stroke-width="{w}"/>'
        for r, w in ((ring, 18), (ring + 28, 5))
    ]
    return "".join(parts)


def _sun(x: int, y: int, r: int) -> str:
    rings = "".join(f'<circle class="halo" cx="{x}" cy="{y}" r="{r * by:.0f}"/>' for by in (2.9, 1.9))
    return f'{rings}<circle class="sun" cx="{x}" cy="{y}" r="{r}"/>'


def _ridge(dice: random.Random, *, base: float, rough: float, points: int) -> Points:
    """A mountain line by midpoint displacement: every half of a slope is a smaller slope."""
    heights = [dice.uniform(-0.2, 0.2) * rough for _ in range(5)]
    heights[dice.randrange(1, 4)] = rough * 0.72
    while len(heights) < points:
        rough *= 0.52
        halves = [(a + b) / 2 + dice.uniform(-0.5, 0.62) * rough for a, b in pairwise(heights)]
        heights = [height for pair in zip(heights, halves, strict=False) for height in pair] + [heights[-1]]
    step = WIDTH / (len(heights) - 1)
    return [(number * step, base - height) for number, height in enumerate(heights)]


def _swell(dice: random.Random, base: float, tall: float) -> Points:
    """A soft line of hills: three waves laid over each other."""
    waves = [
        (tall / n, dice.uniform(0.8, 1.3) * n * math.tau / WIDTH, dice.random() * math.tau) for n in (1, 2, 3)
    ]
    return [
        (x, base + sum(high * math.sin(x * often + phase) for high, often, phase in waves))
        for x in range(0, WIDTH + 1, 20)
    ]


def _ground(tone: str, line: Points) -> str:
    return f'<path class="{tone}" d="M0 {HEIGHT}L{_path(line)}L{WIDTH} {HEIGHT}Z"/>'


def _snow(dice: random.Random, peaks: Points) -> str:
    """Snow on whatever reaches above the snow line, with a torn lower edge."""
    top = min(y for _, y in peaks)
    snow_line = top + 92
    lower = [(x, max(y, min(snow_line + dice.uniform(-26, 26), y + 58))) for x, y in peaks]
    runs: list[list[int]] = []
    for number, (_, y) in enumerate(peaks):
        if y < snow_line:
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
    shapes = []
    for run in runs:
        first, last = max(0, run[0] - 1), min(len(peaks) - 1, run[-1] + 1)
        edge = [peaks[last], *(lower[number] for number in reversed(run)), peaks[first]]
        shapes.append(f'<path class="snow" d="M{_path([*peaks[first : last + 1], *edge])}Z"/>')
    return "".join(shapes)


def _path(line: Points) -> str:
    return " ".join(f"{x:.0f} {y:.0f}" for x, y in line)


DRAWINGS: dict[str, Callable[[random.Random], str]] = {
    "forum": _mountains, "conference": _mountains, "ceremony": _shanyraq, "reception": _shanyraq, "roadshow": _routes,
}  # fmt: skip
