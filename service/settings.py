"""Everything the environment decides, read once at start. Nothing else reads the environment."""

import base64
import importlib.util
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import msgspec


class SettingsError(Exception):
    """A setting is missing or unreadable; the message says which and what to write instead."""


def _value(environ: Mapping[str, str], name: str, default: str | None = None) -> str:
    """`NAME`, or the content of the file that `NAME_FILE` points to (container secrets)."""
    if file := environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    if not (value := environ.get(name, default)) and default is None:
        raise SettingsError(
            f"{name} is not set: give it, or {name}_FILE with the path of a file that holds it."
        )
    return value or ""


CHANNELS = ("sms", "whatsapp", "telegram")
CHANNEL_VARIABLES = ("CHANNEL_SMS", "CHANNEL_WHATSAPP", "CHANNEL_TELEGRAM")
# What stands before the first / or ? is the administrator's word alone: a text goes to no other host.
SHAPE = re.compile(r"[a-z0-9]+://[^/?#{}\s]+(?P<behind>[/?]\S*)")
TO = re.compile(r"\{(?:to|digits)\}")


class ChannelUrl(msgspec.Struct, frozen=True):
    """An address of apprise's for one channel. Who gets a text stands in the place of {to} (+77011234567) or {digits}
    (77011234567). It holds keys, so it is not shown where settings are."""

    template: str

    def __repr__(self) -> str:
        return "ChannelUrl(…)"

    def to(self, number: str) -> str:
        """With an E.164 number in its place; the plus is percent-encoded."""
        return self.template.replace("{to}", f"%2B{number[1:]}").replace("{digits}", number[1:])


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable value handed to whoever needs it. Times in seconds."""

    database_url: str
    redis_url: str
    smtp_url: str
    base_url: str
    master_key: bytes
    mail_from: str = "qonaq@localhost"
    dev: bool = False
    inbox_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    pool_size: int = 8
    hot_pool_size: int = 4
    outbox_lease: float = 10.0
    outbox_sweep: float = 2.0
    smtp_connections: int = 8
    throttle_per_minute: int = 30
    answers_listen: str = ""
    answers_mailbox: str = ""
    channels: dict[str, ChannelUrl] = {}

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the process environment. Raises SettingsError with a sentence for people."""
        env = os.environ if environ is None else environ
        base_url = _value(env, "BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        return cls(
            database_url=_value(env, "DATABASE_URL"),
            redis_url=_value(env, "REDIS_URL"),
            smtp_url=_value(env, "SMTP_URL"),
            base_url=base_url,
            master_key=_master_key(_value(env, "MASTER_KEY")),
            mail_from=_value(env, "MAIL_FROM", "qonaq@localhost"),
            dev=_value(env, "QONAQ_DEV", "") == "1",
            inbox_url=_value(env, "INBOX_URL", ""),
            trusted_proxies=tuple(p for p in _value(env, "TRUSTED_PROXIES", "").split(",") if p),
            pool_size=int(_value(env, "DATABASE_POOL", "8")),
            hot_pool_size=int(_value(env, "DATABASE_HOT_POOL", "4")),
            outbox_lease=float(_value(env, "OUTBOX_LEASE", "10")),
            outbox_sweep=float(_value(env, "OUTBOX_SWEEP", "2")),
            smtp_connections=int(_value(env, "SMTP_CONNECTIONS", "8")),
            throttle_per_minute=int(_value(env, "THROTTLE_PER_MINUTE", "30")),
            answers_listen=_url(_value(env, "ANSWERS_LISTEN", ""), "ANSWERS_LISTEN", ("lmtp", "smtp")),
            answers_mailbox=_url(_value(env, "ANSWERS_MAILBOX", ""), "ANSWERS_MAILBOX", ("imaps", "imap")),
            channels=read_channels(env),
        )

    @property
    def hears(self) -> bool:
        """Whether mail that comes back reaches us."""
        return bool(self.answers_listen or self.answers_mailbox)

    @property
    def secure(self) -> bool:
        """Whether people reach us by https (cookies are then Secure and carry the __Host- prefix)."""
        return self.base_url.startswith("https://")


def _url(text: str, name: str, schemes: tuple[str, ...]) -> str:
    if text and not any(text.startswith(f"{scheme}://") for scheme in schemes):
        raise SettingsError(
            f"{name} is no address that begins with {' or '.join(f'{one}://' for one in schemes)}."
        )
    return text


def read_channels(env: Mapping[str, str]) -> dict[str, ChannelUrl]:
    """CHANNEL_SMS, CHANNEL_WHATSAPP, CHANNEL_TELEGRAM. Raises SettingsError, which never repeats what they hold: there
    are keys in it."""
    found: dict[str, ChannelUrl] = {}
    for channel, name in zip(CHANNELS, CHANNEL_VARIABLES, strict=True):
        template = _value(env, name, "")
        if not template:
            continue
        match = SHAPE.fullmatch(template)
        if match is None or len(TO.findall(match["behind"])) != 1:
            raise SettingsError(
                f"{name} is no address of apprise's with one {{to}} (or {{digits}}) behind its host, as in"
                " jsons://sms.example.com/send?:phone={to}."
            )
        found[channel] = ChannelUrl(template)
    if found and importlib.util.find_spec("apprise") is None:
        raise SettingsError(
            f"CHANNEL_{next(iter(found)).upper()} is set, but apprise is not installed: pip install"
            " 'qonaq[channels]', or take the setting away."
        )
    return found


def _master_key(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise SettingsError("MASTER_KEY is not urlsafe base64: make one with `qonaq key`.") from error
    if len(key) != 32:
        raise SettingsError(f"MASTER_KEY holds {len(key)} bytes, 32 are needed: make one with `qonaq key`.")
    return key
