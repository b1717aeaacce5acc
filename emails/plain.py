"""Plain text that is pleasant to read: 72 columns, wide characters counted twice, links whole."""

import re
import textwrap
import unicodedata

WIDTH = 72


def wrapped(text: str) -> str:
    """Paragraphs broken at blanks, at most one empty line in a row, one line end at the end."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        lines += [line.rstrip()] if "://" in line or width(line) <= WIDTH else fill(line, WIDTH)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def quoted(text: str) -> str:
    """Somebody's own words, marked as such at the beginning of each line."""
    lines = [row for line in text.strip().splitlines() for row in (fill(line, WIDTH - 2) or [""])]
    return "\n".join(f"> {row}".rstrip() for row in lines)


def width(text: str) -> int:
    """Columns in a fixed-width font: Han, Kana and Hangul take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def fill(line: str, columns: int) -> list[str]:
    """The words of the line in rows of at most that many columns; a longer word has a row of its own."""
    if line.isascii():
        return textwrap.wrap(line, columns, break_long_words=False, break_on_hyphens=False)
    rows: list[str] = []
    row, taken = "", 0
    for word in line.split():
        long = width(word)
        if row and taken + 1 + long > columns:
            rows.append(row)
            row, taken = word, long
        else:
            row, taken = (f"{row} {word}", taken + 1 + long) if row else (word, long)
    return [*rows, row] if row else rows
