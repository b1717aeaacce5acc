"""States of registrations, invitations, mails, messages, events and scans: kind, picture and word (a msgid)."""


def _(msgid: str) -> str:
    return msgid


STATES = {
    "draft": ("", "pencil", _("Draft")),
    "pending": ("info", "clock", _("Waiting for decision")),
    "held": ("warn", "pause", _("On hold")),
    "waitlisted": ("warn", "list-ordered", _("Waiting list")),
    "offered": ("info", "mail-question-mark", _("Place offered")),
    "approved": ("good", "check", _("Approved")),
    "rejected": ("bad", "x", _("Rejected")),
    "cancelled": ("", "ban", _("Cancelled")),
    "queued": ("info", "clock", _("Queued")),
    "sent": ("good", "send", _("Sent")),
    "failed": ("bad", "triangle-alert", _("Failed")),
    "bounced": ("bad", "undo-2", _("Bounced")),
    "suppressed": ("", "bell-off", _("Not sent")),
    "accepted": ("good", "check", _("Accepted")),
    "declined": ("", "x", _("Declined")),
    "expired": ("", "hourglass", _("Expired")),
    "withdrawn": ("", "ban", _("Withdrawn")),
    "on": ("good", "bell", _("On")),
    "removed": ("", "trash-2", _("Removed")),
    "planned": ("info", "clock", _("Planned")),
    "running": ("info", "send", _("On its way")),
    "paused": ("warn", "pause", _("Paused")),
    "stopped": ("", "square", _("Stopped")),
    "finished": ("good", "check-check", _("Sent")),
    "open": ("good", "door-open", _("Open")),
    "submitted": ("info", "send", _("Submitted")),
    "locked": ("", "lock", _("Locked")),
    "closed": ("warn", "lock", _("Closed")),
    "over": ("", "flag", _("Over")),
    "archived": ("", "archive", _("Archived")),
    "admitted": ("good", "check", _("Admitted")),
    "already_in": ("warn", "repeat", _("Already in")),
    "not_approved": ("bad", "x", _("Not approved")),
    "revoked": ("bad", "ban", _("Code withdrawn")),
    "wrong_event": ("bad", "x", _("Other event")),
    "wrong_day": ("bad", "calendar-x", _("Not today")),
    "wrong_gate": ("bad", "signpost", _("Other gate")),
    "unknown": ("bad", "circle-question-mark", _("Unknown code")),
    "undone": ("", "undo-2", _("Undone")),
    "nothing_to_undo": ("", "circle-question-mark", _("Nothing to undo")),
}
