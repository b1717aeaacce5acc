"""To whom the mails of an invitation go: the person, the assistant where there is no address, or both."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.invitations.models import Invitation
from service.outbox.operations import Mail, add_mails

SLIP = timedelta(seconds=30)  # a press that was a slip is taken back by inviting once more


def mails_of(invitation: Invitation, letter: str, once: str) -> list[Mail]:
    """One or two mails; the same letter of the same `once` goes out once. The assistant's says for whom it is."""
    own, assistant = invitation.email, invitation.assistant_email
    found = [_mail(invitation, letter, once, own)] if own else []
    if assistant and (invitation.copy_assistant or not own):
        found.append(_mail(invitation, letter, f"{once}:assistant", assistant, assistant=True))
    return found


def _mail(invitation: Invitation, letter: str, once: str, address: str, **more: bool) -> Mail:
    return Mail(
        letter=letter, dedup=f"{letter}:{invitation.id}:{once}", address=address, language=invitation.language,
        event_id=invitation.event_id, invitation_id=invitation.id, more=more,
    )  # fmt: skip


async def take_out_of_calendars(session: AsyncSession, ended: Sequence[Invitation], *, now: datetime) -> None:
    """To everybody to whom an entry went, half a minute from now; to nobody whose calendar said no, where nothing is
    left to take out. One query, however many have ended."""
    by_id = {one.id: one for one in ended if one.with_entry and one.calendar_answer != "declined"}
    if not by_id:
        return
    await session.flush()
    sent = await session.execute(_ENTRIES, {"ids": list(by_id)})
    await add_mails(session, [_goodbye(by_id[row.id], row.address, now + SLIP) for row in sent])


def _goodbye(invitation: Invitation, address: str, due: datetime) -> Mail:
    """Only true as long as it has not been opened again (`ending`)."""
    ending = invitation.entry_version
    return Mail(
        letter="invitation_ended", dedup=f"invitation_ended:{invitation.id}:{ending}:{address}", address=address,
        language=invitation.language, event_id=invitation.event_id, invitation_id=invitation.id, due=due,
        more={"ending": ending, **({} if address == invitation.email else {"assistant": True})},
    )  # fmt: skip


# What was taken out already is not taken out twice.
_ENTRIES = text("""
    SELECT DISTINCT d.invitation_id AS id, d.address FROM deliveries d
    WHERE d.invitation_id = ANY(:ids) AND d.letter IN ('invitation', 'invitation_reminder') AND d.state = 'sent'
        AND d.copy -> 'files' ? 'invite.ics' AND NOT EXISTS (SELECT FROM deliveries g
            WHERE g.invitation_id = d.invitation_id AND g.letter = 'invitation_ended' AND g.address = d.address
                AND g.state = 'sent' AND g.sent_at > d.sent_at)
    ORDER BY 1, 2
""")
