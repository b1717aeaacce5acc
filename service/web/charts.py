"""Charts as SVG from the page's own tokens: labelled directly, readable in print, the table behind one press away.

Widths are percentages, heights and type are pixels: a chart fills its place and its letters stay as they are."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

Points = Sequence[tuple[str, int]]
Place = Callable[[int], float]
ROW, BAR = 44, 10
TALL, TOP, FOOT = 200, 22, 24  # pixels of an upright chart: all, above the highest, below the axis


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: a label, its count, a category colour 1-8 (0: accent), `of` what it could be (None: no
    limit), the address of the list behind it ('' for none)."""

    label: str
    count: int
    colour: int = 0
    of: int | None = None
    href: str = ""


def bars(rows: Sequence[Bar], *, title: str) -> Markup:
    """Horizontal bars, the largest full width; with `of`, filled against it. No rows give an empty figure."""
    most = max((max(row.of or 0, row.count) for row in rows), default=0) or 1
    return _figure(
        "".join(_bar(row, number * ROW, most) for number, row in enumerate(rows)), len(rows) * ROW, title
    )


def _bar(row: Bar, y: int, most: int) -> str:
    said = f"{_number(row.count)} / {_number(row.of)}" if row.of is not None else _number(row.count)
    parts = [
        f'<text class="label" x="0" y="{y + 14}">{escape(_short(row.label))}{_whole(row.label)}</text>',
        f'<text class="value" x="100%" y="{y + 14}" text-anchor="end">{said}</text>',
        f'<rect class="track" x="0" y="{y + 22}" width="{_percent(row.of, most)}" height="{BAR}" rx="{BAR / 2:.0f}"/>'
        if row.of
        else "",
        f'<rect class="shape cat-{row.colour}" x="0" y="{y + 22}" width="{_percent(row.count, most)}" height="{BAR}" '
        f'rx="{BAR / 2:.0f}"/>'
        if row.count
        else f'<circle class="nothing" cx="2" cy="{y + 22 + BAR / 2:.0f}" r="2"/>',
    ]
    inner = "".join(parts)
    return f'<a href="{escape(row.href)}">{inner}</a>' if row.href else inner


def columns(points: Points, *, title: str) -> Markup:
    """Upright columns over time (label, count), the highest said, labels where there is room."""
    most = max((count for _, count in points), default=0)
    floor, wide = TALL - FOOT, 100 / max(1, len(points))
    body = min(wide * 0.8, 8.0)  # one lonely column is no wall
    parts = [_axis()]
    for number, (label, count) in enumerate(points):
        tall = 0.0 if count == 0 else max(2.0, (floor - TOP) * count / most)
        left = (number + 0.5) * wide - body / 2
        parts.append(
            f'<rect class="shape" x="{left:.2f}%" y="{floor - tall:.1f}" width="{body:.2f}%" height="{tall:.1f}">'
            f"<title>{escape(label)}: {_number(count)}</title></rect>"
        )
    parts.append(_highest(points, most, lambda number: number * wide + wide / 2))
    parts.append(_labels([label for label, _ in points], lambda number: number * wide + wide / 2))
    return _figure("".join(parts), TALL, title)


def area(points: Points, *, title: str) -> Markup:
    """A line over time with the ground below it shaded: what grows, day by day. One point is drawn as a level line."""
    most = max((count for _, count in points), default=0)
    floor, last = TALL - FOOT, max(1, len(points) - 1)
    spots = [
        (1000 * number / last, floor - (floor - TOP) * count / (most or 1))
        for number, (_, count) in enumerate(points)
    ]
    if len(spots) == 1:
        spots.append((1000.0, spots[0][1]))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    shapes = (
        f'<svg viewBox="0 0 1000 {TALL}" width="100%" height="{TALL}" preserveAspectRatio="none">'
        f'<polygon class="area" points="0,{floor} {line} 1000,{floor}"/><polyline class="line" points="{line}"/></svg>'
        if spots
        else ""
    )
    told = _highest(points, most, lambda number: 100 * number / last)
    return _figure(
        _axis() + shapes + told + _labels([label for label, _ in points], lambda n: 100 * n / last),
        TALL,
        title,
    )


def _axis() -> str:
    floor = TALL - FOOT
    return f'<line class="axis" x1="0" x2="100%" y1="{floor}" y2="{floor}"/>'


def _highest(points: Points, most: int, place: Place) -> str:
    """The highest value in figures, above its first place."""
    if most == 0:
        return ""
    at = place(next(number for number, (_, count) in enumerate(points) if count == most))
    return (
        f'<text class="value" x="{at:.2f}%" y="{TOP - 8}" text-anchor="{_anchor(at)}">{_number(most)}</text>'
    )


def _labels(labels: Sequence[str], place: Place) -> str:
    """At most four labels below the axis, the first and then evenly on: four fit on the narrowest phone."""
    every = max(1, math.ceil(len(labels) / 4))
    return "".join(
        f'<text x="{place(number):.2f}%" y="{TALL - 4}" text-anchor="{_anchor(place(number))}">{escape(label)}</text>'
        for number, label in enumerate(labels)
        if number % every == 0
    )


def _anchor(percent: float) -> str:
    return "start" if percent < 6 else "end" if percent > 94 else "middle"


def _percent(count: int, most: int) -> str:
    return f"{max(0.8, 100 * min(count, most) / most):.2f}%"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def _short(text: str, most: int = 44) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _whole(text: str) -> str:
    return f"<title>{escape(text)}</title>" if len(text) > 44 else ""


def _figure(inner: str, height: int, title: str) -> Markup:
    # a picture for screen readers, unless there are links in it
    role = "group" if "<a " in inner else "img"
    return Markup(  # noqa: S704 — texts were escaped above
        f'<svg role="{role}" width="100%" height="{max(1, height)}" aria-label="{escape(title)}">{inner}</svg>'
    )
