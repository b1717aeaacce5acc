"""Addresses and display names that may stand in a header, and envelope senders that tell whose bounce it is."""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses
from functools import lru_cache

import idna

LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LOCAL_PART_UTF8 = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
LONGEST_NAME = 75
ZERO_WIDTH_JOINER = "\u200d"
VERP = re.compile(r"(?P<base>[^@]+)\+(?P<token>[a-z0-9]{1,33})-(?P<mac>[a-z2-7]{16})@(?P<domain>[^@]+)")


class AddressRefused(ValueError):
    """An address that cannot be written into a message; `reason` is a stable word: shape, domain, needs_smtputf8."""

    def __init__(self, reason: str, address: str) -> None:
        super().__init__(f"{reason}: {address!r}")
        self.reason = reason
        self.address = address


@lru_cache(maxsize=4096)
def ascii_address(address: str, smtputf8: bool = False) -> str:
    """The address with an IDNA domain. Raises AddressRefused (shape, domain, needs_smtputf8).

    The standard library would write a non-ASCII address into the header as an encoded word, which no server reads.
    """
    local, _, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    if not local.isascii() and not smtputf8 and LOCAL_PART_UTF8.fullmatch(local):
        raise AddressRefused("needs_smtputf8", address)
    if len(local.encode()) > 64 or not (LOCAL_PART_UTF8 if smtputf8 else LOCAL_PART).fullmatch(local):
        raise AddressRefused("shape", address)
    try:
        return f"{local}@{_ascii_domain(domain)}"
    except idna.IDNAError as error:
        raise AddressRefused("domain", address) from error


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str:
    """Many addresses share few domains. Raises idna.IDNAError."""
    return idna.encode(domain, uts46=True).decode()


@lru_cache(maxsize=4096)
def display_name(name: str) -> str:
    """A name that cannot break out of a header: at most 75 characters, without @ : , ; " < > and encoded words."""
    kept = "".join(
        " " if char.isspace() or unicodedata.category(char) == "Cc" else char
        for char in unicodedata.normalize("NFC", name)
        if char not in '@:,;"<>\\'
        and (unicodedata.category(char) not in ("Cf", "Cs") or char in "\u200c\u200d")
    )
    while "=?" in kept or "?=" in kept:
        kept = kept.replace("=?", "").replace("?=", "")
    return cut(unicodedata.normalize("NFC", " ".join(kept.split())), LONGEST_NAME)


def cut(text: str, longest: int) -> str:
    """At most `longest` characters, never ending inside what a reader takes for one (a grapheme cluster)."""
    if len(text) <= longest:
        return text
    end = longest
    while end > 0 and _belong_together(text, end):
        end -= 1
    return text[:end].rstrip()


def _belong_together(text: str, at: int) -> bool:
    """Whether the characters before and after the position make one cluster (the common rules of UAX 29)."""
    left, right = text[at - 1], text[at]
    if unicodedata.category(right) in ("Mn", "Me", "Mc") or ZERO_WIDTH_JOINER in (left, right):
        return True
    if "\U0001f3fb" <= right <= "\U0001f3ff" or unicodedata.combining(left) == 9:  # skin tones; virama
        return True
    if "\u1160" <= right <= "\u11ff" and "\u1100" <= left <= "\u11ff":  # Hangul written in single jamo
        return True
    flags = re.search("[\U0001f1e6-\U0001f1ff]*$", text[:at])
    return "\U0001f1e6" <= right <= "\U0001f1ff" and flags is not None and len(flags.group()) % 2 == 1


def verp(address: str, token: str, key: bytes) -> str:
    """Envelope sender: bounce@host and token "abc" give bounce+abc-<hmac>@host. The token is [a-z0-9], at most 33."""
    local, _, domain = address.rpartition("@")
    sender = f"{local}+{token}-{_mac(local, domain, token, key)}@{domain}"
    if not VERP.fullmatch(sender) or len(sender.rpartition("@")[0]) > 64:
        raise ValueError(f"no envelope sender from {address!r} and {token!r}")
    return sender


def read_verp(address: str, key: bytes) -> str | None:
    """The token of an envelope sender that `verp` made with this key; None for any other address.

    Relays may change the case of an address, so it is read in any.
    """
    found = VERP.fullmatch(address.strip().lower())
    if not found:
        return None
    expected = _mac(found["base"], found["domain"], found["token"], key)
    return found["token"] if hmac.compare_digest(found["mac"], expected) else None


def _mac(local: str, domain: str, token: str, key: bytes) -> str:
    said = f"{local}+{token}@{domain}".lower().encode()
    return base64.b32encode(hmac.digest(key, said, hashlib.sha256)[:10]).decode().lower()


def sent_to(mail: Message, recipient: str) -> Iterator[str]:
    """Where a mail was sent: the envelope's word ("" where nobody knows it), then the headers servers write it into."""
    names = ("Delivered-To", "X-Original-To", "To", "Cc")
    places = [recipient, *(str(one) for name in names for one in mail.get_all(name, []))]
    return (address for _, address in getaddresses(places))
