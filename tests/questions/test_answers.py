"""One answer of each kind: what is taken, in which form, and what is said of what is not."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.questions.answers import (
    NO_ANSWER,
    NO_CONSENT,
    NO_SUCH_QUESTION,
    NOT_SHOWN,
    check_answers,
    chosen_places,
)
from service.questions.facts import Choice, Condition, QuestionFacts
from service.questions.models import KINDS

ID = UUID("01990000-0000-7000-8000-000000000001")


def question(key: str = "it", kind: str = "short_text", **more: Any) -> QuestionFacts:
    known: dict[str, Any] = {
        "id": ID, "key": key, "kind": kind, "label": {"en": key}, "help": {}, "choices": (), "required": False,
        "categories": None, "condition": None, "personal": False, "retention_days": None, "at_door": False,
        "asks_again": False, "minimum": None, "maximum": None,
    }  # fmt: skip
    return QuestionFacts(**{**known, **more})


TOPICS = (Choice(key="green", label={"en": "Green"}), Choice(key="air", label={"en": "Air"}, places=2))


@pytest.mark.parametrize(
    ("kind", "given_", "stored"),
    [
        ("short_text", "  KC 123\t\n ", "KC 123"), ("short_text", "", None), ("short_text", "   ", None),
        ("long_text", "one  \r\n\r\ntwo\x07 ", "one\n\ntwo"), ("number", "12", 12), ("number", "2,5", 2.5),
        ("number", "1 000", 1000), ("number", 3, 3), ("number", "-0.5", -0.5), ("yes_no", "yes", True),
        ("yes_no", "no", False), ("yes_no", False, False), ("yes_no", "", None), ("one_of", "air", "air"),
        ("many_of", ["air", "green"], ["green", "air"]), ("many_of", "air", ["air"]), ("many_of", [], None),
        ("date", "2025-09-13", "2025-09-13"), ("country", "KZ", "KZ"), ("phone", "701 123 45 67", "+77011234567"),
        ("email", "Ann@Lab.Example", "ann@lab.example"), ("link", "lab.example/a", "https://lab.example/a"),
        ("file", str(ID), str(ID)), ("photo", str(ID), str(ID)), ("consent", "yes", True),
    ],
)  # fmt: skip
def test_what_is_taken_and_how_it_is_stored(kind: str, given_: Any, stored: Any) -> None:
    asked = question(kind=kind, choices=TOPICS if kind in ("one_of", "many_of") else ())

    answers, errors = check_answers([asked], {"it": given_}, "business", country="KZ", files=[str(ID)])

    assert (answers, errors) == ({} if stored is None else {"it": stored}, {})


@pytest.mark.parametrize(
    ("kind", "given_", "said"),
    [
        ("short_text", "x" * 201, "200 characters"), ("short_text", ["x"], "as text"),
        ("long_text", "x" * 2001, "2,000 characters"), ("number", "many", "for example 12"), ("number", "NaN", "12"),
        ("number", "1e400", "12"), ("number", True, "12"), ("yes_no", "perhaps", "yes or no"),
        ("one_of", "sea", NOT_SHOWN), ("one_of", ["air"], NOT_SHOWN), ("many_of", ["air", "sea"], NOT_SHOWN),
        ("many_of", {"air": 1}, NOT_SHOWN), ("date", "13.09.2025", "2025-09-13"), ("date", "0001-01-01", "2025-09-13"),
        ("country", "ZZ", "from the list"), ("phone", "12", "country code"), ("email", "nobody", "e-mail address"),
        ("link", "javascript:alert(1)", "https://"), ("link", "https://me@lab.example", "https://"),
        ("link", "http://[", "https://"), ("file", "someone else's", "again"), ("photo", ID.hex, "again"),
    ],
)  # fmt: skip
def test_what_is_refused_and_what_is_said(kind: str, given_: Any, said: str) -> None:
    asked = question(kind=kind, choices=TOPICS if kind in ("one_of", "many_of") else ())

    answers, errors = check_answers([asked], {"it": given_}, "business", files=[str(ID)])

    assert answers == {}
    assert said in errors["q_it"]


@given(
    kind=st.sampled_from(KINDS),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_nothing_that_can_be_sent_breaks_it(kind: str, value: Any) -> None:
    asked = question(kind=kind, choices=TOPICS if kind in ("one_of", "many_of") else ())

    answers, errors = check_answers([asked], {"it": value}, "business")

    assert not (answers and errors)


def test_limits_of_a_number() -> None:
    asked = question(kind="number", minimum=1.0, maximum=5.0)

    taken = [
        check_answers([asked], {"it": text}, "business")[0].get("it") for text in ("0", "1", "5", "5.01")
    ]

    assert taken == [None, 1, 5, None]


def test_who_is_asked_depends_on_category_and_on_earlier_answers() -> None:
    visa = question("visa", "yes_no", categories=("business",))
    passport = question("passport", "country", required=True, condition=Condition("visa", "is", "yes"))

    def answer(category: str, **given_: Any) -> tuple[dict[str, Any], dict[str, str]]:
        return check_answers([visa, passport], given_, category)

    assert answer("business", visa="yes") == ({"visa": True}, {"q_passport": NO_ANSWER})
    assert answer("business", visa="yes", passport="KR") == ({"visa": True, "passport": "KR"}, {})
    assert answer("business", visa="no", passport="KR") == ({"visa": False}, {})
    # press is not asked about a visa, so it is not asked for the passport either, whatever is sent
    assert answer("press", visa="yes", passport="KR") == ({}, {})
    assert answer("business", nonsense="x") == ({}, {"answers": NO_SUCH_QUESTION})


@pytest.mark.parametrize(
    ("test", "value", "answered", "asked"),
    [
        ("is", "yes", {"of": True}, True), ("is", "yes", {}, False), ("is_not", "yes", {}, True),
        ("is_not", "yes", {"of": True}, False), ("contains", "air", {"of": ["air", "green"]}, True),
        ("contains", "lin", {"of": "Berlin"}, True), ("contains", "lin", {}, False), ("is", "5", {"of": 5}, True),
    ],
)  # fmt: skip
def test_conditions(test: str, value: str, answered: dict[str, Any], asked: bool) -> None:
    from service.questions.answers import passes

    assert passes(Condition("of", test, value), answered.get("of")) is asked


def test_what_must_be_answered_unless_the_team_types() -> None:
    questions = [question("must", required=True), question("agree", "consent")]

    assert check_answers(questions, {}, "business")[1] == {"q_must": NO_ANSWER, "q_agree": NO_CONSENT}
    assert check_answers(questions, {}, "business", by_team=True) == ({}, {})


def test_only_answers_with_places_have_counters() -> None:
    asked = question(kind="many_of", choices=TOPICS)

    assert chosen_places([asked], {"it": ["green"]}) == {}
    assert list(chosen_places([asked], {"it": ["green", "air"]}).values()) == ["q_it"]
