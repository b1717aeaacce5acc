"""Names in any script: the search fold, the stored search text, what is one name, sort keys, scripts and languages.

A name is never split into first and last here; it is only made findable. One human name has many spellings
(Цой, Tsoy, Choi, 최): the stored text of a person holds every word as written, its fold and a few readings more, a
query is read in all ways its letters allow, and the two meet in one of them.
"""

from service.core.names.clean import CJK_START
from service.core.names.folding import fold
from service.core.names.keys import name_key, name_keys
from service.core.names.same import is_similar, same_name
from service.core.names.scripts import lang_of_name, script_of
from service.core.names.search import Way, query_tokens, query_ways, search_text
from service.core.names.sorting import sort_key

__all__ = [
    "CJK_START", "Way", "fold", "is_similar", "lang_of_name", "name_key", "name_keys", "query_tokens", "query_ways",
    "same_name", "script_of", "search_text", "sort_key",
]  # fmt: skip
