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
