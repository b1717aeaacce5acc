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
