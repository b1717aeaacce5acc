"""Cutting a word into syllables of a table, in every way there is, up to a limit."""

from collections.abc import Mapping

CAP = 48
Table = Mapping[str, tuple[str, ...]]


def readings(word: str, table: Table, *, longest: int, at_most: int) -> frozenset[str]:
    """All ways to read the whole word as one to `at_most` syllables; `longest` letters has the longest key.

    Empty when it cannot be read so. Never more than CAP for a part of the word."""
    if not word or len(word) > longest * at_most:
        return frozenset()
    # parts[end] has for every number of syllables what the first `end` letters may be
    parts: list[dict[str, int]] = [{"": 0}] + [{} for _ in word]
    alive = [0]  # where a syllable may begin: few words of other languages come far
    for end in range(1, len(word) + 1):
        for start in alive:
            if end - start <= longest and (tails := table.get(word[start:end])):
                _extend(parts[end], parts[start], tails, at_most)
        if parts[end]:
            alive.append(end)
        elif end - alive[-1] >= longest:
            return frozenset()
    return frozenset(parts[-1])


def _extend(into: dict[str, int], heads: Mapping[str, int], tails: tuple[str, ...], at_most: int) -> None:
    for head, count in heads.items():
        for tail in tails:
            if count < at_most and len(into) < CAP:
                into.setdefault(head + tail, count + 1)
