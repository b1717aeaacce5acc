"""What is stored to find people by, and what is looked for: words as written, their folds, a few readings more."""

from functools import lru_cache
from itertools import pairwise

from service.core.names import han, hangul, kanji
from service.core.names.clean import CJK_START, words_of
from service.core.names.folding import fold_plain, fold_word, plain_of
from service.core.names.kinds import is_patronymic, kind_of
from service.core.names.particles import particles_of
from service.core.names.parting import foreign_hangul, partings
from service.core.names.readings import asian, joinable, joins, readings_of

Alternatives = tuple[str, ...]
Way = tuple[Alternatives, ...]
TOKENS_LIMIT = 240
NAMES = 2  # of the fields, so many from the first hold names: the others are found as they are written
_SHORT_SURNAMES = frozenset("уоиэюoюuе")  # У is Wu and 우, О is 오
_WORDS, _WAYS, _ALTERNATIVES, _STORED = 12, 3, 6, 7


def search_text(*fields: str | None) -> str:
    """What is stored to find a person by: every token after a blank, and a blank at the end.

    `LIKE '% token%'` finds the starts of words, `LIKE '% token %'` whole ones. The first two fields are names: their
    words are stored as written in lower case, as their folds and in a few other readings; Han and Hangul with every
    suffix, so that any sign starts a token. Words of the other fields are stored as written and folded. No token comes
    twice; the order is that of the fields. "" for no word at all.
    """
    tokens: dict[str, None] = {}
    for number, field in enumerate(fields):
        if field:
            words = words_of(field)
            for word in words:
                tokens.update(_stored(word) if number < NAMES else _light(word))
            if number < NAMES:
                for word in joins(words):
                    tokens.update(_stored_join(word))
    tokens.pop("", None)
    return f" {' '.join(list(tokens)[:TOKENS_LIMIT])} " if tokens else ""


@lru_cache(maxsize=8_192)
def _light(word: str) -> dict[str, None]:
    if CJK_START.match(word):
        return dict.fromkeys(word[start:] for start in range(min(len(word), 24)))
    return dict.fromkeys((word, fold_word(word)))


@lru_cache(maxsize=8_192)
def _stored(word: str) -> dict[str, None]:
    """Everything by which one cleaned word of a name may be looked for."""
    kind = kind_of(word)
    if kind == "hangul":
        return dict.fromkeys((*_suffixes(word), *_korean_sounds(word)))
    if kind == "han":
        return dict.fromkeys((*_suffixes(word), *_han_sounds(word)))
    if kind == "kana":
        suffixes = _suffixes(word) if len(word) > 4 else [word]
        return dict.fromkeys((*suffixes, *map(fold_plain, kanji.readings_of(word))))
    found = dict.fromkeys((word, fold_word(word)))
    found.update(dict.fromkeys(readings_of(word, kind, stored=True)))
    return dict.fromkeys(list(found)[:_STORED])


@lru_cache(maxsize=8_192)
def _stored_join(word: str) -> dict[str, None]:
    """Of two neighbours put together: what the sound of an East Asian given name is looked for by."""
    if kind_of(word) == "arabic":
        return dict.fromkeys((word, *readings_of(word, "arabic", stored=True)))
    if kind_of(word) != "latin":
        return dict.fromkeys((word, *(() if CJK_START.match(word) else (fold_word(word), *asian(word)))))
    return dict.fromkeys((word, fold_word(word), *asian(word)[:4]))


def _suffixes(word: str) -> list[str]:
    simple = han.simplified(word)
    written = [word[start:] for start in range(min(len(word), 24))]
    return written if simple == word else written + [simple[start:] for start in range(min(len(simple), 24))]


def _korean_sounds(word: str) -> list[str]:
    """Of every suffix but what begins with the surname, which is found by its own sign."""
    first = 1 if 2 <= len(word) <= 4 and word[0] in hangul.SPELLINGS else 0
    sounds = [hangul.loose_of_hangul(word[start:]) for start in range(first, min(len(word), 6))]
    if len(word) > 3 or (len(word) == 3 and not first):
        sounds += [fold_plain(guess) for guess in foreign_hangul(word)[:4]]
    surname = hangul.FIRST_OF.get(word[0])  # 리 is found by 이, too
    return sounds + ([surname] if surname and surname != word[0] else [])


def _han_sounds(word: str) -> list[str]:
    starts = range(min(len(word), 6))
    sounds = [fold_plain(sound) for start in starts for sound in han.pinyin_of_han(word[start:])[:1]]
    for surname, _ in partings(word):  # 谢 is said otherwise alone than in 谢霆
        sounds += [fold_plain(reading) for reading in han.pinyin_of_han(surname)[:2]]
    sounds += [fold_plain(reading) for reading in han.pinyin_of_han(word)[1:]]
    whole = kanji.split(word)
    japanese = (*whole[0], *whole[1]) if whole else kanji.readings_of(word)
    return sounds + [fold_plain(reading) for reading in japanese]


