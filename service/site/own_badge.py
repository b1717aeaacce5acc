"""The badge of one guest, in the words of the event's first language."""

from emails.dates import short_day
from emails.languages import country_name, pick
from service.badges.badge import Badge
from service.credentials import codes
from service.credentials.operations import Signer
from service.registrations.errors import NoCredential
from service.site.own import Own

# the eight category colours of the pages, as ink
COLOURS = ("#2f6fa8", "#b4581f", "#3c7a45", "#7a4fa3", "#a83a5b", "#23777a", "#8a6a12", "#565b63")


def badge_of(own: Own, *, base_url: str, signer: Signer) -> Badge:
    """Raises NoCredential unless approved."""
    if own.credential is None:
        raise NoCredential
    event, guest = own.event, own.registration
    language = event.languages[0]
    return Badge(
        native_name=guest.native_name, latin_name=guest.latin_name, position=guest.position,
        affiliation=guest.affiliation,
        country=country_name(guest.country, language) if guest.country else "", category=pick(own.category.name,
        language),
        colour=COLOURS[own.category.colour - 1], ticket=codes.qr_content(base_url, signer.ticket(own.credential.id)),
        code=own.credential.code, event_name=pick(event.name, language),
        event_line=f"{short_day(event.starts_at, event.zone, language)} · {pick(event.place, language)}",
        language=guest.country or guest.language,
    )  # fmt: skip
