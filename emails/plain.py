"""Plain text that is pleasant to read: 72 columns, wide characters counted twice, links whole."""

import re
from functools import lru_cache

WIDTH = 72
# Hangul, Han, Kana and their punctuation and full-width forms
WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]"
)


def wrapped(text: str) -> str:
    """Paragraphs broken at blanks, at most one empty line in a row, one line end at the end."""
    whole = "\n".join([_broken(line) for line in text.strip().splitlines()])
    while "\n\n\n" in whole:
        whole = whole.replace("\n\n\n", "\n\n")
    return whole + "\n"


@lru_cache(maxsize=4096)
def _broken(line: str) -> str:
    """Most lines of a mail are everybody's."""
    return line.rstrip() if width(line) <= WIDTH else "\n".join(fill(line, WIDTH))


def quoted(text: str) -> str:
    """Somebody's own words, marked as such at the beginning of each line."""
    lines = [row for line in text.strip().splitlines() for row in (fill(line, WIDTH - 2) or [""])]
    return "\n".join(f"> {row}".rstrip() for row in lines)


def width(text: str) -> int:
    """Columns in a fixed-width font: Han, Kana and Hangul take two."""
    return len(text) if text.isascii() else len(text) + len(WIDE.findall(text))


def fill(line: str, columns: int) -> list[str]:
    """The words of the line in rows of at most that many columns; a longer word has a row of its own."""
    rows: list[str] = []
    row: list[str] = []
    taken = 0
    for word in line.split():
        long = width(word)
        if row and taken + long > columns:
            rows.append(" ".join(row))
            row, taken = [], 0
        row.append(word)
        taken += long + 1
    return [*rows, " ".join(row)] if row else rows
