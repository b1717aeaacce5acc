"""What one badge shows, ready to be drawn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Badge:
    """What one badge shows. Texts are in the language they are to be read in; empty ones leave no gap.

    `ticket` is the content of the QR code, `code` the eight typed letters, `colour` the category's as `#rrggbb`.
    `language` is the person's language or country: it decides the shapes of Han letters.
    """

    native_name: str
    latin_name: str
    position: str
    affiliation: str
    country: str
    category: str
    colour: str
    ticket: str
    code: str
    event_name: str
    event_line: str
    language: str = ""
