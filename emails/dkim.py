"""DKIM signatures (RFC 6376), RSA-2048, relaxed/relaxed, and the key's DNS record."""


class Signer:
    """Signs with one key for one domain; load once, use for every mail."""

    def __init__(self, pem: bytes, domain: str, selector: str) -> None:
        raise NotImplementedError

    def sign(self, message: bytes, now: int) -> bytes:
        """The message with a DKIM-Signature in front. `now` is in seconds since 1970."""
        raise NotImplementedError


def generate_key() -> bytes:
    """A new RSA-2048 private key, PKCS #8 PEM."""
    raise NotImplementedError


def dns_record(pem: bytes) -> str:
    """The TXT record for <selector>._domainkey.<domain>."""
    raise NotImplementedError
