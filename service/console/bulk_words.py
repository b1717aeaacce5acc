"""What a decision on many has done, in the reader's words."""

from collections.abc import Mapping
from typing import Any

from litestar import Request

from service.web.templating import sentence
from service.web.words import N_

DONE = {
    "approve": N_("%(count)s approved."), "reject": N_("%(count)s rejected."), "cancel": N_("%(count)s cancelled."),
    "hold": N_("%(count)s put on hold."), "ask": N_("%(count)s asked for more information."),
    "category": N_("%(count)s moved to another category."), "delegation": N_("%(count)s moved to another delegation."),
    "tag": N_("%(count)s tagged."), "untag": N_("The tag is taken off %(count)s."),
    "watch": N_("%(count)s marked as watched."), "unwatch": N_("%(count)s no longer watched."),
    "delete": N_("%(count)s deleted."),
    "undo": N_("%(count)s are as they were before."),
}  # fmt: skip
ASK = {
    "approve": N_("Approve %(count)s registrations?"), "reject": N_("Reject %(count)s registrations?"),
    "cancel": N_("Cancel %(count)s registrations?"), "hold": N_("Put %(count)s registrations on hold?"),
    "ask": N_("Ask %(count)s guests for more information?"), "category": N_("Move %(count)s to another category?"),
    "delegation": N_("Move %(count)s to another delegation?"), "tag": N_("Tag %(count)s people?"),
    "untag": N_("Take a tag off %(count)s people?"), "watch": N_("Watch %(count)s guests?"),
    "unwatch": N_("Stop watching %(count)s guests?"), "delete": N_("Delete %(count)s registrations for good?"),
}  # fmt: skip
BUTTON = {
    "approve": N_("Approve"), "reject": N_("Reject"), "cancel": N_("Cancel the registrations"),
    "hold": N_("Put on hold"), "ask": N_("Ask"), "category": N_("Move"), "delegation": N_("Move"), "tag": N_("Tag"),
    "untag": N_("Take the tag off"), "watch": N_("Watch"), "unwatch": N_("Stop watching"),
    "delete": N_("Delete for good"),
}  # fmt: skip
EXPLAIN = {
    "approve": N_("Each of them gets a badge and a mail."),
    "reject": N_("Each of them gets a mail with the reason in their language."),
    "cancel": N_("Each of them gets a mail, and their place goes to the next who waits."),
    "hold": N_("They keep their places. No mail goes out."),
    "ask": N_("Each of them gets a mail with your question and the link to their own page, and is put on hold."),
    "category": N_("Who finds no place there stays where they are. No mail goes out."),
    "delegation": N_("Who finds no place there stays where they are. No mail goes out."),
    "tag": N_("The tag is the person's: it is there at all your events."),
    "untag": N_("The tag is the person's: it goes at all your events."),
    "watch": N_("The mark is for your team only."), "unwatch": N_("The mark is for your team only."),
    "delete": N_(
        "All that they gave goes: their answers, files, badges, mails and history. Whoever was at none of your other "
        "events goes from the directory, too. No mail goes out. To keep a trace, cancel them instead."
    ),
}  # fmt: skip

WILL = {
    "delete": N_("%(count)s will be deleted in half a minute."),
}
LEFT = {"delete": N_("Nobody is deleted.")}


def said(request: Request[Any, Any, Any], result: Mapping[str, Any]) -> str:
    """ "41 approved. 2 could not be: There is no free place here." """
    done = sentence(request, DONE[result["action"]], count=result["count"])
    parts = [done] if result["count"] or not result["refused"] else []
    for say, data, count in result["refused"]:
        parts.append(sentence(request, N_("%(count)s could not be:"), count=count))
        parts.append(sentence(request, say, **data))
    return " ".join(parts)
