"""Reads what comes back from a mailbox by IMAP, where nothing may listen.

A mail is marked only after it was written down, so one that is read twice changes nothing the second time. What was
understood is taken out of the mailbox; anything else stays, marked as read: it may be from a person. So does one that
breaks its reader: it would stand in the way of all others for ever.
"""

import asyncio
import imaplib
import re
import ssl
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import structlog

from workers.context import Context
from workers.listener import LARGEST, hear
from workers.marks import away

log = structlog.get_logger()

MOST = 100  # mails at a time
PATIENCE = 30.0  # seconds for each answer of the server


async def empty(context: Context) -> int:
    """Take in what is new, and return how many mails that were. Trouble with the mailbox is logged; the next minute
    tries again."""
    url = context.settings.answers_mailbox
    if not url:
        return 0
    try:
        mails = await asyncio.to_thread(_fetch, url)
        kept: list[str] = []
        done: list[str] = []
        for number, data in mails:
            heard = await _hear(context, data)
            (kept if heard == "ignored" else done).append(number)
        await asyncio.to_thread(_mark, url, kept, done)
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("mailbox not read", error=str(error))
        return 0
    return len(mails)


async def _hear(context: Context, data: bytes) -> str:
    """Trouble with the database is not the mail's."""
    try:
        return await hear(context, data, "") if data else "ignored"
    except Exception as error:
        if away(error):
            raise ConnectionError(str(error)) from error
        log.error("mail not read", error=f"{type(error).__name__}: {error}")
        return "ignored"


def _open(url: str) -> imaplib.IMAP4:
    """Logged in, with the folder of the address open (INBOX if it names none)."""
    address = urlsplit(url)
    host, folder = address.hostname or "localhost", unquote(address.path.strip("/")) or "INBOX"
    box: imaplib.IMAP4
    if address.scheme == "imaps":
        context = ssl.create_default_context()
        box = imaplib.IMAP4_SSL(host, address.port or 993, ssl_context=context, timeout=PATIENCE)
    else:
        box = imaplib.IMAP4(host, address.port or 143, timeout=PATIENCE)
    box.login(unquote(address.username or ""), unquote(address.password or ""))
    quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
    if box.select(f'"{quoted}"')[0] != "OK":
        raise imaplib.IMAP4.error(f"no folder {folder}")
    return box


def _fetch(url: str) -> list[tuple[str, bytes]]:
    """By their lasting number, the oldest first; one that is too large without what it says."""
    box = _open(url)
    try:
        _, [found] = box.uid("SEARCH", "UNSEEN")
        return [(number, _one(box, number)) for number in (found or b"").decode().split()[:MOST]]
    finally:
        box.logout()


def _one(box: imaplib.IMAP4, number: str) -> bytes:
    _, size = box.uid("FETCH", number, "(RFC822.SIZE)")
    told = re.search(rb"RFC822\.SIZE (\d+)", b"".join(part for part in size if isinstance(part, bytes)))
    if told is None or int(told[1]) > LARGEST:
        return b""
    _, parts = box.uid("FETCH", number, "(BODY.PEEK[])")
    return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")


def _mark(url: str, kept: Sequence[str], done: Sequence[str]) -> None:
    if not kept and not done:
        return
    box = _open(url)
    try:
        if kept:
            box.uid("STORE", ",".join(kept), "+FLAGS.SILENT", r"(\Seen)")
        if done:
            box.uid("STORE", ",".join(done), "+FLAGS.SILENT", r"(\Seen \Deleted)")
            box.expunge()
    finally:
        box.logout()
