"""Texts as they travel (RFC 2045 6.7 and 6.8): quoted-printable where most can be read as it is, base64 for the scripts
that it would make three times as long.

Encoding a page takes longer than anything else of a mail but its signature, and nearly all of a page is the same for
all who get it: that is encoded once."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import escape


@dataclass(frozen=True)
class Encoded:
    """What travels, and the word for it in Content-Transfer-Encoding."""

    encoding: str
    data: bytes


class Page:
    """HTML with gaps for what is each one's own: `gap` finds them, its group names the word that goes there."""

    def __init__(self, html: str, gap: re.Pattern[str]) -> None:
        self._readable = _readable(gap.sub("", html))
        self._runs: list[list[str]] = []  # lines that are fixed, or one as fixed, name, fixed, …
        for line in re.findall(r".*\n|.+", html):
            pieces = gap.split(line)
            if len(pieces) == 1 and self._runs and len(self._runs[-1]) == 1:
                self._runs[-1][0] += line
            else:
                self._runs.append(pieces)
        self._sent = [_quoted(run[0]) if len(run) == 1 else None for run in self._runs]

    def filled(self, words: Mapping[str, str]) -> str:
        """With each word in its gap, escaped."""
        return "".join([_filled(run, words) for run in self._runs])

    def encoded(self, words: Mapping[str, str]) -> Encoded:
        """What `filled` gives, as it travels."""
        if not self._readable:
            return base64_of(self.filled(words))
        runs = zip(self._runs, self._sent, strict=True)
        return Encoded(
            "quoted-printable",
            b"".join([_quoted(_filled(run, words)) if sent is None else sent for run, sent in runs]),
        )


def encoded(text: str) -> Encoded:
    """Lines end in CRLF."""
    return quoted(text) if _readable(text) else base64_of(text)


def quoted(text: str) -> Encoded:
    """Quoted-printable, whatever is in it."""
    return Encoded("quoted-printable", _quoted(text))


def base64_of(content: str | bytes) -> Encoded:
    """A text, its lines ending in CRLF, or a file as it is."""
    data = _travelling(content) if isinstance(content, str) else content
    return Encoded("base64", base64.encodebytes(data).replace(b"\n", b"\r\n"))


def _filled(run: list[str], words: Mapping[str, str]) -> str:
    return "".join([str(escape(words[piece])) if at % 2 else piece for at, piece in enumerate(run)])


def _readable(text: str) -> bool:
    return len(text.encode()) - len(text) <= len(text) // 4


def _quoted(text: str) -> bytes:
    """Without tabs, and without two blanks side by side: a relay may change neither (RFC 6376 3.4.4)."""
    travelling = _travelling(text + "\n")  # the library looks at the first line's end
    data = binascii.b2a_qp(travelling, istext=True, quotetabs="\t" in text)[:-2]
    while b"  " in data:
        data = data.replace(b"  ", b" =\r\n ")
    return data


def _travelling(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
