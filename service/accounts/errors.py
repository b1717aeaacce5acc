"""Why a log-in or a one-time link was refused."""

from service.core.errors import Conflict, Invalid, NotFound


class WrongPassword(Invalid):
    """Address or password is wrong; which of them is not said (ASVS 5.0 6.3.8)."""

    code = "wrong_password"
    say = "The address or the password is wrong."


class WeakPassword(Invalid):
    code = "weak_password"
    say = "Please choose a password of at least 10 characters that is not your address."


class LinkUsed(NotFound):
    code = "link_used"
    say = "This link has been used or is too old. Ask for a new one."


class AlreadySetUp(Conflict):
    code = "already_set_up"
    say = "This service has an owner already. Log in, or ask the owner for an account."
