"""The editor of a system mail: its fields, what is typed into them, and what changed between two versions."""

from collections.abc import Mapping, Sequence

from emails.letters import PARTS
from emails.standard import own_words_of
from service.console.differences import Piece, differences
from service.messages.wordings import LONGEST, InLanguages


def parts_in(letter: str) -> tuple[str, ...]:
    """What of it can be written: not every mail has a button or a heading of our words. Opening words can always stand
    in front of what the mail must say."""
    _, missing = own_words_of(letter, "en")
    return tuple(part for part in LONGEST if part == "text" or part not in missing)


def read_words(form: Mapping[str, str], letter: str, languages: Sequence[str]) -> InLanguages:
    """The fields subject_xx, heading_xx, text_xx, button_xx; what is as we say it, or empty, is left out."""
    found: InLanguages = {}
    for code in languages:
        ours, _ = own_words_of(letter, code)
        for part in parts_in(letter):
            typed = form.get(f"{part}_{code}", "").replace("\r\n", "\n").strip()
            typed = typed if part == "text" else " ".join(typed.split())
            if typed and typed != getattr(ours, part):
                found.setdefault(code, {})[part] = typed
    return found


def as_form(letter: str, languages: Sequence[str], typed: InLanguages) -> dict[str, str]:
    """Every field with what is said there now: theirs, else ours to begin with."""
    return {
        f"{part}_{code}": typed.get(code, {}).get(part) or getattr(own_words_of(letter, code)[0], part)
        for code in languages
        for part in PARTS
    }


def changed_between(
    letter: str, languages: Sequence[str], before: InLanguages, after: InLanguages
) -> list[tuple[str, str, list[Piece]]]:
    """By language and part, as they would be read; only where something differs."""
    old, new = as_form(letter, languages, before), as_form(letter, languages, after)
    return [
        (code, part, differences(old[f"{part}_{code}"], new[f"{part}_{code}"]))
        for code in languages
        for part in PARTS
        if old[f"{part}_{code}"] != new[f"{part}_{code}"]
    ]
