"""A text takes the largest size at which its words stay whole."""

from hypothesis import given
from hypothesis import strategies as st

from service.badges.fitting import LINE_HEIGHT, fit, pieces_of

SIZES = (40, 30, 20, 10)


def test_pieces_end_at_blanks_and_after_hyphens_and_a_cjk_name_is_one_piece() -> None:
    assert pieces_of("Anna-Maria von Berg") == [
        ("Anna-", False),
        ("Maria", False),
        ("von", True),
        ("Berg", True),
    ]
    assert pieces_of("최민수 李明") == [("최민수", False), ("李明", True)]
    assert pieces_of("中国国际贸易促进") == [(letter, False) for letter in "中国国际贸易促进"]


def test_a_short_text_is_one_line_in_the_wished_size() -> None:
    assert fit("李明", SIZES, 200, 100) == (40, [("李明", False)], 40 * LINE_HEIGHT)


def test_a_long_word_shrinks_the_text_instead_of_being_broken() -> None:
    size, pieces, _ = fit("Шымкент Нұрсұлтанқызыбаева", SIZES, 250, 100)
    assert (size, [piece for piece, _ in pieces]) == (20, ["Шымкент", "Нұрсұлтанқызыбаева"])


def test_what_fits_in_no_size_is_broken_and_ends_with_an_ellipsis() -> None:
    size, pieces, height = fit("Ж" * 300, SIZES, 100, 50)
    assert (size, pieces[-1], len(pieces) < 300, height <= 50) == (10, ("…", False), True, True)


@given(st.text(min_size=1, max_size=300).filter(str.strip), st.integers(30, 300), st.integers(15, 100))
def test_whatever_the_text_it_stays_within_its_height(text: str, width: int, height: int) -> None:
    fitted = fit(" ".join(text.split()), SIZES, width, height)
    assert (fitted.height <= height, fitted.size in SIZES) == (True, True)
