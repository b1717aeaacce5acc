"""Charts: what is empty, single, hostile or huge is drawn as calmly as the rest; heroes are the same each time."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from service.web.charts import Bar, area, bars, columns
from service.web.hero import DRAWINGS, hero

HOSTILE = '<script>alert("1")</script>'


def texts(picture: Markup) -> list[str]:
    """All that is written in the picture, in order; that it parses proves it well formed."""
    return [node.text or "" for node in ElementTree.fromstring(picture).iter("text")]


def widths(picture: Markup, kind: str) -> list[str]:
    shapes = ElementTree.fromstring(picture).iter("rect")
    return [shape.attrib["width"] for shape in shapes if shape.attrib["class"].split()[0] == kind]


def test_bars_are_in_proportion_and_say_their_numbers() -> None:
    picture = bars(
        [Bar("Business", 50, 1, 100), Bar("Press", 25, 2), Bar("Nobody", 0, 3, 40)], title="Guests"
    )
    assert texts(picture) == ["Business", "50 / 100", "Press", "25", "Nobody", "0 / 40"]
    assert widths(picture, "shape") == ["50.00%", "25.00%"]
    assert widths(picture, "track") == ["100.00%", "40.00%"]


def test_more_than_there_are_places_stays_inside_the_picture() -> None:
    assert widths(bars([Bar("Over", 120, 1, 100)], title="Guests"), "shape") == ["100.00%"]


def test_one_or_two_count_however_many_the_others_are() -> None:
    assert widths(bars([Bar("All", 1_000_000), Bar("One", 1)], title="Guests"), "shape") == [
        "100.00%",
        "0.80%",
    ]


def test_names_are_escaped_and_long_ones_shortened_with_the_whole_behind() -> None:
    long = "Қазақстан Республикасының Өнеркәсіп және құрылыс министрлігі"
    picture = bars([Bar(HOSTILE, 1), Bar(long, 1)], title=HOSTILE)
    assert "<script" not in picture
    label = ElementTree.fromstring(picture).findall("text")[2]
    assert (label.text, [node.text for node in label]) == (
        "Қазақстан Республикасының Өнеркәсіп және құ…",
        [long],
    )


def test_a_picture_with_links_is_not_one_image_to_a_screen_reader() -> None:
    linked = ElementTree.fromstring(bars([Bar("Press", 1, href="/list?category=press&x=1")], title="Guests"))
    assert linked.attrib["role"] == "group"
    assert linked[0].attrib["href"] == "/list?category=press&x=1"
    assert ElementTree.fromstring(bars([Bar("Press", 1)], title="Guests")).attrib["role"] == "img"


def test_columns_say_the_highest_once_and_at_most_four_labels() -> None:
    quarters = [
        (f"{hour:02}:{minute:02}", 12 if hour == 9 else 3)
        for hour in (9, 10, 11)
        for minute in (0, 15, 30, 45)
    ]
    assert texts(columns(quarters, title="Arrivals")) == ["12", "09:00", "09:45", "10:30", "11:15"]


@pytest.mark.parametrize("draw", [columns, area])
def test_nothing_one_and_huge(draw: Callable[..., Markup]) -> None:
    assert texts(draw([], title="Empty")) == []
    assert texts(draw([("09:00", 0)], title="Zero")) == ["09:00"]
    assert texts(draw([("09:00", 1_204_500)], title="Huge")) == ["1\u202f204\u202f500", "09:00"]


def test_an_area_ends_where_the_last_day_stands() -> None:
    line = next(
        ElementTree.fromstring(area([("1", 0), ("2", 5), ("3", 10)], title="Growth")).iter("polyline")
    )
    assert line.attrib["points"] == "0.0,176.0 500.0,99.0 1000.0,22.0"


@pytest.mark.parametrize("kind", [*DRAWINGS, "other", HOSTILE])
def test_a_hero_is_the_same_for_the_same_event_and_another_for_another(kind: str) -> None:
    first, again, other = hero(kind, "ai-4room", 1), hero(kind, "ai-4room", 1), hero(kind, "k-park", 1)
    assert first == again != other
    ElementTree.fromstring(first)
    assert HOSTILE not in first
    assert "style=" not in first
