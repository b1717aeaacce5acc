"""What comes in: the card and answers of somebody who wants to come. Errors are English msgids by field."""

import re
from collections.abc import Mapping
from functools import lru_cache

import email_validator
import msgspec
import phonenumbers
from babel import Locale

from emails.languages import LANGUAGES
from service.core.errors import Invalid
from service.core.names import search_text, sort_key

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


class Application(msgspec.Struct, kw_only=True, frozen=True):
    """A card with answers, checked by `check`. `category` is the category's key; `country` ISO 3166-1 alpha-2;
    `language` that of mails; `consent` that the person agreed to the text of `consent_version`."""

    category: str
    native_name: str
    email: str
    latin_name: str = ""
    honorific: str = ""
    salutation: str = ""
    affiliation: str = ""
    position: str = ""
    country: str = ""
    phone: str = ""
    language: str = "en"
    dietary: str = ""
    access_needs: str = ""
    consent: bool = False
    consent_version: int | None = None

    @property
    def search(self) -> str:
        """The text that searches look into."""
        return search_text(
            self.native_name, self.latin_name, self.affiliation, self.position, self.email, self.phone
        )

    @property
    def sort_key(self) -> str:
        """Where the name stands in lists."""
        return sort_key(self.native_name, self.latin_name)


FIELDS = tuple(Application.__struct_fields__)


def read_application(form: Mapping[str, str]) -> Application:
    """From posted fields; unchecked."""
    texts = {name: form.get(name, "") for name in FIELDS if name not in ("consent", "consent_version")}
    version = form.get("consent_version", "")
    return Application(
        **texts,
        consent=form.get("consent", "") == "yes",
        consent_version=int(version) if version.isdecimal() else None,
    )


def check(application: Application, *, consent_version: int | None, by_team: bool = False) -> Application:
    """The application in stored form (lower-case address, E.164 phone). Raises Invalid with every error at once.

    The team may leave out consent, e-mail and organisation: they type what they know."""
    errors: dict[str, str] = {}
    changes: dict[str, object] = {name: _one_line(getattr(application, name)) for name in FIELDS[:11]}
    _check_names(changes, errors)
    changes["email"] = _checked_email(str(changes["email"]), errors, required=not by_team)
    if changes["country"] and changes["country"] not in COUNTRIES:
        errors["country"] = "Please choose a country from the list."
    changes["phone"] = _checked_phone(str(changes["phone"]), str(changes["country"]), errors)
    if application.language not in LANGUAGES:
        errors["language"] = "Please choose a language from the list."
    for name in ("dietary", "access_needs"):
        if len(getattr(application, name)) > LONGEST_TEXT:
            errors[name] = "Please be shorter: 2,000 characters at most."
    if not by_team and not changes["affiliation"]:
        errors["affiliation"] = "Please enter your organisation, or a dash if there is none."
    if not by_team and consent_version is not None and not application.consent:
        errors["consent"] = "We cannot register you without your consent."
    if errors:
        raise Invalid(errors)
    return msgspec.structs.replace(
        application, **changes, consent_version=consent_version if application.consent else None
    )


def _check_names(changes: dict[str, object], errors: dict[str, str]) -> None:
    if not changes["native_name"]:
        errors["native_name"] = "Please enter the full name."
    for name in ("native_name", "latin_name", "affiliation", "position", "honorific", "salutation"):
        if len(str(changes[name])) > LONGEST_NAME:
            errors[name] = "Please be shorter: 200 characters at most."
    latin = str(changes["latin_name"])
    if latin and not any("a" <= letter.lower() <= "z" for letter in latin):
        errors["latin_name"] = "Please write this name in Latin letters, as in the passport."


def _one_line(text: str) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def _checked_email(text: str, errors: dict[str, str], *, required: bool) -> str:
    if not text:
        if required:
            errors["email"] = "Please enter an e-mail address: your confirmation goes there."
        return ""
    address = stored_email(text)
    if address is None:
        errors["email"] = "This does not look like an e-mail address. Example: name@company.kz"
    return address or text


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


def _checked_phone(text: str, country: str, errors: dict[str, str]) -> str:
    if not text:
        return ""
    number = _stored_phone(text, country)
    if number is None:
        errors["phone"] = "Please enter the number with its country code, for example +7 701 123 45 67."
    return number or text


@lru_cache(maxsize=4096)
def _stored_phone(text: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
