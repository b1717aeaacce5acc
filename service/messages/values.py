"""What stands for each placeholder, in the language of the mail where there is a choice."""

from collections.abc import Mapping

from emails.dates import span
from emails.languages import country_name, pick
from emails.letters import EventFacts
from service.delegations.models import Delegation
from service.people.models import Card


def values_of(
    facts: EventFacts, language: str, link: str, card: Card | None, category: Mapping[str, str] | None,
    delegation: Delegation | None,
) -> dict[str, str]:  # fmt: skip
    """For a guest or somebody invited (`card`), or without one for the focal point of the delegation."""
    values = {
        "own_page": link, "event_page": facts.url, "event": pick(facts.name, language),
        "host": pick(facts.host, language), "place": pick(facts.place, language),
        "date": span(facts.starts_at, facts.ends_at, facts.zone, language),
        "delegation": delegation.name if delegation else "",
    }  # fmt: skip
    if card is None:
        country = delegation.country if delegation else ""
        name = delegation.focal_name if delegation else ""
        return {**values, "name": name, "country": country_name(country, language) if country else ""}

    def own_language(field: str, value: str) -> str:
        return str(card.in_languages.get(field, {}).get(language) or value)

    return {
        **values, "name": card.native_name, "latin_name": card.latin_name or card.native_name,
        "honorific": card.honorific, "position": own_language("position", card.position),
        "organisation": own_language("affiliation", card.affiliation),
        "country": country_name(card.country, language) if card.country else "",
        "category": pick(category, language) if category else "",
    }  # fmt: skip
