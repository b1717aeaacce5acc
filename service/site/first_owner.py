"""The very first step of an empty installation: one owner, one organisation."""

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from anyascii import anyascii
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.errors import AlreadySetUp
from service.accounts.models import Account
from service.accounts.operations import use_link
from service.accounts.passwords import check_strength, hash_password
from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import Invalid
from service.core.tokens import new_id
from service.organisations.models import Membership, Organisation
from service.registrations.schemas import stored_email

NEEDED = {
    "organisation": "Please enter the name of your organisation.",
    "name": "Please enter your name.",
}


async def found(
    session: AsyncSession, token: str, form: Mapping[str, str], *, language: str, now: datetime
) -> UUID:
    """Make both; returns the account's id. Raises Invalid, LinkUsed, AlreadySetUp."""
    email = _check(form)
    await use_link(session, token, "first_owner", now=now)
    if (await session.execute(select(Account.id).limit(1))).first() is not None:
        raise AlreadySetUp
    name, account_id, host_id = form["organisation"][:200], new_id(), new_id()
    session.add(Organisation(id=host_id, slug=_slug(name), name=name, reply_to=email))
    session.add(
        Account(
            id=account_id, email=email, name=form["name"][:200], language=language,
            password_hash=await hash_password(form["password"]),
        )
    )  # fmt: skip
    await session.flush()
    session.add(Membership(account_id=account_id, organisation_id=host_id, role="owner"))
    await session.flush()
    actor = Actor(kind="account", id=account_id, name=form["name"])
    await record(
        session, actor, "organisation.created", organisation_id=host_id, subject_id=host_id, organisation=name
    )
    return account_id


def _check(form: Mapping[str, str]) -> str:
    errors = {field: say for field, say in NEEDED.items() if not form.get(field)}
    email = stored_email(form.get("email", ""))
    if email is None:
        errors["email"] = "This does not look like an e-mail address. Example: name@company.kz"
    try:
        check_strength(form.get("password", ""), email or "")
    except Invalid as refused:
        errors.update(refused.errors)
    if errors or email is None:
        raise Invalid(errors)
    return email


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")[:60] or "host"
