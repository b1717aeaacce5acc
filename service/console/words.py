"""What the timeline says, in sentences. Names are those of audit lines, letters and verdicts; texts are msgids."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from service.events.steps import Step
from service.web.words import N_

CHANGES = {
    "registration.created": ("user-plus", N_("Registered")),
    "registration.approved": ("check", N_("Approved")),
    "registration.rejected": ("x", N_("Rejected")),
    "registration.cancelled": ("ban", N_("Cancelled")),
    "registration.step_passed": ("chevrons-right", N_("Approved at this step; the next one decides")),
    "registration.answered": ("reply", N_("Answered the team's question")),
    "registration.noted": ("notebook-pen", N_("Note")),
    "registration.offered": ("mail-question-mark", N_("A place was offered")),
    "registration.offer_accepted": ("check", N_("Took the place that was offered")),
    "registration.offer_ended": ("clock-alert", N_("The offer of a place ended")),
    "registration.promoted": ("arrow-up", N_("Moved up from the waiting list")),
    "mail.bounced": ("undo-2", N_("A mail came back")),
    "mail.readdressed": ("at-sign", N_("A mail was sent to another address")),
    "calendar.accepted": ("calendar-check", N_("The calendar says: comes")),
    "calendar.declined": ("calendar-x", N_("The calendar says: does not come")),
    "calendar.tentative": ("calendar-clock", N_("The calendar says: perhaps")),
    "address.opened": ("mail-check", N_("An address gets mail again")),
    "address.shut_again": ("mail-x", N_("An address gets no more mail")),
    "registration.changed": ("pencil", N_("Details changed")),
    "registration.held": ("pause", N_("Put on hold")),
    "registration.texts_wanted": ("message-square-text", N_("Wants short texts, too")),
    "registration.texts_ended": ("message-square-off", N_("Wants no more short texts")),
    "registration.asked": ("message-circle-question-mark", N_("Asked for more information")),
    "registration.restored": ("undo-2", N_("Put back as it was before")),
    "registration.deleted": ("trash-2", N_("Deleted")),
    "message.sent": ("send", N_("Message sent")),
    "message.planned": ("clock", N_("Message planned")),
    "message.taken_back": ("undo-2", N_("Message taken back")),
    "message.paused": ("pause", N_("Message paused")),
    "message.resumed": ("play", N_("Message resumed")),
    "message.stopped": ("square", N_("Message stopped")),
    "registration.taken_back": ("undo-2", N_("The decision was taken back")),
    "registration.delegation": ("flag", N_("Moved to another delegation")),
    "registration.watched": ("eye", N_("Marked as watched")),
    "registration.unwatched": ("eye-off", N_("No longer watched")),
    "registration.tagged": ("tag", N_("Tagged")),
    "registration.untagged": ("tag", N_("A tag was taken off")),
    "import.applied": ("upload", N_("List imported")),
    "import.taken_back": ("undo-2", N_("Import taken back")),
    "guests.exported": ("download", N_("List exported")),
    "view.saved": ("bookmark-plus", N_("View of the list kept")),
    "view.removed": ("bookmark-x", N_("View of the list removed")),
    "registration.asked_again": ("rotate-ccw", N_("Asks for approval again: a marked answer was changed")),
    "person.noted": ("notebook-pen", N_("Note changed")),
    "person.tagged": ("tag", N_("Tagged")),
    "person.untagged": ("tag", N_("A tag was taken off")),
    "person.merged": ("merge", N_("Merged with a double")),
    "person.merge_taken_back": ("undo-2", N_("Merge taken back")),
    "person.apart": ("split", N_("Marked as two different people")),
    "registration.substituted": ("user-round-cog", N_("Substitute named")),
    "delegation.saved": ("pencil", N_("Delegation saved")),
    "delegation.removed": ("trash-2", N_("Delegation removed")),
    "delegation.submitted": ("send", N_("Submitted")),
    "delegation.locked": ("lock", N_("Locked")),
    "delegation.reopened": ("door-open", N_("Opened again")),
    "delegation.head": ("crown", N_("Head of the delegation changed")),
    "delegation.link_sent": ("link", N_("The personal link was sent")),
    "delegation.link_renewed": ("refresh-cw", N_("A new personal link; the old one has ended")),
    "delegation.reminded": ("bell", N_("Reminded")),
    "registration.moved": ("arrow-right-left", N_("Moved to another category")),
    "invitation.accepted": ("check", N_("Invitation accepted")),
    "invitation.declined": ("x", N_("Invitation declined")),
    "invitation.withdrawn": ("ban", N_("Invitation withdrawn")),
    "invitation.sent_again": ("send", N_("Invitation sent again")),
    "invitation.substituted": ("user-round-cog", N_("Substitute named")),
    "invitation.instead": ("user-round-plus", N_("Invited instead of somebody else")),
    "invitation.expired": ("hourglass", N_("The time to answer was over")),
    "invitation.extended": ("calendar-clock", N_("More time to answer")),
    "invitation.reopened": ("send", N_("Invited once more")),
    "invitation.reminded": ("bell", N_("Reminded")),
    "invitation.turn": ("arrow-up", N_("Their turn in the wave: invited")),
    "invitations.terms": ("calendar-cog", N_("How the event invites was changed")),
    "wave.saved": ("list-ordered", N_("Wave of invitations changed")),
    "invitations.created": ("mail-plus", N_("People were invited")),
    "event.created": ("calendar-plus", N_("Event made")),
    "event.changed": ("calendar-cog", N_("Event changed")),
    "event.move_told": ("megaphone", N_("Guests told of the new date or place")),
    "event.move_dismissed": ("calendar-x", N_("Guests need not be told of the new date or place")),
    "category.saved": ("tag", N_("Category changed")),
    "category.removed": ("tag", N_("Category removed")),
    "question.saved": ("list-checks", N_("Question changed")),
    "question.moved": ("list-checks", N_("Questions put in another order")),
    "question.removed": ("list-checks", N_("Question removed")),
    "answers.erased": ("eraser", N_("Personal answers erased: their time was over")),
    "programme.session_saved": ("calendar-days", N_("Programme changed")),
    "programme.changed": ("calendar-days", N_("Programme changed")),
    "programme.removed": ("calendar-days", N_("Programme changed")),
    "team.added": ("users-round", N_("Team member added")),
    "team.removed": ("users-round", N_("Team member removed")),
    "point.added": ("signpost", N_("Gate added")),
    "point.changed": ("signpost", N_("Gate changed")),
    "point.removed": ("signpost", N_("Gate removed")),
    "reminder.made": ("bell-plus", N_("Reminder made")),
    "reminder.turned_on": ("bell", N_("Reminder turned on")),
    "reminder.paused": ("pause", N_("Reminder paused")),
    "reminder.put_back": ("undo-2", N_("Reminder put back")),
    "reminder.set": ("bell", N_("Reminder set")),
    "reminder.removed": ("bell-off", N_("Reminder removed")),
    "reminder.sent": ("bell", N_("Reminder sent")),
    "letter.written": ("pencil", N_("Words of a system mail changed")),
    "letter.ours": ("undo-2", N_("System mail back to the standard words")),
}
JOBS = {
    "import_preview": N_("Reading the list"),
    "import_apply": N_("Importing"),
    "import_undo": N_("Taking the import back"),
    "export": N_("Making the file"),
    "decide": N_("Deciding"),
    "undo": N_("Taking it back"),
    "message": N_("Sending a message"),
    "remind": N_("Reminding"),
}
LETTERS = {
    "registration_received": N_("Confirmation"),
    "registration_approved": N_("Approval with badge"),
    "registration_rejected": N_("Rejection"),
    "registration_waitlisted": N_("Waiting list"),
    "registration_promoted": N_("A place became free"),
    "registration_offered": N_("Offer of a place"),
    "registration_offer_ended": N_("End of an offer"),
    "registration_cancelled": N_("Cancellation"),
    "already_registered": N_("Registered already"),
    "registration_question": N_("Question to the guest"),
    "own_link": N_("Personal link"),
    "invitation": N_("Invitation"),
    "invitation_reminder": N_("Reminder to answer"),
    "invitation_ended": N_("End of an invitation"),
    "event_reminder": N_("Reminder of the event"),
    "event_moved": N_("New date or place"),
    "delegation_link": N_("Link of the delegation"),
    "delegation_reminder": N_("Reminder to the focal point"),
    "delegation_submitted": N_("Delegation submitted"),
    "delegation_reopened": N_("Delegation open again"),
    "message": N_("Message from the team"),
    "message_text": N_("Short text from the team"),
    "mail_failures": N_("Mails that did not arrive"),
    "letter_test": N_("Test of a system mail"),
    "password_reset": N_("Password"),
    "team_invitation": N_("Team invitation"),
}
REFUSALS = {
    "hard": N_("Nobody there"), "full": N_("Mailbox full"), "policy": N_("Not let in"),
    "soft": N_("Trouble on the way"),
}  # fmt: skip
SOURCES = {
    "web": N_("Registered online"), "invitation": N_("Answered an invitation"), "organizer": N_("Added by the team"),
    "import": N_("Imported"), "delegation": N_("Delegation"), "walk_in": N_("Walk-in"),
}  # fmt: skip
STEPS = {
    "desk": N_("Desk"), "protocol": N_("Protocol"), "security": N_("Security"), "own": N_("A name of our own"),
}  # fmt: skip
WHY_DOUBLE = {
    "name": N_("Same name"), "phone": N_("Same phone"), "email": N_("Same address"),
}  # fmt: skip
COMPANIONS = {
    "plus_one": N_("Plus-one"), "interpreter": N_("Interpreter"), "assistant": N_("Assistant"),
    "security": N_("Security"),
}  # fmt: skip
FIELDS = {
    "category": N_("Category"), "native_name": N_("Full name as written"), "latin_name": N_("Name in Latin letters"),
    "honorific": N_("Honorific"), "salutation": N_("Salutation in mails"), "affiliation": N_("Organisation"),
    "position": N_("Position"), "country": N_("Country"), "email": N_("E-mail"), "phone": N_("Phone"),
    "language": N_("Language of mails"), "academic_title": N_("Academic title"),
    "name_order": N_("Name that stands first"), "badge_line": N_("Line on the badge"),
    "assistant_email": N_("E-mail of the assistant"), "in_languages": N_("In other languages"),
    "dietary": N_("Food"), "access_needs": N_("Access"),
}  # fmt: skip


def change(name: str) -> tuple[str, str]:
    """(icon, msgid) of an audit line; unknown names are shown as they are."""
    return CHANGES.get(name, ("circle-dot", name))


def tries(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The attempts of a mail that failed, the newest first, with instants in the place of their texts."""
    at, none = datetime.fromisoformat, {"times": None, "report": None, "until": None}
    return [
        {**none, **one, **{name: at(one[name]) for name in ("at", "until") if name in one}}
        for one in reversed(found)
    ]


def step_name(step: Step) -> str:
    """The team's own word, or a msgid."""
    return step.name or STEPS[step.kind]
