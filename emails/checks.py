"""What is odd about a finished mail, said plainly before it is sent. No score: each finding is a fact one can mend."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Literal
from urllib.parse import urlsplit

from emails.render import Rendered

Finding = Literal["too_large", "little_text", "long_subject", "loud_subject", "other_address"]

LARGEST = 60_000  # bytes of HTML: large providers cut off what is longer
LONGEST_SUBJECT = 78  # characters; lists of mails show no more
SHORT = 8  # letters: an abbreviation is not loud
LETTERS_BESIDE_PICTURES = (
    500  # a mail of pictures says nothing where they are not loaded, and filters distrust it
)
# a host with at least one dot, with or without what stands before and behind it in an address
ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)


class Page(HTMLParser):
    """What a mail program sees: links with their words, pictures, and the text that is shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.pictures = 0
        self.text = ""
        self._silent = False
        self._href: str | None = None
        self._words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pictures += tag == "img"
        self._silent = tag in ("style", "title", "script")
        if tag == "a":
            self._href, self._words = dict(attrs).get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        self._silent = False
        if tag == "a" and self._href is not None:
            self.links.append((self._href, " ".join(self._words.split())))
            self._href = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text += data
            self._words += data


def findings(mail: Rendered) -> list[Finding]:
    """In the order in which they matter."""
    page = Page(mail.html)
    length = len("".join(page.text.split()))
    said: dict[Finding, bool] = {
        "other_address": any(leads_elsewhere(href, words) for href, words in page.links),
        "too_large": len(mail.html.encode()) > LARGEST,
        "little_text": page.pictures > 0 and length < LETTERS_BESIDE_PICTURES,
    }
    return [finding for finding, true in said.items() if true] + of_subject(mail.subject)


def of_subject(subject: str) -> list[Finding]:
    """Of the line that lists of mails show."""
    said: dict[Finding, bool] = {
        "loud_subject": is_loud(subject),
        "long_subject": len(subject) > LONGEST_SUBJECT,
    }
    return [finding for finding, true in said.items() if true]


def findings_in(
    language: str, mail: Rendered | None, subjects: Mapping[str, str]
) -> list[tuple[str, Finding]]:
    """All about the mail that is looked at, and about the subjects in the other languages."""
    other = [(code, one) for code, text in subjects.items() if code != language for one in of_subject(text)]
    return [(language, one) for one in findings(mail)] + other if mail else other


def leads_elsewhere(href: str, words: str) -> bool:
    """Whether the words of a link are an address, but not the one it leads to."""
    named = [word for word in words.split() if word.lower().startswith(("http://", "https://", "www."))]
    if ADDRESS.fullmatch(words):
        named.append(words)
    return any(_host(word) != _host(href) for word in named)


def _host(address: str) -> str:
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def is_loud(subject: str) -> bool:
    """Mostly capitals, or more than one exclamation mark."""
    cased = [char for char in subject if char.lower() != char.upper()]
    capitals = sum(char.isupper() for char in cased)
    return subject.count("!") > 1 or (len(cased) >= SHORT and capitals * 3 > len(cased) * 2)
