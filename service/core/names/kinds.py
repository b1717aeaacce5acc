"""What a cleaned word is: its script by its first letters, and whether it is a father's name."""

import re
from functools import lru_cache

_KINDS = [
    ("hangul", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")),
    ("han", re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")),
    ("kana", re.compile("[\u3041-\u30ff]")),
    ("cyrillic", re.compile("[\u0400-\u052f]")),
    ("arabic", re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")),
    ("latin", re.compile("[a-z0-9\u00c0-\u024f\u0250-\u02af\u1e00-\u1eff]")),
]
_PATRONYMIC = re.compile(
    "(?:[оеё]вич|[оеё]вна|ична|[иь]ич|ұлы|қызы|улы|кызы|[oe]vich|[oye]vna|ichna|ovych|ivna|uly|kyzy|qyzy|ūly|o[wv]itsch|e[wv]itsch"
    "|o[vw]i[čc]z?|e[vw]i[čc]z?|івна|ович|йович)$"
)


@lru_cache(maxsize=8_192)
def kind_of(word: str) -> str:
    """hangul, han, kana, cyrillic, arabic, latin or other; one with both Han and Kana is han."""
    if word.isascii():
        return "latin"
    return next((kind for kind, letters in _KINDS if letters.search(word)), "other")


@lru_cache(maxsize=8_192)
def is_patronymic(word: str) -> bool:
    """Whether it ends as fathers' names do in Russian, Ukrainian, Kazakh: some surnames do, too."""
    return len(word) > 5 and _PATRONYMIC.search(word) is not None
