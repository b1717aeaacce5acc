"""Icons: one set (Lucide), inline, always beside a word or a label."""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

ICONS = Path(__file__).parent.parent / "static" / "vendor" / "lucide"


@cache
def icon(name: str) -> Markup:
    """The picture `name` as inline SVG, hidden from screen readers. Raises FileNotFoundError for an unknown name."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise FileNotFoundError(name)
    source = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    inner = source[source.index(">", source.index("<svg")) + 1 : source.rindex("</svg>")]
    return Markup(  # noqa: S704 — our own files
        '<svg class="icon" aria-hidden="true" focusable="false" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">{" ".join(inner.split())}</svg>'
    )
