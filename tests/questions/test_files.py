"""Files and portraits: known by content, made anew, given to nobody for an address alone."""

import io
import zipfile

import pytest
from PIL import Image

from service.questions.errors import FileRefused
from service.questions.facts import Crop
from service.questions.pictures import NOT_A_PICTURE, TOO_MANY_PIXELS, portrait
from service.questions.sniff import clean_name, disposition, media_type_of


def picture(width: int = 600, height: int = 400, kind: str = "JPEG", **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, kind, **more)
    return made.getvalue()


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "known"),
    [
        (b"%PDF-1.7 ...", "application/pdf"), (picture(), "image/jpeg"), (picture(kind="PNG"), "image/png"),
        (picture(kind="WEBP"), "image/webp"),
        (archive("[Content_Types].xml", "word/document.xml"), "docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), None),
        (archive("evil.exe"), None), (b"MZ\x90", None), (b"<html><script>", None), (b"<svg onload=", None),
        (b"PK\x03\x04broken", None), (b"", None), (b"RIFF0000WAVE", None),
    ],
)  # fmt: skip
def test_a_file_is_what_is_in_it(data: bytes, known: str | None) -> None:
    found = media_type_of(data)

    assert found == known or (known in ("docx", "xlsx") and found is not None and "openxmlformats" in found)


async def test_a_portrait_is_drawn_anew_without_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Secret garden"
    exif.get_ifd(0x8825)[1] = "N"

    drawn = await portrait(picture(1600, 900, exif=exif), Crop())

    for data in (drawn.cut, drawn.whole):
        assert b"Secret garden" not in data
        with Image.open(io.BytesIO(data)) as again:
            assert not dict(again.getexif())
            assert again.format == "JPEG"
    with Image.open(io.BytesIO(drawn.cut)) as cut:
        assert cut.width * 4 == cut.height * 3


async def test_a_picture_on_its_side_stands_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter

    drawn = await portrait(picture(800, 400, exif=exif), Crop())

    with Image.open(io.BytesIO(drawn.whole)) as whole:
        assert (whole.width, whole.height) == (400, 800)


async def test_the_part_that_was_chosen_is_cut_out() -> None:
    made = io.BytesIO()
    wide = Image.new("RGB", (900, 300), "white")
    wide.paste("black", (0, 0, 300, 300))
    wide.save(made, "PNG")

    left, right = (
        await portrait(made.getvalue(), Crop(x=0.0, zoom=1.5)),
        await portrait(made.getvalue(), Crop(x=1.0, zoom=1.5)),
    )

    def middle(data: bytes) -> int:
        with Image.open(io.BytesIO(data)) as cut:
            return cut.convert("L").getpixel((cut.width // 2, cut.height // 2))  # type: ignore[return-value]

    assert middle(left.cut) < 30
    assert middle(right.cut) > 225


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not a picture", NOT_A_PICTURE), (picture()[:200], NOT_A_PICTURE), (b"GIF89a" + b"\0" * 50, NOT_A_PICTURE),
        (picture(10_000, 6_000, "PNG"), TOO_MANY_PIXELS),
    ],
    ids=["text", "cut off", "GIF", "60 megapixels"],
)  # fmt: skip
async def test_what_is_no_portrait_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        await portrait(data, Crop())

    assert refused.value.errors == {"": said}


def test_names_of_files_are_hostile() -> None:
    assert clean_name('..\\..\\<b>"pass\u202eport.exe', "application/pdf") == "bpassport.pdf"
    assert clean_name("/etc/passwd", "image/png") == "passwd.png"
    assert clean_name("\n", "image/png") == "file.png"
    assert clean_name("여권.JPG", "image/jpeg") == "여권.jpg"
    assert (
        disposition('a"\r\nx.pdf') == "attachment; filename=\"a___x.pdf\"; filename*=UTF-8''a%22%0D%0Ax.pdf"
    )
