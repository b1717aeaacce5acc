"""Every mail the product sends: one frozen dataclass each, holding all that the mail says.

Texts that exist in several languages are mappings {"en": …, "kk": …}; instants are aware; links are absolute.
It is long because it is one catalogue, to be read as a list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import ClassVar, Literal, Self

from emails.languages import pick

Translated = Mapping[str, str]
Ending = Literal["accepted", "declined", "substituted", "withdrawn", "expired"]
State = Literal["draft", "pending", "held", "waitlisted", "offered", "approved", "rejected", "cancelled"]
Role = Literal["owner", "organizer", "delegations", "door", "viewer"]


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who opens the mail. `name` is whole and as written; `salutation` ("Dear Minister Kim") replaces the greeting."""

    address: str
    name: str
    language: str
    latin_name: str = ""
    salutation: str = ""


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """What every mail about an event says of it. `url` is the event page; `zone` an IANA name."""

    id: str
    slug: str
    name: Translated
    host: Translated
    place: Translated
    starts_at: datetime
    ends_at: datetime
    zone: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What all mails share; `kind` names the template and the delivery."""

    kind: ClassVar[str] = ""
    to: Recipient


PARTS = ("subject", "heading", "text", "button")


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What the team says of its event in place of our words (emails.written); what is empty stays ours. It takes the
    place of words only: facts, the team's sentences to this guest and where the button leads stand in any case."""

    subject: str = ""
    heading: str = ""
    text: str = ""
    button: str = ""
    values: Translated = field(default_factory=dict)

    @property
    def paragraphs(self) -> list[str]:
        """As they were written, lines and all."""
        return _paragraphs(self.text)

    @property
    def first_line(self) -> str:
        """What mail programs show beside the subject."""
        return self.paragraphs[0].split("\n")[0] if self.paragraphs else ""

    @classmethod
    def of(cls, parts: Mapping[str, str]) -> Self:
        """From its parts by name."""
        return cls(**{part: parts.get(part, "") for part in PARTS})  # type: ignore[arg-type]  # each is a str


@dataclass(frozen=True, kw_only=True)
class EventLetter(Letter):
    """A mail about one event."""

    event: EventFacts
    wording: Wording | None = None


@dataclass(frozen=True, kw_only=True)
class RegistrationReceived(EventLetter):
    """Registered, the organizers still have to decide."""

    kind: ClassVar[str] = "registration_received"
    own_page: str
    category: Translated


@dataclass(frozen=True, kw_only=True)
class RegistrationApproved(EventLetter):
    """A place is certain. Goes with a calendar entry, and with the badge when `badge_attached`."""

    kind: ClassVar[str] = "registration_approved"
    own_page: str
    category: Translated
    badge_attached: bool = True


@dataclass(frozen=True, kw_only=True)
class RegistrationRejected(EventLetter):
    """No place; `reason` is the organizers' own sentence, if they gave one."""

    kind: ClassVar[str] = "registration_rejected"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RegistrationQuestion(EventLetter):
    """The organizers want to know more before they decide; `question` is their own text."""

    kind: ClassVar[str] = "registration_question"
    own_page: str
    question: str


@dataclass(frozen=True, kw_only=True)
class RegistrationWaitlisted(EventLetter):
    """The category is full; the guest keeps a turn in the line."""

    kind: ClassVar[str] = "registration_waitlisted"
    own_page: str
    category: Translated


@dataclass(frozen=True, kw_only=True)
class RegistrationPromoted(EventLetter):
    """A place became free: it is the guest's at once (`approved`, with badge), or goes to review."""

    kind: ClassVar[str] = "registration_promoted"
    own_page: str
    category: Translated
    approved: bool
    badge_attached: bool = False


@dataclass(frozen=True, kw_only=True)
class RegistrationOffered(EventLetter):
    """A place became free and is kept until `answer_by` for the guest to take on the own page."""

    kind: ClassVar[str] = "registration_offered"
    own_page: str
    category: Translated
    answer_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RegistrationOfferEnded(EventLetter):
    """Nobody took the place in time; it went on, and the registration ended."""

    kind: ClassVar[str] = "registration_offer_ended"


@dataclass(frozen=True, kw_only=True)
class RegistrationCancelled(EventLetter):
    """Cancelled, by the guest or by the organizers. Goes with a calendar CANCEL if an entry was ever sent."""

    kind: ClassVar[str] = "registration_cancelled"
    by_guest: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AlreadyRegistered(EventLetter):
    """Somebody registered again with this address: nothing changed, here is the state and the own page."""

    kind: ClassVar[str] = "already_registered"
    own_page: str
    state: State


@dataclass(frozen=True, kw_only=True)
class OwnLink(EventLetter):
    """The link was lost and asked for again."""

    kind: ClassVar[str] = "own_link"
    own_page: str
    state: State


@dataclass(frozen=True, kw_only=True)
class Invitation(EventLetter):
    """Please come. `answer_link` opens the page to accept or decline; `unsubscribe` the page to say no more mails.

    `on_behalf` is the name of the guest when their assistant gets it; `instead_of` of whom they stand in for;
    `companions` is how many may come along. Goes with a calendar entry when `entry_attached`."""

    kind: ClassVar[str] = "invitation"
    answer_link: str
    unsubscribe: str
    category: Translated | None = None
    personal: str = ""
    answer_by: datetime | None = None
    on_behalf: str = ""
    instead_of: str = ""
    companions: int = 0
    entry_attached: bool = False


