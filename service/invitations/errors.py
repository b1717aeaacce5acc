"""Why an invitation, or an answer to it, was refused."""

from service.core.errors import Conflict, Invalid


class NobodyToInvite(Invalid):
    code = "nobody_to_invite"
    say = "There is nobody to invite here yet: paste one person a line, or choose a CSV file."


class LinesWrong(Invalid):
    """`errors` maps the line number (as text, from 1) to what is wrong with it; nothing was invited."""

    code = "lines_wrong"
    say = "Some lines cannot be taken. Nobody has been invited yet."


class DefaultsWrong(Invalid):
    """The category or language for lines that name none does not exist."""

    code = "defaults_wrong"


class SentToday(Conflict):
    code = "sent_today"
    say = "This invitation was sent again today already. Please wait until tomorrow."


class AlreadyAnswered(Conflict):
    """`answer` is accepted, declined, withdrawn or expired."""

    code = "already_answered"
    say = "This invitation has been answered already: %(answer)s."


class AnswerLate(Conflict):
    """The time to answer is over."""

    code = "answer_late"
    say = "The time to answer this invitation is over."


class WaveFull(Conflict):
    """As many as the wave has places are asked or have accepted."""

    code = "wave_full"
    say = "All places of this wave are taken or asked for. Give it more places first."


class CalendarSaysNothing(Conflict):
    """Nothing to take over: their calendar did not say no, or says something else by now."""

    code = "calendar_says_nothing"
    say = "Their calendar does not say no. Please look again."


class RemindedAlready(Conflict):
    """Today, or as often as the event allows; or there is nothing to remind of."""

    code = "reminded_already"
    say = "No reminder now: this person was reminded today or as often as you allow, or has had no invitation yet."


class NobodyElse(Invalid):
    """The substitute's address cannot be invited. It is not said why: who else is invited is nobody's business."""

    code = "nobody_else"
    say = "We cannot invite this address. Please name somebody else."


class TermsWrong(Invalid):
    code = "invitation_terms_invalid"


class WaveWrong(Invalid):
    code = "wave_invalid"


class TooManyPeople(Invalid):
    code = "too_many_people"
    say = "This is more than 5,000 people: please invite them in parts."
