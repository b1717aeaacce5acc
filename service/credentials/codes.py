"""The code on a badge: a signed ticket for the scanner, eight letters for the hand.

A ticket is 81 bytes: key id (1), credential id (16), Ed25519 signature of both (64). It is written in base32
without padding, upper case, because QR codes pack upper case in the alphanumeric mode (ISO/IEC 18004): with
its address it fits version 7, which any phone reads. The database keeps only its SHA-256.
"""

import base64
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

import zxingcpp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

TICKET_BYTES = 81
TICKET_LETTERS = 130
_PAYLOAD_BYTES = 17

# Crockford's base32, and of each pair still mistaken on paper only one: 0 D Q O, 1 I L, 2 Z, 5 S, 8 B, V U.
TYPED_LETTERS = "0123456789ACEFGHJKMNPRTVWXY"
TYPED_LENGTH = 8
# What is typed instead: the other one of the pair, or the same shape on a Cyrillic keyboard.
_LOOK_ALIKES = str.maketrans("DQOILZSBUАВЕКМНОРСТУХІ", "00011258VA8EKMH0PCTYX1")

_IN_ADDRESS = re.compile(r"https?://[^/?#\s]+/(?:[^?#\s]*/)?t/([a-z2-7]+)/?(?:[?#].*)?", re.IGNORECASE)
_TO_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_BARE = re.compile(rf"[A-Za-z2-7]{{{TICKET_LETTERS}}}")
_RUN = re.compile(b"\xff+|\x00+")
# A ticket's address fits version 7 at level M (178 letters). Its letters are random, so there is nothing for the
# search of the best of eight masks to even out; without that search a code takes a fifth of the time.
_TICKET_QR = re.compile(r"[0-9A-Z $%*+\-./:]{140,178}")
_TICKET_OPTIONS = "version=7,dataMask=2"
_BETWEEN_TYPED = re.compile(r"[\s\-\u2010-\u2015_.·]+")


class NotOurTicket(Exception):
    """The text is no ticket, or none of our keys has signed it."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as read by a scanner; its signature is not yet verified."""

    text: str


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code as a person typed it, put right: upper case, no blanks, look-alike letters replaced."""

    text: str


def sign(key: Ed25519PrivateKey, key_id: int, credential_id: UUID) -> str:
    """The ticket of a credential as text. `key_id` (1-255) tells a verifier which key to take."""
    if not 1 <= key_id <= 255:
        raise ValueError(f"A key id fits one byte, 1 to 255: {key_id}")
    payload = bytes([key_id]) + credential_id.bytes
    return _text(payload + key.sign(payload))


def verify(ticket: str, keys: Mapping[int, Ed25519PublicKey]) -> UUID:
    """The credential id of a ticket that one of `keys` has signed. Raises NotOurTicket for anything else."""
    raw = _raw(ticket)
    key = keys.get(raw[0])
    if key is None:
        raise NotOurTicket
    try:
        key.verify(raw[_PAYLOAD_BYTES:], raw[:_PAYLOAD_BYTES])
    except InvalidSignature:
        raise NotOurTicket from None
    return UUID(bytes=raw[1:_PAYLOAD_BYTES])


def ticket_hash(ticket: str) -> bytes:
    """SHA-256 of the 81 bytes: what the database stores and a scan compares. Raises NotOurTicket."""
    return hashlib.sha256(_raw(ticket)).digest()


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def _raw(ticket: str) -> bytes:
    if not _BARE.fullmatch(ticket):
        raise NotOurTicket
    # As one number in base 32: ten times as quick as base64.b32decode, and scans wait for it. Two bits are spare.
    return (int(ticket.upper().translate(_TO_DIGITS), 32) >> 2).to_bytes(TICKET_BYTES, "big")


def typed_code() -> str:
    """A new random code for people to read and type: 8 letters, 38 bits. Unique only by the database."""
    return "".join(secrets.choice(TYPED_LETTERS) for _ in range(TYPED_LENGTH))


def read_scanned(text: str) -> Ticket | TypedCode | None:
    """What a camera or a hand gave: a ticket (in its address or bare), a typed code, or nothing of ours."""
    text = text.strip()
    if len(text) > 600:
        return None
    in_address = _IN_ADDRESS.fullmatch(text)
    bare = in_address.group(1) if in_address else text
    if _BARE.fullmatch(bare):
        # The last letter carries two spare bits; one spelling per ticket keeps logs and caches comparable.
        return Ticket(_text(_raw(bare)))
    typed = _BETWEEN_TYPED.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_LOOK_ALIKES)
    if len(typed) == TYPED_LENGTH and set(typed) <= set(TYPED_LETTERS):
        return TypedCode(typed)
    return None


def spaced(code: str) -> str:
    """A typed code as it is shown, in two groups of four: `K7M3 9XQ4`."""
    return f"{code[:4]} {code[4:]}"


def qr_content(base_url: str, ticket: str) -> str:
    """What the QR code of a ticket says: its address in upper case; scheme and host do not mind."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}/t/{ticket}".upper()


def qr_svg(text: str) -> str:
    """The QR code (error correction M) as a small SVG without quiet zone: leave four light modules around it.

    It scales by its viewBox and carries no style, so it stands inside pages with a strict content policy.
    """
    options = _TICKET_OPTIONS if _TICKET_QR.fullmatch(text) else ""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", options=options)
    # The image is a buffer of one byte a module, which its type does not say.
    pixels = bytes(cast(bytes, barcode.to_image(add_quiet_zones=False)))
    size = isqrt(len(pixels))
    rows = [pixels[start : start + size] for start in range(0, size * size, size)]
    path = [
        f"M0 {y}.5" + "".join([_stretch(row[x : x + 9]) for x in range(0, size, 9)])
        for y, row in enumerate(rows)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path stroke="#000" d="{"".join(path)}"/></svg>'
    )


@lru_cache(maxsize=2048)
def _stretch(pixels: bytes) -> str:
    """Up to nine modules of a row as path steps; there are few such stretches, so most come from the cache."""
    return "".join(
        f"h{len(run)}" if run.startswith(b"\x00") else f"m{len(run)} 0" for run in _RUN.findall(pixels)
    )
