"""A picture for every event: drawn from its kind and name, so that no event looks empty."""

import hashlib
import math
import random
from collections.abc import Callable

from markupsafe import Markup

WIDTH, HEIGHT = 1600, 600


def hero(kind: str, slug: str, colour: int = 1) -> Markup:
    """An inline SVG, the same each time for the same event. Mountains for forums, shanyraq for ceremonies, routes for
    roadshows; colours come from the page's tokens, so light and dark both fit."""
    dice = random.Random(hashlib.sha256(slug.encode()).digest())  # noqa: S311 — a pattern, not a secret
    draw = DRAWINGS.get(kind, _mountains)
    return Markup(  # noqa: S704 — numbers only
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false" '
        f'class="cat-{colour} hero-{kind if kind in DRAWINGS else "other"}">{draw(dice)}</svg>'
    )


def _mountains(dice: random.Random) -> str:
    """The line of the Alatau: four ranges, the farther the fainter, and a sun of apricot."""
    x, y = dice.randrange(1050, 1400), dice.randrange(120, 190)
    parts = [f'<circle class="hero-sun" cx="{x}" cy="{y}" r="64"/>']
    for depth in range(4):
        base, rough = 250 + depth * 85, 105 - depth * 16
        points = [f"0,{HEIGHT}"]
        height = float(base)
        for step in range(0, WIDTH + 1, 50):
            height = 0.55 * height + 0.45 * (
                base - rough * dice.random() * (1.8 if dice.random() > 0.72 else 0.7)
            )
            points.append(f"{step},{height:.0f}")
        points.append(f"{WIDTH},{HEIGHT}")
        parts.append(f'<polygon class="hero-{depth + 1}" points="{" ".join(points)}"/>')
    return "".join(parts)


def _shanyraq(dice: random.Random) -> str:
    """The crown of the yurt: a wheel with crossed poles, and rays."""
    cx, cy, turn = 1150, 300, dice.random() * math.pi
    parts = [
        f'<circle class="hero-2" cx="{cx}" cy="{cy}" r="430"/><circle class="hero-sun" cx="{cx}" cy="{cy}" r="150"/>'
    ]
    for ray in range(48):
        a = turn + ray * math.tau / 48
        x1, y1, x2, y2 = (
            cx + r * f(a) if f is math.cos else cy + r * f(a)
            for r in (230, 900)
            for f in (math.cos, math.sin)
        )
        parts.append(f'<line class="hero-line" x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}"/>')
    parts += [f'<circle class="hero-ring" cx="{cx}" cy="{cy}" r="{r}"/>' for r in (150, 230)]
    for shift in (-60, -20, 20, 60):
        half = math.sqrt(230**2 - shift**2)
        parts.append(
            f'<path class="hero-ring" d="M{cx - half:.0f} {cy + shift}Q{cx} {cy + shift - 46} {cx + half:.0f} {cy + shift}"/>'
        )
        parts.append(
            f'<path class="hero-ring" d="M{cx + shift} {cy - half:.0f}Q{cx + shift + 46} {cy} {cx + shift} {cy + half:.0f}"/>'
        )
    return "".join(parts)


def _routes(dice: random.Random) -> str:
    """Waves of a way that leads from place to place."""
    parts = []
    for line in range(9):
        y = 90 + line * 55
        bend = [dice.randrange(-70, 70) for _ in range(4)]
        curve = f"M0 {y}C250 {y + bend[0]} 400 {y + bend[1]} 800 {y}S1350 {y + bend[2]} {WIDTH} {y + bend[3]}"
        parts.append(f'<path class="hero-ring hero-wave-{line % 3}" d="{curve}"/>')
    for x, y in ((260, 400), (820, 300), (1340, 180)):
        parts.append(
            f'<circle class="hero-sun" cx="{x}" cy="{y}" r="26"/><circle class="hero-4" cx="{x}" cy="{y}" r="9"/>'
        )
    return "".join(parts)


DRAWINGS: dict[str, Callable[[random.Random], str]] = {
    "forum": _mountains, "ceremony": _shanyraq, "roadshow": _routes,
}  # fmt: skip
