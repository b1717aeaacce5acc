"""Icons (stand-in)."""

from markupsafe import Markup


def icon(name: str) -> Markup:
    """Nothing yet."""
    return Markup("")
