"""Why the team could not be changed."""

from service.core.errors import Conflict, Invalid


class LastOwner(Conflict):
    code = "last_owner"
    say = "An organisation needs at least one owner: name another first."


class MemberInvalid(Invalid):
    code = "member_invalid"
