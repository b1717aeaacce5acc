"""The way out for short texts. The only module that imports apprise, which knows the gateways' APIs."""

import asyncio
import logging
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote

from emails.circuit import Circuit
from service.people.contacts import stored_phone
from service.settings import ChannelUrl, SettingsError

LANES = 4  # texts to one gateway at a time
CONNECTS_IN, ANSWERS_IN = 5.0, 15.0  # seconds; a gateway asks the networks before it answers
PATIENCE = 60.0  # seconds for one text in all, whatever apprise does meanwhile
SHORTEST_BREAK, LONGEST_BREAK = 1.0, 60.0
LONGEST_SAID = 300
SAMPLE = "+77010000000"
UNSURE = "The gateway did not answer: the text may have gone out or not."


@dataclass(frozen=True)
class Delivered:
    """The gateway took it."""

    said: str


@dataclass(frozen=True)
class Refused:
    """Never again this text to this number."""

    said: str


@dataclass(frozen=True)
class NotNow:
    """Try this one again later. It counts as an attempt."""

    said: str


@dataclass(frozen=True)
class Unsure:
    """It may have gone out: so it is not tried again by itself, nobody gets it twice. The way is closed for `wait`
    seconds."""

    said: str
    wait: float


@dataclass(frozen=True)
class Away:
    """No gateway, or it does not know us: refused, lost before anything was said, out of credit. Burns no attempt."""

    said: str
    wait: float


Answer = Delivered | Refused | NotNow | Unsure | Away


class Messenger(Protocol):
    """One channel. `send` never raises for what a gateway or a network does; `to` is a phone number."""

    async def send(self, to: str, text: str) -> Answer: ...

    def close(self) -> None: ...


def open_messengers(channels: Mapping[str, ChannelUrl]) -> Mapping[str, Messenger]:
    """Raises SettingsError for an address that apprise cannot read."""
    return {channel: AppriseMessenger(channel, url) for channel, url in channels.items()}


class AppriseMessenger:
    """apprise is not asynchronous: it works in a few threads of our own, so that a slow gateway holds up nothing
    else."""

    def __init__(self, channel: str, url: ChannelUrl) -> None:
        self._url = url
        self._secrets = _secrets(url)
        self._pool = ThreadPoolExecutor(LANES, thread_name_prefix=f"channel-{channel}")
        self._circuit = Circuit(SHORTEST_BREAK, LONGEST_BREAK)
        _HEARD.begin()
        if _made(url, SAMPLE) is None:
            said = _without(self._secrets, "; ".join(_HEARD.end()))
            raise SettingsError(
                f"CHANNEL_{channel.upper()} is no address that apprise can use. {said}".strip()
            )
        _HEARD.end()

    async def send(self, to: str, text: str) -> Answer:
        number = stored_phone(to, "")
        if number is None:
            return Refused("This is no phone number with its country code.")
        if (rest := self._circuit.rest) > 0:
            return Away("waiting for the gateway to come back", rest)
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await asyncio.get_running_loop().run_in_executor(
                    self._pool, self._in_thread, number, text
                )
        except TimeoutError:
            answer = Unsure(UNSURE, 0.0)
        if isinstance(answer, Away | Unsure):
            return type(answer)(answer.said, self._circuit.open())
        self._circuit.close()
        return answer

    def close(self) -> None:
        """Whoever is under way may end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _in_thread(self, number: str, text: str) -> Answer:
        import apprise

        _HEARD.begin()
        way = _made(self._url, number)
        went = False
        if way is not None:
            to_one = apprise.Apprise(asset=way.asset)
            to_one.add(way)
            went = bool(to_one.notify(body=text, body_format=apprise.NotifyFormat.TEXT))
        heard = _HEARD.end()
        said = _without(self._secrets, _told(heard))
        return Delivered(said) if went else _answer(heard, said)


def _made(url: ChannelUrl, number: str) -> Any:
    """An object of apprise's for this number: nothing is remembered of it, and it goes to no host but ours."""
    import apprise

    asset = apprise.AppriseAsset(app_id="Qonaq", http_redirects=False, async_mode=False)
    way: Any = apprise.Apprise.instantiate(url.to(number), asset=asset, suppress_exceptions=True)
    if way is not None:
        way.socket_connect_timeout, way.socket_read_timeout = CONNECTS_IN, ANSWERS_IN
        # Whatever the address says: trying again is the outbox's, and a no is a no.
        way.retry, way.optional = 0, False
    return way


def _answer(heard: list[str], said: str) -> Answer:
    """apprise returns no more than yes or no; what the gateway answered stands in its log, in one form for all."""
    whole = "\n".join(heard)
    if code := re.search(r"error=(\d{3})", whole):
        number = int(code[1])
        if number in (408, 425, 429, 500):
            return NotNow(said)
        if number in (401, 402, 407) or not 400 <= number < 500:
            return Away(said, 0.0)
        return Refused(said)
    if "Connection error" not in whole and "Socket Exception" not in whole:
        return NotNow(said or "apprise did not send it and does not say why")
    # requests says this of a connection that never came to be; anything else broke when we had begun to speak
    return Away(said, 0.0) if "Max retries exceeded" in whole else Unsure(UNSURE, 0.0)


def _told(heard: list[str]) -> str:
    """For people: not the lines that hold addresses with keys in them."""
    kept = [line for line in heard if not re.search(r"Socket Exception|URL:|Payload|Throttl", line)]
    return " ".join(" ".join(kept).replace("Response Details:", "").split())[:LONGEST_SAID]


def _secrets(url: ChannelUrl) -> list[str]:
    """Whatever may be a key: log-in, parts of the path, values. The longest first."""
    who, at, _ = re.split(r"[/?]", url.template.partition("://")[2], maxsplit=1)[0].rpartition("@")
    behind = re.split(r"[/?]", url.template.partition("://")[2], maxsplit=1)[1]
    parts = [*(re.split(r"[:]", who) if at else []), *re.split(r"[/&?=]", behind)]
    found = {form for part in parts for form in (part, unquote(part)) if len(form) >= 6 and "{" not in form}
    return sorted(found, key=len, reverse=True)


def _without(secrets: list[str], said: str) -> str:
    for secret in secrets:
        said = said.replace(secret, "…")
    return said


class _Heard(logging.Handler):
    """What apprise logs in each thread while that listens. Nothing of it goes anywhere else: addresses stand in it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._by_thread = threading.local()
        logger = logging.getLogger("apprise")
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.addHandler(self)

    def begin(self) -> None:
        self._by_thread.lines = []

    def end(self) -> list[str]:
        lines: list[str] = self._by_thread.lines
        self._by_thread.lines = None
        return lines

    def emit(self, record: logging.LogRecord) -> None:
        if (lines := getattr(self._by_thread, "lines", None)) is not None:
            lines.append(record.getMessage())


_HEARD = _Heard()
