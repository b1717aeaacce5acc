"""The kinds of refusal every feature's errors belong to. HTTP status lives in web/problems.py only."""

from typing import ClassVar


class QonaqError(Exception):
    """A fact with a stable `code` and named `data`; `say` is an English msgid with the data's names as placeholders."""

    code: ClassVar[str] = "error"
    say: ClassVar[str] = "Something went wrong."

    def __init__(self, **data: object) -> None:
        super().__init__(self.say % data if data else self.say)
        self.data = data


class NotFound(QonaqError):
    """Absent, or not yours to see: both look alike."""

    code = "not_found"
    say = "There is nothing here, or it is not yours to see."


class NotLoggedIn(QonaqError):
    code = "not_logged_in"
    say = "Please log in."


class Forbidden(QonaqError):
    """The actor sees the thing but may not do this with it."""

    code = "forbidden"
    say = "Your role does not allow this. Ask an owner of the organisation."


class Conflict(QonaqError):
    """The state of things does not allow it now."""

    code = "conflict"
    say = "Somebody changed this in the meantime. Reload and try again."


class Invalid(QonaqError):
    """What was typed cannot be taken: `errors` maps field name to an English msgid."""

    code = "invalid"
    say = "Please look at the marked fields."

    def __init__(self, errors: dict[str, str] | None = None, **data: object) -> None:
        super().__init__(**data)
        self.errors = errors or {}


class TooMany(QonaqError):
    """Throttled; `retry_after` in seconds."""

    code = "too_many_requests"
    say = "Too many attempts. Please wait a minute and try again."
