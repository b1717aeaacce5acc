"""Lists of people as offices keep them: every delimiter, every heading, and what is wrong is named by line."""

from uuid import uuid4

import pytest

from service.core.errors import Invalid
from service.events.queries import CategoryView
from service.invitations.errors import LinesWrong, NobodyToInvite
from service.invitations.schemas import Guest, read_guests

CATEGORIES = [
    CategoryView(
        id=uuid4(), key=key, name=name, approval="desk", visibility="public", colour=1, capacity=None, taken=0,
        waiting=0,
    )
    for key, name in (("business", {"en": "Business", "ko": "기업"}), ("press", {"en": "Press", "ru": "Пресса"}))
]  # fmt: skip


def read(text: str, language: str = "en", category: str = "business") -> list[Guest]:
    return read_guests(text, CATEGORIES, language=language, category=category)


def guest(name: str, email: str, language: str = "en", category: str = "business") -> Guest:
    return Guest(name=name, email=email, language=language, category=category)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_any_line_ending(mark: str, ending: str) -> None:
    lines = [
        ("최민수", "choi@seoul.example", "한국어", "기업"),
        ("Иван", "Ivan@Moscow.example", "ru", "пресса"),
    ]
    text = "\ufeff" + ending.join(mark.join(line) for line in lines) + ending

    assert read(text) == [
        guest("최민수", "choi@seoul.example", "ko", "business"),
        guest("Иван", "ivan@moscow.example", "ru", "press"),
    ]


def test_headings_name_the_columns_in_any_order() -> None:
    text = 'E-mail;Организация;ФИО\nassel@steppe.example;"Steppe; Ventures";Әсел\n\n'

    assert read(text, "kk") == [
        Guest(
            name="Әсел", email="assel@steppe.example", language="kk", category="business",
            organisation="Steppe; Ventures",
        )
    ]  # fmt: skip


def test_addresses_as_mail_programs_copy_them() -> None:
    assert read('"Li Ming" <li@beijing.example>\nAssel <assel@steppe.example>') == [
        guest("Li Ming", "li@beijing.example"),
        guest("Assel", "assel@steppe.example"),
    ]


def test_every_wrong_line_is_named_and_nobody_is_taken() -> None:
    with pytest.raises(LinesWrong) as refused:
        read(
            "Good, good@x.example\n, nobody@x.example\n\nBad, not an address\n"
            "A, a@x.example, xx\nB, b@x.example, en, king"
        )

    assert refused.value.errors == {
        "2": "The name is missing.",
        "4": "The e-mail address is missing or cannot be right.",
        "5": "The language is not one of: en, kk, ru, ko.",
        "6": "There is no such category at this event.",
    }


def test_a_quotation_mark_that_never_closes_is_named() -> None:
    with pytest.raises(LinesWrong) as refused:
        read('Good, good@x.example\n"Bad, bad@x.example\n' + "x" * 200_000)

    assert refused.value.errors == {"2": "A quotation mark opens here and is never closed."}


def test_defaults_that_do_not_exist_are_refused_beside_their_field() -> None:
    for field, value in (("category", "king"), ("category", ""), ("language", "xx")):
        with pytest.raises(Invalid) as refused:
            read("Assel, assel@steppe.example", **{field: value})
        assert list(refused.value.errors) == [field]
    assert read("Assel, assel@steppe.example, kk, press", category="") == [
        guest("Assel", "assel@steppe.example", "kk", "press")
    ]


def test_an_empty_list_says_so() -> None:
    with pytest.raises(NobodyToInvite):
        read("name,email\n\n")
