"""The same desk as the console's."""

from tests.console.conftest import desk

__all__ = ["desk"]
