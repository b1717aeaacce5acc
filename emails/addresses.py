"""Addresses and display names that may stand in a header, and envelope senders that tell whose bounce it is."""


def ascii_address(address: str, smtputf8: bool = False) -> str:
    """The address with an IDNA domain. Raises AddressRefused (shape, domain, needs_smtputf8)."""
    raise NotImplementedError


def display_name(name: str) -> str:
    """A name that cannot break out of a header: no @ : , " <> line breaks or encoded words, at most 75 characters."""
    raise NotImplementedError


def verp(address: str, token: str, key: bytes) -> str:
    """Envelope sender: bounce@host and token "abc" give bounce+abc-<hmac>@host. The token is [a-z0-9], at most 32."""
    raise NotImplementedError


def read_verp(address: str, key: bytes) -> str | None:
    """The token of an envelope sender that `verp` made with this key; None for any other address."""
    raise NotImplementedError