@dataclass(frozen=True, kw_only=True)
class InvitationReminder(EventLetter):
    """To those who have not answered, and to nobody else; `on_behalf` and `entry_attached` as in an invitation."""

    kind: ClassVar[str] = "invitation_reminder"
    answer_link: str
    unsubscribe: str
    answer_by: datetime | None = None
    on_behalf: str = ""
    entry_attached: bool = False


@dataclass(frozen=True, kw_only=True)
class InvitationEnded(EventLetter):
    """Goes with a calendar CANCEL, and only where an entry went. `why` is how the invitation ended
    (accepted: by one who was registered already, with an entry of their own); `on_behalf` as in an invitation."""

    kind: ClassVar[str] = "invitation_ended"
    why: Ending
    on_behalf: str = ""


@dataclass(frozen=True, kw_only=True)
class EventReminder(EventLetter):
    """`days` local days before the event (0 is today), to approved guests."""

    kind: ClassVar[str] = "event_reminder"
    own_page: str
    days: int
    practical: str = ""


@dataclass(frozen=True, kw_only=True)
class Before:
    """When and where an event was to be, until it was moved."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    place: Translated


@dataclass(frozen=True, kw_only=True)
class EventMoved(EventLetter):
    """Another time or place than the guest knows. Goes with the calendar entry, when `entry_attached`."""

    kind: ClassVar[str] = "event_moved"
    own_page: str
    before: Before
    entry_attached: bool = True

    @property
    def another_time(self) -> bool:
        return (self.before.starts_at, self.before.ends_at) != (self.event.starts_at, self.event.ends_at)

    @property
    def another_place(self) -> bool:
        """As the guest reads it: a place that was corrected in one language is another one in that language only."""
        return pick(self.before.place, self.to.language) != pick(self.event.place, self.to.language)


@dataclass(frozen=True, kw_only=True)
class DelegationLink(EventLetter):
    """To a focal point: where the delegation is filled in."""

    kind: ClassVar[str] = "delegation_link"
    delegation: str
    link: str
    answer_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DelegationReminder(EventLetter):
    """To a focal point whose delegation is still open; `late` when the deadline has passed."""

    kind: ClassVar[str] = "delegation_reminder"
    delegation: str
    link: str
    people: int
    missing: int
    answer_by: datetime | None = None
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class DelegationSubmitted(EventLetter):
    """To a focal point: the delegation is with the organizers, with the names that stand in it."""

    kind: ClassVar[str] = "delegation_submitted"
    delegation: str
    link: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DelegationReopened(EventLetter):
    """To a focal point: the delegation can be changed again."""

    kind: ClassVar[str] = "delegation_reopened"
    delegation: str
    link: str
    answer_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Message(EventLetter):
    """What the team wrote (emails.written): `subject` one line, `text` paragraphs parted by empty lines, `plain` the
    same for those who read no HTML, if it was written apart; `values` stand for the placeholders. `link` leads to the
    own page, or with a `delegation` to that; `unsubscribe` stands below news."""

    kind: ClassVar[str] = "message"
    subject: str
    text: str
    link: str
    plain: str = ""
    values: Translated = field(default_factory=dict)
    delegation: str = ""
    unsubscribe: str = ""

    @property
    def paragraphs(self) -> list[str]:
        """As they were written, lines and all."""
        return _paragraphs(self.text)

    @property
    def plain_paragraphs(self) -> list[str]:
        """Those of the plain text."""
        return _paragraphs(self.plain or self.text)


def _paragraphs(text: str) -> list[str]:
    return [part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One mail that did not arrive. `refusal` is the class of the refusal, "" where there is none; `said` what the
    server answered, or what was wrong before one was asked."""

    address: str
    refusal: Literal["hard", "full", "policy", "soft", ""] = ""
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class MailFailures(EventLetter):
    """To the team: so many mails did not arrive since they were told last, the first of them with the reason. `link`
    leads to the list. It is written by the service itself, not in the name of the host."""

    kind: ClassVar[str] = "mail_failures"
    count: int
    link: str
    failures: tuple[Failure, ...]


@dataclass(frozen=True, kw_only=True)
class PasswordReset(Letter):
    """A new password for the console. `site` is the host name people know."""

    kind: ClassVar[str] = "password_reset"
    link: str
    valid_hours: int
    site: str


@dataclass(frozen=True, kw_only=True)
class TeamInvitation(Letter):
    """A colleague asks somebody into the team of an organisation."""

    kind: ClassVar[str] = "team_invitation"
    organisation: Translated
    inviter: str
    role: Role
    link: str
    valid_days: int
    site: str


LETTERS: dict[str, type[Letter]] = {
    letter.kind: letter
    for letter in (
        RegistrationReceived,
        RegistrationApproved,
        RegistrationRejected,
        RegistrationQuestion,
        RegistrationWaitlisted,
        RegistrationPromoted,
        RegistrationOffered,
        RegistrationOfferEnded,
        RegistrationCancelled,
        AlreadyRegistered,
        OwnLink,
        Invitation,
        InvitationReminder,
        InvitationEnded,
        EventReminder,
        EventMoved,
        DelegationLink,
        DelegationReminder,
        DelegationSubmitted,
        DelegationReopened,
        Message,
        MailFailures,
        PasswordReset,
        TeamInvitation,
    )
}
LINKS = ("own_page", "answer_link", "link")
WRITABLE = tuple(
    kind
    for kind, letter in LETTERS.items()
    if issubclass(letter, EventLetter) and letter not in (Message, MailFailures)
)


def link_of(letter: Letter) -> str:
    """Where its button leads, '' if it has none of its own."""
    return next((found for name in LINKS if (found := getattr(letter, name, ""))), "")


def fields_of(kind: str) -> set[str]:
    """What a letter of that kind knows."""
    return {one.name for one in fields(LETTERS[kind])}
