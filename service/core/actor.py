"""Who is acting. Operations and queries take an Actor; how a request becomes one is organisations/auth.py."""

from typing import Literal
from uuid import UUID

import msgspec

Role = Literal["owner", "organizer", "door", "viewer"]
Need = Literal["see", "manage", "own", "door"]

ALLOWS: dict[str, frozenset[str]] = {
    "owner": frozenset({"see", "manage", "own", "door"}),
    "organizer": frozenset({"see", "manage", "door"}),
    "viewer": frozenset({"see"}),
    "door": frozenset({"door"}),
}


class Grant(msgspec.Struct, frozen=True):
    """A role at one event, or (event_id None) at all events of the organisation."""

    organisation_id: UUID
    role: Role
    event_id: UUID | None = None


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is account (a log-in), token (the API), guest (a personal link or public form), focal (the link of a
    delegation) or system (a worker)."""

    kind: Literal["account", "token", "guest", "focal", "system"]
    id: UUID | None = None
    name: str = ""
    email: str = ""
    language: str = "en"
    grants: tuple[Grant, ...] = ()

    def needs(self, organisation_id: UUID, event_id: UUID | None = None) -> frozenset[str]:
        """All this actor may do there: a subset of see, manage, own, door. Empty for an outsider."""
        allowed: frozenset[str] = frozenset()
        for grant in self.grants:
            if grant.organisation_id == organisation_id and grant.event_id in (None, event_id):
                allowed |= ALLOWS[grant.role]
        return allowed

    @property
    def organisation_ids(self) -> frozenset[UUID]:
        """The organisations in which this actor has any role."""
        return frozenset(grant.organisation_id for grant in self.grants)

    @property
    def only_door(self) -> bool:
        """Whether nothing but the door is open to this actor (they land on the door page after log-in)."""
        return bool(self.grants) and all(grant.role == "door" for grant in self.grants)


GUEST = Actor(kind="guest")
SYSTEM = Actor(kind="system", name="Qonaq")
