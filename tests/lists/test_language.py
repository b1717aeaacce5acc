"""The filter's language: what is read is written the same, what cannot be read is said, nothing hostile costs much."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.lists.errors import FilterUnclear
from service.lists.language import ANY, EVERYBODY, NONE, And, Not, Or, Part, Term, read, terms, write

values = st.one_of(
    st.sampled_from(
        [NONE, ANY, "none", "a b", 'say "hi"', "back\\slash", "or", "-x", "김,민", "(x)", "Қазақстан"]
    ),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12),
)
plain_terms = st.builds(
    Term,
    st.sampled_from(["state", "answer.visa", "latin-name"]),
    st.sampled_from([":", "~", "<=", ">"]),
    st.lists(values, min_size=1, max_size=3, unique=True).map(tuple),
)
TREES: st.SearchStrategy[Part] = st.recursive(
    plain_terms,
    lambda inner: st.one_of(
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)), inner.map(Not),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", EVERYBODY),
        ("state:approved badge:none -country:KZ", And((
            Term("state", ":", ("approved",)), Term("badge", ":", (NONE,)), Not(Term("country", ":", ("KZ",))),
        ))),
        ('tag:"VIP guest",press or registered>=2026-11-01', Or((
            Term("tag", ":", ("VIP guest", "press")), Term("registered", ">=", ("2026-11-01",)),
        ))),
        ("-(state:held or name~ким) watched:yes", And((
            Not(Or((Term("state", ":", ("held",)), Term("name", "~", ("ким",))))), Term("watched", ":", ("yes",)),
        ))),
        ('reason:"none"', Term("reason", ":", ("none",))),
        ("  State:approved   ", Term("state", ":", ("approved",))),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(text: str, tree: Part) -> None:
    assert read(text) == tree


@given(TREES)
@example(Term("registered", ">", ("=0", "=")))
def test_what_is_written_reads_the_same(tree: Part) -> None:
    once = read(write(tree))

    assert read(write(once)) == once
    assert list(terms(once)) == list(terms(tree))


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("approved", "approved"), ("state:", "state:"), ("(state:held", "(state:held"), ("state:held)", ")"),
        ("or state:held", "or"), ("state:held or", "or"), ("()", "()"), ("state:held ; x", "; x"),
        ('name:"open', 'name:"open'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(text: str, near: str) -> None:
    with pytest.raises(FilterUnclear) as error:
        read(text)

    assert error.value.data["near"] == near


@pytest.mark.parametrize(
    "text", ["(" * 1500, "a:b " * 400, "-" * 1999, "a:" + '"' * 1500, "x" * 100_000, "((a:b)" * 300]
)
def test_hostile_texts_are_refused(text: str) -> None:
    with pytest.raises(FilterUnclear):
        read(text)


@given(st.text(max_size=200))
def test_nothing_else_comes_of_any_text(text: str) -> None:
    try:
        read(text)
    except FilterUnclear:
        return
