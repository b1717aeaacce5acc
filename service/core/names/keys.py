"""Keys that the usual spellings of one full name share: doubles are found by their equality."""

from functools import lru_cache
from itertools import product

from service.core.names import arabic, han, hangul, kanji, latin
from service.core.names.clean import words_of
from service.core.names.folding import fold_plain, fold_word, plain_of
from service.core.names.kinds import is_patronymic, kind_of
from service.core.names.particles import particles_of
from service.core.names.parting import partings
from service.core.names.readings import asian

_WORDS = 8


def name_key(name: str) -> str:
    """The same for all usual spellings and orders of a full name, for finding doubles; "" for none."""
    return " ".join(sorted(map(_key_of, _key_words(name))))


def name_keys(name: str) -> frozenset[str]:
    """All keys under which another spelling of the name may stand; two of one name have one in common."""
    choices = [tuple(dict.fromkeys((_key_of(word), *_other_keys(word))))[:4] for word in _key_words(name)]
    keys = {" ".join(sorted(chosen)) for chosen, _ in zip(product(*choices), range(64), strict=False)}
    return frozenset(keys - {""})


def _key_words(name: str) -> tuple[str, ...]:
    """The words that the key is made of: without particles and, of three, the patronymic; signs parted."""
    words = words_of(name)[:_WORDS]
    kept = [word for word in words if word not in particles_of(words)] or words
    if len(kept) > 2:
        kept = (
            [word for word in kept if not is_patronymic(word)] if sum(map(is_patronymic, kept)) == 1 else kept
        )
    parted = (
        partings("".join(kept)) if kept and all(kind_of(word) in ("hangul", "han") for word in kept) else ()
    )
    return parted[0] if parted else tuple(kept)


@lru_cache(maxsize=8_192)
def _key_of(word: str) -> str:
    name = arabic.known(word)
    if name:
        return fold_plain(name)
    if kind_of(word) == "han":
        return next(map(fold_plain, han.pinyin_of_han(word)), word)
    return fold_word(word)


@lru_cache(maxsize=8_192)
def _other_keys(word: str) -> tuple[str, ...]:
    if kind_of(word) == "han":
        return tuple(map(fold_plain, (*han.pinyin_of_han(word)[1:], *kanji.readings_of(word))))
    if kind_of(word) == "hangul":
        return (hangul.FIRST_OF.get(word, word), hangul.loose_of_hangul(word)) if len(word) < 4 else ()
    if kind_of(word) == "kana":
        return tuple(map(fold_plain, kanji.readings_of(word)))
    if kind_of(word) == "latin":
        return (
            *asian(plain_of(word))[:2],
            *(fold_plain(spelling) for spelling in latin.respellings(word)[1:3]),
        )
    return asian(word)[:2]
