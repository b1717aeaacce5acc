"""A badge says what it was given, in five scripts, however long or hostile, and its code can be scanned."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import ContentStream

from service.badges.badge import Badge
from service.badges.render import names_to_show, render, render_sheet, text_colour

QR = zxingcpp.BarcodeFormat.QRCode  # a dense code by itself is now and then also read as a bar code

TICKET = "HTTPS://FORUM.EXAMPLE:8443/T/" + "A2C7" * 32 + "QM"
AIGERIM = Badge(
    native_name="Әйгерім Нұрланқызы Қасымова",
    latin_name="Aigerim Kassymova",
    position="Chief specialist of investment policy",
    affiliation="Ministry of Industry and Construction",
    country="Kazakhstan",
    category="Government",
    colour="#1668b8",
    ticket=TICKET,
    code="K7M39XW4",
    event_name="International Business Forum AI-4room",
    event_line="Sat 13 September 2025 · Almaty",
)
IN_FIVE_SCRIPTS = [
    AIGERIM,
    replace(
        AIGERIM, native_name="ӘҒҚҢӨҰҮҺІ әғқңөұүһі", affiliation="Ұлттық өңір даму қоры", country="Қазақстан"
    ),
    replace(
        AIGERIM, native_name="Цой Юрий Андреевич", latin_name="Tskhay Yuriy", position="Председатель совета"
    ),
    replace(
        AIGERIM, native_name="최민수", latin_name="Choi Min-su", affiliation="한국도로공사", language="KR"
    ),
    replace(
        AIGERIM, native_name="李明", latin_name="Li Ming", affiliation="中国国际贸易促进委员会", language="CN"
    ),
    replace(
        AIGERIM, native_name="田中 さくら", latin_name="Tanaka Sakura", position="ディレクター", language="JP"
    ),
    replace(
        AIGERIM, native_name="Zoë Nguyễn-Łukasz", latin_name="Zoe Nguyen-Lukasz", affiliation="Đại học Őrség"
    ),
]
HYPHEN_AT_LINE_END = "\ufffe"  # so pdfium tells it
HOSTILE = [
    '#import "x" $x$ *bold* <a> \\ `raw` @ref // c',
    "#pagebreak() #sys.inputs [content] {code} = Heading",
    "first\nsecond\r\n\tthird\x00\x1b[31m",
    "\u202eevil\u202c \u200bzero\ufeff width\u00ad",
    "</svg><script>alert(1)</script> &amp; \"quoted\" 'single' ~ -- ---",
    "a" + "\u0301" * 500,
    "👩‍👩‍👧 family 🏳️‍🌈",
]


def pages(pdf: bytes) -> list[str]:
    """The text of each page, blanks and line ends made single blanks."""
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def expected(badge: Badge) -> list[str]:
    """What is to be read on the page, in the order of drawing."""
    name, second = names_to_show(badge.native_name, badge.latin_name)
    return [
        badge.event_name, badge.event_line, name, second, badge.affiliation, badge.position, badge.category,
        f"{badge.code[:4]} {badge.code[4:]}", badge.country,
    ]  # fmt: skip


def letters(*texts: str) -> str:
    """Letters alone: where a line ends, a PDF need not hold the blank."""
    return re.sub(r"\s", "", "".join(texts)).replace(HYPHEN_AT_LINE_END, "-")


def missing_glyphs(pdf: bytes) -> int:
    """How often glyph 0, the empty box, is shown; fonts are embedded with two-byte glyph numbers."""
    count = 0
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    for page in reader.pages:
        for operands, operator in ContentStream(page["/Contents"], reader, "bytes").operations:
            shown = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else []
            codes = b"".join(text for text in shown if isinstance(text, bytes))
            count += sum(codes[at : at + 2] == b"\x00\x00" for at in range(0, len(codes), 2))
    return count


def test_the_text_on_the_badge_equals_the_data_in_five_scripts() -> None:
    pdf = render(IN_FIVE_SCRIPTS)
    assert [letters(page) for page in pages(pdf)] == [letters(*expected(badge)) for badge in IN_FIVE_SCRIPTS]
    assert missing_glyphs(pdf) == 0


def test_an_empty_box_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.badges.render._UNDRAWABLE", re.compile("\0"))
    assert missing_glyphs(render([replace(AIGERIM, native_name="გიორგი", latin_name="")])) == 6


def test_a_badge_is_one_a6_page() -> None:
    document = pypdfium2.PdfDocument(render([AIGERIM, AIGERIM]))
    assert [[round(side / 72 * 25.4) for side in page.get_size()] for page in document] == [[105, 148]] * 2


def test_the_code_is_scanned_from_the_drawn_page() -> None:
    document = pypdfium2.PdfDocument(render(IN_FIVE_SCRIPTS))
    images = [page.render(scale=2).to_pil() for page in document]
    assert [[code.text for code in zxingcpp.read_barcodes(image, formats=QR)] for image in images] == [
        [TICKET]
    ] * len(images)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text: str) -> None:
    hostile = replace(
        AIGERIM, native_name=text, latin_name=text[::-1], affiliation=text, position=text, event_name=text
    )
    pdf = render([hostile, AIGERIM])
    assert len(pages(pdf)) == 2
    assert letters(pages(pdf)[1]) == letters(*expected(AIGERIM))
    assert missing_glyphs(pdf) == 0


def test_markup_is_printed_as_it_was_written() -> None:
    name = HOSTILE[0]
    assert letters(name) in letters(pages(render([replace(AIGERIM, native_name=name)]))[0])


@pytest.mark.parametrize("word", ["Wörter " * 40, "W" * 200, "Ы" * 200, "최" * 200, "李" * 200, "ab-" * 70])
def test_the_longest_texts_stay_inside_their_rooms(word: str) -> None:
    names = {"native_name": word, "latin_name": word, "event_name": word, "event_line": word}
    full = replace(AIGERIM, **names, affiliation=word, position=word, country=word, category=word)
    document = pypdfium2.PdfDocument(render([full]))
    page = document[0]
    text = page.get_textpage()
    boxes = [
        text.get_charbox(index)
        for index in range(text.count_chars())
        if text.get_text_range(index, 1).strip()
    ]
    heights = [box[1] / 72 * 25.4 for box in boxes]
    # Below the person stands the band, 47 to 60 mm from the bottom; letters lie in it, above it or under it.
    assert [height for height in heights if 59.2 < height < 60.5 or 46 < height < 47] == []
    margin, width = 9 / 25.4 * 72, page.get_size()[0]
    assert [box for box in boxes if box[0] < margin - 1 or box[2] > width - margin + 1] == []
    assert [code.text for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil(), formats=QR)] == [
        TICKET
    ]


def test_words_of_a_name_stay_whole_and_the_name_shrinks_instead() -> None:
    name = "Hohenlohe-Schillingsfürst Нұрсұлтанқызыбаевская"
    lines = (
        pypdfium2.PdfDocument(render([replace(AIGERIM, native_name=name)]))[0].get_textpage().get_text_range()
    )
    shown = lines.split("\r\n")
    assert [word in shown or any(word in line for line in shown) for word in re.split("[- ]", name)] == [
        True
    ] * 3


@pytest.mark.parametrize(
    ("native", "latin", "shown"),
    [
        ("Әсем Қали", "Assem Kali", ("Әсем Қали", "Assem Kali")),
        ("", "Assem Kali", ("Assem Kali", "")),
        ("Assem Kali", "", ("Assem Kali", "")),
        ("Assem Kali", "ASSEM KALI", ("Assem Kali", "")),
        ("Jürgen Groß", "Juergen Gross", ("Jürgen Groß", "")),
        ("محمد بن راشد", "Mohammed bin Rashid", ("Mohammed bin Rashid", "")),
        ("გიორგი", "", ("giorgi", "")),
    ],
)
def test_the_native_name_comes_first_and_no_name_comes_twice(
    native: str, latin: str, shown: tuple[str, str]
) -> None:
    assert names_to_show(native, latin) == shown


@pytest.mark.parametrize(
    "colour", ["#000000", "#ffffff", "#1668b8", "#eab308", "#15803d", "#c2410c", "#757575"]
)
def test_the_category_is_readable_on_its_colour(colour: str) -> None:
    def luminance(hex_colour: str) -> float:
        channels = [int(hex_colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted([luminance(colour), luminance(text_colour(colour))])
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_four_badges_share_a_sheet() -> None:
    pdf = render_sheet(IN_FIVE_SCRIPTS)
    document = pypdfium2.PdfDocument(pdf)
    assert [[round(side / 72 * 25.4) for side in page.get_size()] for page in document] == [[210, 297]] * 2
    scanned = [len(zxingcpp.read_barcodes(page.render(scale=2).to_pil(), formats=QR)) for page in document]
    assert scanned == [4, 3]
    assert missing_glyphs(pdf) == 0


def test_threads_draw_their_own_badges() -> None:
    people = [replace(AIGERIM, native_name=f"Guest {number}", latin_name="") for number in range(12)]
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda person: pages(render([person]))[0], people))
    assert [person.native_name in page for person, page in zip(people, drawn, strict=True)] == [True] * 12


def test_nobody_is_no_badge() -> None:
    with pytest.raises(ValueError, match="no badge"):
        render([])


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_drawn_without_an_empty_box(native: str, other: str) -> None:
    assert (
        missing_glyphs(render([replace(AIGERIM, native_name=native, latin_name=other, affiliation=other)]))
        == 0
    )
