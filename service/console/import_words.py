"""What columns and rows of an import are called."""

from service.console.words import FIELDS
from service.web.words import N_

TARGETS = {
    "name": N_("Full name as written"), "family": N_("Family name"), "given": N_("Given name"),
    "middle": N_("Patronymic"),
    "latin_name": N_("Name in Latin letters"), "latin_family": N_("Family name in Latin letters"),
    "latin_given": N_("Given name in Latin letters"), "honorific": N_("Honorific"),
    "academic_title": N_("Academic title"),
    "salutation": N_("Salutation in mails"), "affiliation": N_("Organisation"), "position": N_("Position"),
    "country": N_("Country"), "phone": N_("Phone"), "email": N_("E-mail"),
    "assistant_email": N_("E-mail of the assistant"),
    "language": N_("Language of mails"), "category": N_("Category"), "delegation": N_("Delegation"),
    "badge_line": N_("Line on the badge"), "dietary": N_("Food"), "access_needs": N_("Access"),
}  # fmt: skip
VERDICTS = {
    "new": N_("New"), "changed": N_("Changed"), "same": N_("The same"), "duplicate": N_("Possible doubles"),
    "wrong": N_("To correct"),
}  # fmt: skip
STATES = {
    "mapping": N_("Columns"), "reading": N_("Being read"), "ready": N_("To look at"), "applying": N_("Being applied"),
    "applied": N_("Applied"), "undoing": N_("Being taken back"), "undone": N_("Taken back"),
}  # fmt: skip


def field(name: str) -> str:
    """A msgid for a field of a card or a target."""
    return FIELDS.get(name) or TARGETS.get(name) or name
