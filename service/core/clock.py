"""The one place that looks at the clock. Operations take `now` as a value."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
