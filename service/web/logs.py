"""Logs: one JSON object a line, no local variables (they hold names and tokens)."""

import structlog


def configure() -> None:
    """Once per process, before anything is logged."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
