"""One sample of every letter, for previews, tests and screenshots. Nobody in them exists."""

from collections.abc import Iterator

from emails.letters import Letter


def sample(kind: str, language: str) -> Letter:
    """The sample letter of that kind in that language."""
    raise NotImplementedError


def samples() -> Iterator[tuple[str, Letter]]:
    """All of them: (name, letter), some kinds in several states."""
    raise NotImplementedError
