"""To whom the mails of an invitation go: the person, the assistant where there is no address, or both."""

from service.invitations.models import Invitation
from service.outbox.operations import Mail


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
