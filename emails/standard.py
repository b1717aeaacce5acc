"""The standard words of each letter: what an editor begins with where a team writes its own."""

from collections import Counter
from dataclasses import replace
from functools import lru_cache

from emails.languages import spoken
from emails.letters import PARTS, EventLetter, Wording
from emails.render import own_words
from emails.samples import FORUM, GUESTS, all_to


@lru_cache(maxsize=256)
def own_words_of(kind: str, language: str) -> tuple[Wording, frozenset[str]]:
    """Our words in a letter of that kind, with {event} and {host} where they stand; and which parts it has none of.

    Words that depend on the case (how many days are left) are left out unless most cases share them: nobody should
    write one case into all."""
    event = replace(FORUM, name={"en": "{event}"}, host={"en": "{host}"})
    found = [
        own_words(replace(letter, event=event))
        for letter in all_to(GUESTS[spoken(language)])
        if letter.kind == kind and isinstance(letter, EventLetter)
    ]
    said = {part: [words for one in found if (words := getattr(one, part))] for part in PARTS}
    most = {part: Counter(words).most_common(1)[0] for part, words in said.items() if words}
    shared = {part: words for part, (words, times) in most.items() if times * 2 > len(said[part])}
    return Wording.of(shared), frozenset(part for part, words in said.items() if not words)
