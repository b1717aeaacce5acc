"""Which encoding a text file is written in, guessed by the letters that come out.

Every list we get is one of these: Unicode, or an old code page of Kazakhstan, Russia, Korea, China, Japan or the West.
A wrong code page turns letters into others that no language puts side by side; the right one is where most signs are
those that names and organisations are written with."""

import codecs
import unicodedata
from collections.abc import Iterable
from functools import cache

ENCODINGS = (
    "utf-8", "utf-16", "cp1251", "kz1048", "cp949", "gb18030", "cp932", "cp1252", "cp1250", "cp1254",
)  # fmt: skip
GUESSED = ("cp1251", "kz1048", "cp949", "gb18030", "cp932", "cp1252")
LOOKED_AT = 200_000  # bytes
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_RUSSIAN = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_KAZAKH = set("әғқңөұүһі")
_UKRAINIAN = set("єїґ")
_VOWELS = set("аеёиоуыэюяіәөұүєї'’ ")
# The commonest syllables of Korean names, titles and firms.
_HANGUL = set(
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민엄원천방공현변염진여추도소석선설마길연위표명기반왕금옥육인맹제모탁국은편용"
    "지수영민준서현우진호성윤재경희철상동종태승혜은미정숙자순옥나다라사아가바하연예주채빈찬별솔람규훈범석균식학근덕만복병봉필완환광창중대부장과원교수연구소회사회의실팀무총리이사대표주식국한서울산업통상자관외무과학기술학은행시청"
    "직책름명소속단체휴전화번메일국적언어비고"
)
# The commonest signs of Chinese names, titles and firms, simplified and traditional, and of Japanese ones.
_HAN = set(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文"
    "伟偉芳娜敏静靜丽麗强強磊军軍洋勇艳艷杰娟涛濤明超秀英霞平刚剛桂兰蘭建国國华華志红紅梅玉珍辉輝鹏鵬宇浩然子轩軒梓涵雨欣怡佳琪思晨曦嘉俊豪博成春海波小大中人天心生东東西南北安永庆慶新月云雲晓曉雪飞飛"
    "有限公司科技集团團大学學院北京上海广廣州深圳教授经經理总總裁主席部长長局委员員会會银行銀研究所中心外交政府贸貿易工业業电電信息姓名单单位職职务務国籍籍邮郵箱话語语言备備注"
    "田中山本佐藤鈴木高橋渡辺伊藤加藤吉村小松井上清水斎森阿部池石川原岡長谷野崎和正美子恵郎介太一二三株式会社東京都日本社長課部員氏名役職所属電話"
)
_WESTERN = set("àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþßÿœšž")


def guess(body: bytes) -> str:
    """One of ENCODINGS; of a text in plain ASCII utf-8."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return encoding
    if _looks_like_utf16(body):
        return "utf-16"
    if decode(body, "utf-8") is not None:
        return "utf-8"
    readable = {
        encoding: text for encoding in GUESSED if (text := decode(body[:LOOKED_AT], encoding, whole=False))
    }
    return max(readable, key=lambda encoding: _plausible(readable[encoding]), default="cp1252")


def decode(body: bytes, encoding: str, *, whole: bool = True) -> str | None:
    """The text without its mark, or None when the bytes are not written in this encoding. Without `whole` the last
    sign may be cut in two."""
    if encoding == "utf-16" and not body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        even, odd = _zeros(body)
        encoding = "utf-16-le" if odd >= even else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(body, final=whole)
    except (UnicodeDecodeError, LookupError):
        return None
    return text.removeprefix("\ufeff")


def _looks_like_utf16(body: bytes) -> bool:
    """Without a mark: every other byte of digits, commas and line ends is zero, always the same one of the two."""
    few, many = sorted(_zeros(body))
    return many >= 2 and many > len(body[:4000]) // 40 and few * 4 < many


def _zeros(body: bytes) -> tuple[int, int]:
    head = body[:4000]
    return head[::2].count(0), head[1::2].count(0)


def _plausible(text: str) -> float:
    """The mean of what each sign beyond ASCII speaks for or against the code page, from -1 to 1."""
    marks = list(_marks(text))
    return sum(marks) / len(marks) if marks else 0.0


def _marks(text: str) -> Iterable[float]:
    before = " "
    for sign in text:
        if sign >= "\x80":
            yield _mark(before, sign)
        before = sign.lower()


def _mark(before: str, sign: str) -> float:
    low = sign.lower()
    if "Ѐ" <= low <= "ӿ" and before.isascii() and before.isalpha():
        return -0.8  # a Cyrillic letter inside a Latin word
    if low in _RUSSIAN:
        # Inside a word a capital after a small letter is the sign of a wrong code page.
        return -0.5 if sign != low and before in _RUSSIAN else 1.0
    if low in _KAZAKH:
        return 0.3 if low == "ү" and before in _VOWELS - {" ", "'"} else 1.1
    if low in _UKRAINIAN:
        return 1.0 if before in _VOWELS else 0.2
    if low in _WESTERN:
        return 0.9 if before.isascii() else -0.8
    return _mark_of_script(sign)


@cache
def _mark_of_script(sign: str) -> float:
    """Two bytes in the old code pages of the East: a right one weighs as much as two."""
    if "가" <= sign <= "힣":
        return 1.0 if sign in _HANGUL else 0.1
    if "\u4e00" <= sign <= "\u9fff":
        return 1.0 if sign in _HAN else 0.0
    if "\u3041" <= sign <= "\u30fe" or sign in "、。・「」々〇":
        return 1.0
    if "\uff61" <= sign <= "\uff9f":  # half-width Kana: what other code pages become in Shift-JIS
        return -0.6
    if sign in "–—‘’“”«»№…·•€°\xa0\u3000（），；：":
        return 0.4
    return -0.8 if unicodedata.category(sign) in ("Cc", "Cn", "Co", "So") else -0.4
