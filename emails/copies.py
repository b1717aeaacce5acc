"""What a mail said, kept for the organizer: one shell for all who got it, and each one's own words.

A personal link is a key, so it is cut where its secret begins: a copy shows that it was there and opens nothing.
"""

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from emails.render import PERSONAL, Rendered, Shell, filled

SECRET = re.compile(r"(https?://[^/]+/[^/?]*).*", re.DOTALL)


def own_words(rendered: Rendered) -> dict[str, str]:
    """The words that go with the shell, without anything that opens a door."""
    return {
        name: SECRET.sub(r"\1/…", word) if _of_value(name) in PERSONAL else word
        for name, word in rendered.words.items()
    }


def _of_value(name: str) -> str:
    """What a placeholder in the team's own words stands for (render marks its value v_ or w_)."""
    return name.removeprefix("v_").removeprefix("w_")


def pack(shell: Shell) -> bytes:
    """Some four kilobytes."""
    return zlib.compress(json.dumps([shell.subject, shell.text, shell.html], ensure_ascii=False).encode())


def unpack(shell_id: str, data: bytes, words: Mapping[str, Any]) -> Rendered:
    """The mail as it was sent, its personal links apart."""
    subject, text, html = json.loads(zlib.decompress(data))
    return filled(Shell(shell_id, subject, text, html), {name: str(word) for name, word in words.items()})
