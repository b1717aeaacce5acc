"""The same desk and guests as the console's."""

from tests.console.conftest import desk, guests

__all__ = ["desk", "guests"]
