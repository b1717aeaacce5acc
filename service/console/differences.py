"""What changed between two texts, word by word, for people to read."""

import re
from difflib import SequenceMatcher
from typing import Literal

import msgspec


class Piece(msgspec.Struct, frozen=True):
    """A stretch of both texts, of the former one only, or of the latter."""

    kind: Literal["same", "out", "in"]
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """In the order of reading; what went stands before what came."""
    old, new = _words(before), _words(after)
    found: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(old[i:j])))
            continue
        if i < j:
            found.append(Piece("out", "".join(old[i:j])))
        if k < m:
            found.append(Piece("in", "".join(new[k:m])))
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)
