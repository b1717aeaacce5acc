"""Addresses, numbers and countries as they are stored. Pure: whoever asks says what is wrong."""

import re
from functools import lru_cache

import email_validator
import phonenumbers
from babel import Locale

COUNTRIES = frozenset(
    code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)
) - {
    "ZZ",
    "EU",
    "UN",
    "EZ",
}
LONGEST_NAME = 200
LONGEST_TEXT = 2_000
LONGEST_ADDRESS = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
# A dot-atom of RFC 5322 3.2.3 in the letters that nearly all addresses are made of; anything else is read in full.
_USUAL_LOCAL = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")


def one_line(text: str) -> str:
    """Without line breaks, signs that cannot be seen, and double spaces."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def stored_email(text: str) -> str | None:
    """The address in lower case with an IDNA domain, or None if no mail can be sent there."""
    local, _, domain = text.rpartition("@")
    if _USUAL_LOCAL.fullmatch(local):
        known = _stored_domain(domain)
        return f"{local.lower()}@{known}" if known and len(local) + len(known) < LONGEST_ADDRESS else None
    return _validated(text)


def _validated(text: str) -> str | None:
    try:
        valid = email_validator.validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except email_validator.EmailNotValidError:
        return None
    return (valid.ascii_email or "").lower() or None


@lru_cache(maxsize=4096)
def _stored_domain(domain: str) -> str | None:
    """Guests share domains, and of the whole check the domain costs most."""
    address = _validated(f"guest@{domain}")
    return address.removeprefix("guest@") if address else None


@lru_cache(maxsize=4096)
def stored_phone(text: str, country: str) -> str | None:
    """The number in E.164; without a country code, of this country. None if it cannot be one."""
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
