"""Which size a text may have: worked out before drawing, so that a thousand badges need no measuring.

Widths are those of Noto Sans Bold rounded up to a twentieth of the size, so a text judged to fit does fit, in any
weight. Lines are filled greedily, as Typst fills them.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

LINE_HEIGHT = 1.22  # of the size; the template sets the same edges and leading

# Width in parts of the size -> letters; a letter with an accent is as wide as its base. CJK is 1.0, unknown 1.2.
_WIDTHS = {
    0.3: " !',.:;ijl¡·¸ı‘’‧",
    0.35: "()-J[]łІЈі‐‑",
    0.4: "I`f{}ª²³´¹ºӀ•‹›",
    0.45: "/\\_rt°ŧι“”",
    0.5: '"?z§¯¿ζгѕғ–',
    0.55: "*FcsΓεςτЅзстэєҐґ„†‡″",
    0.6: "$+0123456789<=>ELSTZ^aevxy|¢£¤¥¦¨¬±×÷ŁŦΕΖΣΤγλνЕГЗТавеухьҒүұәҮ€₸₽₩",
    0.65: "#CPVYbdghknopqu«¶»ÞðøþđĸŋΞΡΥβδηθκορυχБРСУЬбдклопрцчяџҪҰҳһөӘơ",
    0.7: "ABKRXµħΑΒΔΚΛΧαμσЄАВКХЭЯинъђћқҜҞ",
    0.75: "&DGÐßĐπЛЧңҲҷҸҺ",
    0.8: "HOQUØĦΗΘΟΠΩЂЋЏДИНОПЦЪҚӨҶ№",
    0.85: "N©®¼¾ŊΝφψмфҢƠ",
    0.9: "@w½ΨωжыюљѡƯư…",
    0.95: "%MæΜΦМФЫњ",
    1.0: "WmÆŒœЖшщѠҗ—",
    1.1: "ЉЮЊШЩҖ",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters} | {"№": 1.05}

# A run of Han and Kana longer than a name may break between any two letters; a word may break after its hyphen.
_LONG_UNSPACED = re.compile("[\u3001-\u30ff\u3400-\u9fff]{7,}")
_PIECES = re.compile(r"( ?)([^ -]*-+|[^ -]+)")
_CLUSTERS = re.compile("[^\u0300-\u036f\u0900-\u0903\u093a-\u094f][\u0300-\u036f\u0900-\u0903\u093a-\u094f]*")

Piece = tuple[str, bool]  # a text that stays whole, and whether a blank stands before it


class Fitted(NamedTuple):
    """How a text is set: its size in points, its pieces, and how many points high its lines are."""

    size: float
    pieces: list[Piece]
    height: float


@lru_cache(maxsize=4096)
def _letter_width(letter: str) -> float:
    if letter >= "\u2e80":
        return 1.0
    return _WIDTH_OF.get(letter) or _WIDTH_OF.get(unicodedata.normalize("NFD", letter)[0], 1.2)


def pieces_of(text: str) -> list[Piece]:
    """The text cut where a line may break: between words, after hyphens, in long Han and Kana texts anywhere."""
    pieces: list[Piece] = []
    for blank, word in _PIECES.findall(text):
        parts = list(word) if _LONG_UNSPACED.search(word) else [word]
        pieces += [(part, bool(blank) and place == 0) for place, part in enumerate(parts)]
    return pieces


def fit(text: str, sizes: Sequence[float], width: float, height: float) -> Fitted:
    """The setting in the largest of `sizes` (points, falling) at which the text fits whole.

    `width` and `height` are points. If no size does, words are broken at the smallest, and what still finds no room
    is left out, with an ellipsis for it.
    """
    pieces = pieces_of(text)
    widths = [sum(map(_letter_width, piece)) for piece, _ in pieces]
    blanks = [blank for _, blank in pieces]
    for size in sizes:
        lines = _count_lines(widths, blanks, width / size)
        if lines and lines * LINE_HEIGHT * size <= height:
            # On one line nothing can break, and whole lines are quicker to set than pieces.
            return Fitted(size, pieces if lines > 1 else [(text, False)], lines * LINE_HEIGHT * size)
    return _broken(pieces, sizes[-1], width, height)


def _count_lines(widths: Sequence[float], blanks: Sequence[bool], room: float) -> int:
    """Lines a greedy setting needs, in units of the size; 0 if one piece is wider than the line."""
    lines, used = 1, 0.0
    for width, blank in zip(widths, blanks, strict=True):
        if width > room:
            return 0
        needed = width + (_letter_width(" ") if blank else 0)
        if used and used + needed > room:
            lines, used = lines + 1, width
        else:
            used += needed
    return lines


def _broken(pieces: list[Piece], size: float, width: float, height: float) -> Fitted:
    clusters = [
        (cluster, blank and place == 0)
        for word, blank in pieces
        for place, cluster in enumerate(_CLUSTERS.findall(word))
    ]
    lines_of_room = max(1, int(height / (LINE_HEIGHT * size)))
    while True:
        widths = [sum(map(_letter_width, cluster)) for cluster, _ in clusters]
        lines = _count_lines(widths, [blank for _, blank in clusters], width / size)
        if lines <= lines_of_room:
            return Fitted(size, clusters, lines * LINE_HEIGHT * size)
        clusters = [*clusters[:-2], ("…", False)]
