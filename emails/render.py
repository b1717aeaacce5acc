"""Letter to subject, plain text and HTML."""

from dataclasses import dataclass

from emails.letters import Letter


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(letter: Letter) -> Rendered:
    """The mail in the recipient's language (English if we do not speak it)."""
    raise NotImplementedError
