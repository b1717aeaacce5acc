"""Charts as SVG from the page's own tokens: labelled directly, readable in print, the table behind one press away."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 640


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: a label, its count, a category colour 1-8 (0: accent), `of` what it could be (None: no limit),
    the address of the list behind it ('' for none)."""

    label: str
    count: int
    colour: int = 0
    of: int | None = None
    href: str = ""


def bars(rows: Sequence[Bar], *, title: str) -> Markup:
    """Horizontal bars, the largest full width; with `of`, filled against it. Empty rows give an empty figure."""
    most = max((row.of or row.count for row in rows), default=0) or 1
    parts = []
    for number, row in enumerate(rows):
        y = number * 46
        full = 8 + (WIDTH - 8) * min(1.0, (row.of or row.count) / most)
        width = (
            0.0 if row.count == 0 else max(3.0, (full if row.of else WIDTH) * row.count / (row.of or most))
        )
        said = f"{row.count} / {row.of}" if row.of else str(row.count)
        bar = (
            f'<text x="0" y="{y + 14}">{_short(row.label, 60)}</text>'
            f'<text class="value" x="{WIDTH}" y="{y + 14}" text-anchor="end">{said}</text>'
            + (
                f'<rect class="track" x="0" y="{y + 22}" width="{full:.0f}" height="10" rx="5"/>'
                if row.of
                else ""
            )
            + f'<rect class="shape cat-{row.colour}" x="0" y="{y + 22}" width="{min(width, WIDTH):.0f}" height="10" rx="5"/>'
        )
        parts.append(f'<a href="{escape(row.href)}">{bar}</a>' if row.href else bar)
    return _figure("".join(parts), len(rows) * 46, title)


def columns(points: Sequence[tuple[str, int]], *, title: str) -> Markup:
    """Upright columns over time (label, count): every label where there is room, the highest said."""
    height, base = 190, 160
    most = max((count for _, count in points), default=0) or 1
    wide = WIDTH / max(1, len(points))
    every = max(1, round(len(points) / 8))
    parts = [f'<line class="axis" x1="0" x2="{WIDTH}" y1="{base}" y2="{base}"/>']
    told = False
    for number, (label, count) in enumerate(points):
        tall = 0 if count == 0 else max(2, (base - 24) * count / most)
        x = number * wide
        gap = min(4.0, wide * 0.2)
        parts.append(
            f'<rect class="shape" x="{x + gap / 2:.1f}" y="{base - tall:.1f}" width="{max(1.0, wide - gap):.1f}" '
            f'height="{tall:.1f}" rx="2"><title>{escape(label)}: {count}</title></rect>'
        )
        if count == most and not told:
            told = True
            middle = min(max(x + wide / 2, 16), WIDTH - 16)
            parts.append(
                f'<text class="value" x="{middle:.0f}" y="{base - tall - 6:.0f}" text-anchor="middle">{count}</text>'
            )
        if number % every == 0:
            anchor = "start" if number == 0 else "middle"
            middle = 0 if number == 0 else x + wide / 2
            parts.append(
                f'<text x="{middle:.0f}" y="{base + 18}" text-anchor="{anchor}">{escape(label)}</text>'
            )
    return _figure("".join(parts), height, title)


def _short(text: str, most: int) -> str:
    return str(escape(text if len(text) <= most else text[: most - 1] + "…"))


def _figure(inner: str, height: int, title: str) -> Markup:
    return Markup(  # noqa: S704 — texts were escaped above
        f'<svg role="img" viewBox="0 0 {WIDTH} {max(1, height)}" aria-label="{escape(title)}">{inner}</svg>'
    )
