"""What changed between two texts, word by word, for people to read."""

import re
from difflib import SequenceMatcher
from typing import Literal

import msgspec

ANEW = 0.5  # of the words are the same


class Piece(msgspec.Struct, frozen=True):
    """A stretch of both texts, of the former one only, or of the latter."""

    kind: Literal["same", "out", "in"]
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """In the order of reading; what went stands before what came. Of a text that was written anew nobody wants to read
    which commas stayed."""
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ANEW:
        return [piece for piece in (Piece("out", before), Piece("in", after)) if piece.text]
    found: list[Piece] = []
    for kind, i, j, k, m in matcher.get_opcodes():
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
