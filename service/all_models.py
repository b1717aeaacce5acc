"""Imports every models.py: migrations, workers and tests need the whole metadata."""

from service.accounts import models as accounts
from service.audit import models as audit
from service.checkin import models as checkin
from service.core.database import Base
from service.credentials import models as credentials
from service.delegations import models as delegations
from service.events import models as events
from service.imports import models as imports
from service.invitations import models as invitations
from service.jobs import models as jobs
from service.lists import models as lists
from service.messages import models as messages
from service.organisations import models as organisations
from service.outbox import models as outbox
from service.people import models as people
from service.places import models as places
from service.programme import models as programme
from service.questions import models as questions
from service.registrations import models as registrations

metadata = Base.metadata

__all__ = [
    "accounts", "audit", "checkin", "credentials", "delegations", "events", "imports", "invitations", "jobs", "lists",
    "messages", "metadata", "organisations", "outbox", "people", "places", "programme", "questions", "registrations",
]  # fmt: skip
