"""The desk of tests/console: a forum with its team, and an outsider with a forum of his own."""

from tests.console.conftest import desk

__all__ = ["desk"]
