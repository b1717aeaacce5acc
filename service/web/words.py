"""Where the sentences of pages stand; how one is marked to be translated later. Workers say them too: no web here."""

from pathlib import Path

LOCALES = Path(__file__).parent.parent / "locales"


def N_(msgid: str) -> str:
    """Marks a sentence that is translated later, where it is shown."""
    return msgid
