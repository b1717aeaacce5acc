"""Why an event or a category could not be saved."""

from service.core.errors import Conflict, Invalid


class EventInvalid(Invalid):
    code = "event_invalid"


class SlugTaken(Invalid):
    code = "slug_taken"
    say = "Another event has this address already."


class CategoryInUse(Conflict):
    code = "category_in_use"
    say = "Guests in this category: %(count)s. Move them first."


class StepsNotYours(Conflict):
    """Somebody is named there to decide: it would be no safeguard if those they watch could take it away."""

    code = "steps_not_yours"
    say = "Only an owner may change who decides here."
