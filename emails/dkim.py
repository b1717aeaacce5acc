"""DKIM signatures (RFC 6376), RSA-2048, relaxed/relaxed, and the key's DNS record.

Signed natively: RSA itself is 0.3 ms, and message.py writes bodies whose relaxed form is the body as it stands.
"""

import base64
import hashlib
import re
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

# Signed where present, and named once more than present, so that nobody can add another one behind the signature.
SIGNED = (
    b"from",
    b"to",
    b"reply-to",
    b"subject",
    b"date",
    b"message-id",
    b"auto-submitted",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"mime-version",
    b"content-type",
)
FIELDS = re.compile(rb"\r\n(?![ \t])")
BLANKS = re.compile(rb"[ \t]+")
BLANKS_AT_END = re.compile(rb"[ \t]+\r\n")


class Signer:
    """Signs with one key for one domain; load once, use for every mail."""

    def __init__(self, pem: bytes, domain: str, selector: str) -> None:
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < 2048:
            raise ValueError("DKIM needs an RSA key of 2048 bits or more")
        self._key = key
        self._start = f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector}; t=".encode("ascii")

    def sign(self, message: bytes, now: int, *, is_relaxed: bool = False) -> bytes:
        """The message with a DKIM-Signature in front. `now` is in seconds since 1970; `is_relaxed` says that the
        body's relaxed form is the body as it stands, which is so of what `compose` writes."""
        head, _, body = message.partition(b"\r\n\r\n")
        names, lines = _select(head)
        digest = base64.b64encode(hashlib.sha256(body if is_relaxed else relaxed_body(body)).digest())
        value = self._start + b"%d;\r\n h=%s;\r\n bh=%s;\r\n b=" % (now, _folded(tuple(names)), digest)
        signed = b"".join(lines) + relaxed_header(b"DKIM-Signature", value)
        signature = base64.b64encode(self._key.sign(signed, padding.PKCS1v15(), hashes.SHA256()))
        parts = b"\r\n ".join(signature[at : at + 74] for at in range(0, len(signature), 74))
        return b"DKIM-Signature: " + value + parts + b"\r\n" + message


@lru_cache(maxsize=1024)
def relaxed_header(name: bytes, value: bytes) -> bytes:
    """RFC 6376 3.4.2, without a line end."""
    value = value.replace(b"\r\n", b"")
    if b"  " in value or b"\t" in value:
        value = BLANKS.sub(b" ", value)
    return name.strip().lower() + b":" + value.strip(b" ")


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376 3.4.4: blanks at line ends go, runs of blanks become one, empty lines at the end go."""
    if b"  " in body or b"\t" in body:
        body = BLANKS.sub(b" ", body)
    if b" \r\n" in body:
        body = BLANKS_AT_END.sub(b"\r\n", body)
    body = body.rstrip(b" ")
    kept = body.rstrip(b"\r\n")
    return kept + b"\r\n" if kept else b""


def generate_key() -> bytes:
    """A new RSA-2048 private key, PKCS #8 PEM."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def dns_record(pem: bytes) -> str:
    """The TXT record for <selector>._domainkey.<domain>."""
    public = serialization.load_pem_private_key(pem, password=None).public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def _select(head: bytes) -> tuple[list[bytes], list[bytes]]:
    """The names for h= and the canonical lines they stand for, the last of equal headers first (RFC 6376 5.4.2)."""
    present: dict[bytes, list[bytes]] = {}
    for field in FIELDS.split(head):
        name, _, value = field.partition(b":")
        if (key := name.strip().lower()) in SIGNED:
            present.setdefault(key, []).append(relaxed_header(name, value) + b"\r\n")
    names: list[bytes] = []
    lines: list[bytes] = []
    for name in SIGNED:
        found = present.get(name, [])
        names += [name] * (len(found) + 1)
        lines += reversed(found)
    return names, lines


@lru_cache
def _folded(names: tuple[bytes, ...]) -> bytes:
    """The names with colons, in lines a mail may have."""
    rows, row = [], b""
    for name in names:
        if len(row) + len(name) > 66:
            rows.append(row)
            row = b""
        row += name + b":"
    return b"\r\n  ".join([*rows, row])[:-1]
