"""What the composer calls things. Texts are msgids."""

from service.web.words import N_

PLACEHOLDER_WORDS = {
    "name": N_("Name"), "latin_name": N_("Name in Latin letters"), "honorific": N_("Honorific"),
    "position": N_("Position"), "organisation": N_("Organisation"), "country": N_("Country"),
    "category": N_("Category"), "delegation": N_("Delegation"), "own_page": N_("Link to their page"),
    "event": N_("Name of the event"), "date": N_("Date and time"), "place": N_("Place"), "host": N_("Host"),
    "event_page": N_("Link to the event page"),
}  # fmt: skip
SEGMENTS = {
    "state=approved": N_("All who are approved"),
    "state=pending,held": N_("All who wait for a decision"),
    "state=waitlisted": N_("The waiting list"),
    "here=yes": N_("All who arrived"),
    "state=approved&here=no": N_("Approved, and did not arrive"),
    "": N_("Everybody on the list"),
}
PART_WORDS = {
    "subject": N_("Subject"), "heading": N_("Heading"), "text": N_("Text"), "button": N_("Words on the button"),
}  # fmt: skip
FINDINGS = {
    "other_address": N_(
        "The words of a link are an address, but it leads to another one: mail programs warn of that."
    ),
    "too_large": N_("The mail is very long: some mail programs cut it off."),
    "little_text": N_(
        "There is a picture and little text: filters distrust that, and many people see no pictures."
    ),
    "loud_subject": N_(
        "The subject is loud: capitals and exclamation marks make filters and people suspicious."
    ),
    "long_subject": N_("The subject is long: phones show about 40 characters, computers about 80."),
}