@lru_cache(maxsize=4_096)
def query_ways(q: str) -> tuple[Way, ...]:
    """The ways to look for what was typed: somebody is found when for one way every word has one alternative that
    starts a stored token.

    Empty for less than one CJK or two other characters. At most 3 ways of 12 words of 6 alternatives. Tokens hold
    letters and digits only, so nothing in them is a wildcard to LIKE. The first way is what was typed; others are the
    sounds of Han, Hangul and Kana (not of one sign alone), or neighbours as one word.
    """
    words = words_of(q)[:_WORDS]
    if not any(CJK_START.match(word) or len(word) >= 2 for word in words):
        return ()
    words = _needed(list(dict.fromkeys(words)))
    ways = {tuple(map(_looked_for, words)): None}
    if any(CJK_START.match(word) for word in words):
        if len("".join(words)) > 1:
            ways.update(dict.fromkeys(_by_sound(words)))
    else:
        for number, (first, second) in enumerate(pairwise(words)):
            if len(words) > 1 and joinable(first, second):
                whole = [*words[:number], first + second, *words[number + 2 :]]
                ways[tuple(map(_looked_for, whole))] = None
    return tuple(ways)[:_WAYS]


def _needed(words: list[str]) -> list[str]:
    """Without what one spelling of a name has and another lacks: particles, and the patronymic of a full name."""
    particles = particles_of(words)
    kept = [word for word in words if word not in particles]
    if len(kept) < 2 or sum(len(word) for word in kept) < 4:
        return words
    if len(kept) > 2:
        without = [word for word in kept if not is_patronymic(word)]
        kept = without if len(without) > 1 else kept
    return kept


@lru_cache(maxsize=8_192)
def _looked_for(word: str) -> Alternatives:
    if CJK_START.match(word):
        return tuple(dict.fromkeys((word, han.simplified(word))))
    folded = fold_word(word)  # "zzzz" sounds like one letter, which half of all names begin with
    first = (word, folded) if len(folded) > 1 or len(word) < 2 else (word,)
    more = readings_of(word, kind_of(word), stored=False) if len(word) > 1 or word in _SHORT_SURNAMES else ()
    asian = (
        hangul.loose_keys(word, plain_of(word)) if 3 < len(word) < 13 else ()
    )  # a slip may have broken its syllables
    found = dict.fromkeys((*first, *more[:3], *asian, *more[3:]))
    return tuple(
        [token for token in found if len(token) > 1 or CJK_START.match(token) or len(word) < 2][
            :_ALTERNATIVES
        ]
    )


def _by_sound(words: list[str]) -> list[Way]:
    """The words with their signs by sound: surname and given name apart, Chinese or Korean, then Japanese."""
    found: list[list[Alternatives]] = [[], []]
    for word in words:
        kind = kind_of(word)
        if kind not in ("hangul", "han", "kana"):
            found = [[*way, _looked_for(word)] for way in found]
        else:
            ways = _sounds(word, kind, alone=len(words) == 1)
            found = [[*way, *ways[min(number, len(ways) - 1)]] for number, way in enumerate(found)]
    return [tuple(way[:_WORDS]) for way in found]


def _sounds(word: str, kind: str, *, alone: bool) -> list[list[Alternatives]]:
    """One or two ways to say a run of signs, each a list of words."""
    if kind == "hangul":
        parts = partings(word) if alone or len(word) > 2 else ()
        korean = [[_surname(surname), _given(rest)] for surname, rest in parts]
        return [*korean, [_given(word)]] if korean and not alone else korean or [[_given(word)]]
    if kind == "kana":
        return [[tuple(map(fold_plain, kanji.readings_of(word))) or (word,)]]
    parts = partings(word) if alone else ()
    chinese = [[_pinyin(surname), _pinyin(rest)] for surname, rest in parts] or [[_pinyin(word)]]
    whole = kanji.split(word) if alone else None
    if whole:
        return [chinese[0], [tuple(map(fold_plain, part)) for part in whole]]
    japanese = kanji.readings_of(word)
    return [chinese[0], [tuple(map(fold_plain, japanese))]] if japanese else chinese


def _surname(sign: str) -> Alternatives:
    return tuple(dict.fromkeys((hangul.FIRST_OF.get(sign, sign), sign)))


def _given(word: str) -> Alternatives:
    signs = hangul.surnames_of(word)
    roman = hangul.roman(word)
    foreign = list(map(fold_plain, foreign_hangul(word)))
    last = [fold_plain(roman), *foreign] if len(word) < 3 else foreign
    found = dict.fromkeys((*signs, hangul.loose_of_hangul(word), *last))
    return tuple(found)[:_ALTERNATIVES]


def _pinyin(run: str) -> Alternatives:
    return tuple(dict.fromkeys(map(fold_plain, han.pinyin_of_han(run))))[:_ALTERNATIVES]


def query_tokens(query: str, romanised: bool = False) -> list[str]:
    """The likeliest token of every word of a query; see `query_ways`, which finds more.

    With `romanised`, Han, Hangul and Kana are looked for by their sound."""
    ways = query_ways(query)
    if not ways:
        return []
    way = ways[1] if romanised and len(ways) > 1 and CJK_START.search(query) else ways[0]
    return list(dict.fromkeys(map(_likeliest, way)))


def _likeliest(word: Alternatives) -> str:
    """A Korean surname by its sign, which all its spellings have in common; else the fold, if it is one."""
    signs = hangul.surnames_of(word[0])
    if signs and signs[0] in word and not han.pinyin_of_latin(word[0]):
        return signs[0]
    folded = fold_word(word[0])
    return folded if folded in word else word[0]
