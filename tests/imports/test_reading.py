"""Any real file is read; whatever is hostile is refused with one sentence, at once."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from service.imports.encodings import guess
from service.imports.errors import (
    FileEmpty,
    FileLocked,
    FileRefused,
    FileSwells,
    FileTooLarge,
    QuoteNeverCloses,
    TooManyColumns,
    TooManyEmptyRows,
    TooManyRows,
    WrongEncoding,
)
from service.imports.mapping import country_code, guess_mapping
from service.imports.reading import LARGEST, read_table

RUSSIAN = "ФИО;Организация;Должность\nЩербаков Пётр;ТОО «Ромашка»;директор\nЁлкина Анна;Банк «Заря»;юрист\n"
KAZAKH = "Аты-жөні;Ұйым;Лауазымы\nӘсел Нұрланқызы;Қазақстан Банкі;маман\nҒалым Үсенов;«Тұран» ҒЗИ;кеңесші\n"
KAZAKH += "Һәм Өтебай;Іле;Ң\n"
KOREAN = "이름,소속,직책\n김민수,한국은행,부장\n박서준,외교부,서기관\n최지혜,서울시청,과장\n"
CHINESE = "姓名,单位,职务\n李明,北京大学,教授\n王芳,中国科技有限公司,经理\n张伟,外交部,司长\n"
JAPANESE = "氏名,所属,役職\n田中太郎,株式会社東京,部長\n佐藤花子,外務省,課長\nスズキ イチロー,ホンダ,社員\n"
WESTERN = "Name,Organisation\nJosé Müller,Société Générale\nBjörn Ångström,Brückenbau\nZoë Peña,Señor & Cía\n"
TWINS = [
    ("utf-8", RUSSIAN + KAZAKH), ("utf-8-sig", KOREAN), ("utf-16", CHINESE + "é,ñ,ü\n"), ("utf-16-le", RUSSIAN),
    ("utf-16-be", WESTERN), ("cp1251", RUSSIAN), ("kz1048", KAZAKH), ("euc_kr", KOREAN),
    ("cp949", KOREAN + "똠방각하,뷁,햏\n"),
    ("gb18030", CHINESE), ("gbk", CHINESE), ("shift_jis", JAPANESE), ("cp932", JAPANESE), ("cp1252", WESTERN),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "text"), TWINS, ids=[encoding for encoding, _ in TWINS])
def test_every_encoding_gives_the_same_people_as_its_utf8_twin(encoding: str, text: str) -> None:
    read, twin = read_table(text.encode(encoding)), read_table(text.encode())

    assert (read.heads, read.lines) == (twin.heads, twin.lines)
    assert read.lines[0].cells[0] in text


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp1251", "Ким"), ("kz1048", "Қайрат"), ("cp949", "김민수"), ("gb18030", "李明"), ("cp932", "田中"),
     ("cp1252", "Zoë")],
)  # fmt: skip
def test_one_name_is_enough_to_tell(encoding: str, name: str) -> None:
    assert guess(f"Name\n{name}\n".encode(encoding)) == encoding


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_with_quotes_and_lines_in_cells(delimiter: str) -> None:
    text = (
        delimiter.join(["Name", "Note"])
        + "\n"
        + delimiter.join(['"O""Brien, Ann; Dr|x\ty"', '"two\nlines"'])
        + "\n"
    )
    text += delimiter.join(["Ким", "last"]) + "\n"

    table = read_table(text.encode())

    assert table.delimiter == delimiter
    assert [(line.number, line.cells) for line in table.lines] == [
        (2, ['O"Brien, Ann; Dr|x y', "two lines"]), (4, ["Ким", "last"]),
    ]  # fmt: skip


AT = datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001 — a sheet knows no zones


def xlsx(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_spreadsheet_reads_as_people_see_it() -> None:
    table = read_table(
        xlsx([[], ["Name", "N", "Day", "At", "Ok"], ["김민수", 3.0, date(2026, 11, 23), AT, True],
              [None, None], ["=1+1", 2.5]])
    )  # fmt: skip

    assert table.heads == ["Name", "N", "Day", "At", "Ok"]
    assert [(line.number, line.cells) for line in table.lines] == [
        (3, ["김민수", "3", "2026-11-23", "2026-11-23 09:30", "yes"]), (5, ["=1+1", "2.5", "", "", ""]),
    ]  # fmt: skip


def far_cells() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "x", "y"  # type: ignore[index]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def swelling() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    return out.getvalue()


def with_entities() -> bytes:
    whole, out = zipfile.ZipFile(io.BytesIO(xlsx([["Name"], ["x"]]))), io.BytesIO()
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in whole.namelist():
            data = whole.read(part)
            if part == "xl/worksheets/sheet1.xml":
                data = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><x>&l9;</x>'.encode()
            archive.writestr(part, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", FileEmpty), (b"Name\n", FileEmpty), (b"\n\n\n", FileEmpty), (b"%PDF-1.7", FileRefused),
        (b"\xd0\xcf\x11\xe0 old", FileLocked), (b"PK\x03\x04 broken", FileRefused), (b"Name\nA\0B\n", FileRefused),
        (far_cells(), TooManyEmptyRows), (swelling(), FileSwells), (with_entities(), FileRefused),
        (b"h," * 300 + b"\n1\n", TooManyColumns), (b"a," * 1_000_000 + b"\n1\n", TooManyColumns),
        (b"h\n" + b"x\n" * 100_001, TooManyRows), (b"h\nx\n" + b"\n" * 2_000 + b"y\n", TooManyEmptyRows),
        (b"x" * (LARGEST + 1), FileTooLarge),
        (b'Name\n"' + b"A\n" * 100_000, QuoteNeverCloses),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_what_cannot_be_is_refused(body: bytes, error: type[FileRefused]) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(body)

    assert type(refused.value) is error
    assert "%(" not in str(refused.value)


def test_a_chosen_encoding_that_is_wrong_is_said() -> None:
    with pytest.raises(WrongEncoding):
        read_table("имя\nЁ\n".encode("cp1251"), encoding="utf-8")


@pytest.mark.parametrize(
    ("heads", "mapping"),
    [
        ("Фамилия|Имя|Отчество|Место работы|Должность|E-mail|Тел.",
         "family|given|middle|affiliation|position|email|phone"),
        ("이름|소속|직책|이메일|휴대폰|국가", "name|affiliation|position|email|phone|country"),
        ("Аты-жөні|Ұйым|Лауазымы|Ел|Делегация", "name|affiliation|position|country|delegation"),
        ("FirstName|LastName|Company|Job Title|Nationality", "given|family|affiliation|position|country"),
        ("Group_Type|Delegation|Honorific|Person_Name|Job_Title", "category|delegation|honorific|name|position"),
        ("Имя|Организация|Комментарий", "name|affiliation|"), ("姓名|单位|职务", "name|affiliation|position"),
    ],
)  # fmt: skip
def test_heads_are_understood_in_many_languages(heads: str, mapping: str) -> None:
    assert guess_mapping(heads.split("|"), []) == mapping.split("|")


def test_what_stands_in_a_column_helps() -> None:
    table = read_table(
        b"Who,A,B,C,Title\nKim,kim@x.kz,+7 701 555 01 23,KAZ,Director\nLi,li@x.kz,8 (727) 2500000,Korea,Advisor\n"
    )

    assert guess_mapping(table.heads, table.lines) == ["", "email", "phone", "country", "position"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("KZ", "KZ"), ("kaz", "KZ"), ("Казахстан", "KZ"), ("Қазақстан", "KZ"), ("대한민국", "KR"),
     ("Republic of Korea", "KR"),
     ("Viet Nam", "VN"), ("Côte d’Ivoire", "CI"), ("Allemagne", "DE"), ("Atlantis", None), ("SUN", None)],
)  # fmt: skip
def test_countries_by_code_and_name(text: str, code: str | None) -> None:
    assert country_code(text) == code
