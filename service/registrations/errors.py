"""Why a registration, or a step of it, was refused."""

from service.core.errors import Conflict, Invalid, NotFound


class RegistrationClosed(Conflict):
    """The event takes no registrations (not yet, not any more, or not from the public)."""

    code = "registration_closed"
    say = "Registration for this event is closed."


class CategoryNotOpen(Invalid):
    code = "category_not_open"
    say = "Please choose one of the categories shown."


class AlreadyRegistered(Conflict):
    """The address is registered here. Guests are told by mail only; the team is told at once."""

    code = "already_registered"
    say = "This e-mail address is registered for this event already."


class WrongState(Conflict):
    """The step does not fit the state: `state` is the present one, an English word."""

    code = "wrong_state"
    say = "This cannot be done now: the registration is %(state)s."


class ReasonMissing(Invalid):
    code = "reason_missing"
    say = "Please give a reason: it stands in the mail."


class NoCredential(NotFound):
    code = "no_badge"
    say = "There is no badge: only an approved registration has one."


class QuestionMissing(Invalid):
    code = "question_missing"
    say = "Please write what you want to know: it stands in the mail."


class AnswerMissing(Invalid):
    code = "answer_missing"
    say = "Please write your answer."


class NoteMissing(Invalid):
    code = "note_missing"
    say = "Please write the note."


class NotYourStep(Conflict):
    """Others decide at the step of approval where it stands."""

    code = "not_your_step"
    say = "It is not your turn: others decide at this step of approval."


class OfferOver(Conflict):
    """The place was offered for a while, and went on to the next."""

    code = "offer_over"
    say = "The time to take this place is over."


class BringsOthers(Conflict):
    """Companions are tied to the principal."""

    code = "brings_others"
    say = "Others come with them: choose their companions, too, or cancel them first."
