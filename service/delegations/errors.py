"""Why something was refused to a delegation."""

from service.core.errors import Conflict, Invalid


class DelegationInvalid(Invalid):
    code = "delegation_invalid"


class DelegationShut(Conflict):
    """Submitted, locked, or the event is over: only the team may change it."""

    code = "delegation_shut"
    say = "This delegation can no longer be changed here. Please write to the organisers."


class DelegationNotEmpty(Conflict):
    code = "delegation_not_empty"
    say = "%(guests)s guests belong to this delegation: move them first."


class NobodyToWrite(Conflict):
    code = "nobody_to_write"
    say = "This delegation has no focal point with an e-mail address."


class NobodyIn(Conflict):
    code = "nobody_in"
    say = "There is nobody in this delegation yet."
