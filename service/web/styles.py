"""One stylesheet from the files of static/styles, in the order their layers want."""

from functools import cache
from pathlib import Path

STYLES = Path(__file__).parent.parent / "static" / "styles"


@cache
def stylesheet() -> str:
    """Tokens first (they declare the layers), then base, layouts and every component by name."""
    first = [STYLES / name for name in ("tokens.css", "base.css", "layouts.css")]
    return "\n".join(
        path.read_text(encoding="utf-8") for path in [*first, *sorted((STYLES / "parts").glob("*.css"))]
    )
