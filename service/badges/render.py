"""Badges as PDF: A6 pages for a badge printer, or four to an A4 sheet with cut marks.

Typst draws them (nothing else in the project imports it). Names go in as data, never as markup. Only the fonts of
the installed font packages are used, so a badge looks the same on every machine. The fonts and the drawing cost a
process 60 MB and more, so the web and the workers do not call this module but the press (press.py), which does.
"""

import json
import re
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import typst
from anyascii import anyascii

from service.badges.badge import Badge
from service.badges.fitting import Fitted, fit
from service.core.names import fold, lang_of_name, script_of
from service.credentials.codes import qr_svg, spaced

_TEMPLATE = Path(__file__).with_name("badge.typ")
# The Latin and Cyrillic family comes first: no CJK font has the Kazakh letters.
_FONT_PACKAGES = (("fontpkg_noto_sans", "files"), ("noto_cjk_sans_otc", ""), ("noto_cjk_sans_jp_bold", ""))
FIELD_LIMIT = 240

# What those fonts can draw; anything else is written in Latin letters or left out, never as an empty box.
_UNDRAWABLE = re.compile(
    "[^ -~\u00a1-\u00ac\u00ae-\u0373\u0376\u0377\u037b-\u037f\u0386-\u03e1\u03f0-\u052f\u0900-\u097f\u1e00-\u1eff"
    "\u2010-\u2015\u2018-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u214f\u3001-\u30ff\u3131-\u318e\u3400-\u4db5"
    "\u4e00-\u9fef\uac00-\ud7a3\uff01-\uff60\U00020bb7]"
)

_MILLIMETRE = 72 / 25.4
# What a text may be: sizes in points from the wished one down, width and height of its room in millimetres. The
# name takes what affiliation and position leave of the middle, which is PERSON_HEIGHT; GAPS are those of badge.typ.
_ROOMS: dict[str, tuple[Sequence[float], float, float]] = {
    "event": ((11, 10, 9, 8), 87, 9.5),
    "line": ((9, 8, 7), 87, 7),
    "name": ((42, 38, 34, 31, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8), 87, 34),
    "second": ((17, 15, 13, 11, 9), 87, 8),
    "affiliation": ((12.5, 11.5, 10.5, 9.5, 8.5, 7.5), 87, 13.5),
    "position": ((11, 10, 9, 8, 7), 87, 9),
    "category": ((18, 16, 14, 12, 10, 8), 87, 11),
    "country": ((13, 12, 11, 10, 9), 47, 12),
}
_PERSON_HEIGHT = 58.0
_GAPS = {"second": 1.6, "affiliation": 4.2, "position": 0.9}


def render(badges: Sequence[Badge]) -> bytes:
    """One PDF with an A6 portrait page per badge, in order.

    Blocks for 5 ms (one) to 1.5 s (a thousand). Drawing takes 0.2 MB of memory a badge, so a run of many thousands
    is better several files.
    """
    return _compile(badges, "single")


def render_sheet(badges: Sequence[Badge]) -> bytes:
    """One PDF of A4 sheets with four badges each and cut marks, in order."""
    return _compile(badges, "sheet")


_compiling = threading.Lock()


def _compile(badges: Sequence[Badge], layout: str) -> bytes:
    if not badges:
        raise ValueError("There is no badge to draw.")
    inputs = {
        "badges": json.dumps([_data(badge) for badge in badges], ensure_ascii=False),
        "layout": layout,
        "title": _clean(badges[0].event_name),
    }
    # Tags for screen readers belong into what a guest gets, not into a print run, which they make a third larger.
    # A compiler serves one caller at a time; it holds the parsed template and the fonts it has read.
    with _compiling:
        pdf = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_tags=len(badges) == 1)
    return cast(bytes, pdf)


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[_font_folder(*p) for p in _FONT_PACKAGES],
    )
    return typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, font_paths=fonts, ignore_system_fonts=True)


def _font_folder(package: str, folder: str) -> Path:
    """Where a font package keeps its files; found without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"The font package {package} is not installed.")
    return Path(next(iter(spec.submodule_search_locations))) / folder


def _data(badge: Badge) -> dict[str, Any]:
    """One badge as the template takes it: only what there is to show."""
    name, second = names_to_show(badge.native_name, badge.latin_name)
    texts = {
        "event": badge.event_name, "line": badge.event_line, "name": name, "second": second,
        "affiliation": badge.affiliation, "position": badge.position, "category": badge.category,
        "country": badge.country,
    }  # fmt: skip
    drawable = {part: cleaned for part, text in texts.items() if (cleaned := _clean(text))}
    return {
        **{
            part: _line(fitted, drawable[part], badge.language) for part, fitted in _fit_all(drawable).items()
        },
        "colour": badge.colour,
        "on_colour": text_colour(badge.colour),
        "qr": qr_svg(badge.ticket),
        "code": spaced(badge.code),
    }


def names_to_show(native: str, latin: str) -> tuple[str, str]:
    """The large name and the one beneath it: native first, Latin only if it says something else.

    A native name in letters the badge cannot draw (Arabic, Georgian, Thai) gives way to the Latin name.
    """
    native, latin = " ".join(native.split()), _clean(latin)
    drawable = _clean(native)
    if not drawable or (latin and drawable != unicodedata.normalize("NFC", native) and _mostly_lost(native)):
        return (latin or drawable, "")
    same = script_of(drawable) == "Latn" and fold(drawable) == fold(latin)
    return (drawable, "" if same else latin)


def _mostly_lost(text: str) -> bool:
    return len(_UNDRAWABLE.findall(unicodedata.normalize("NFC", text))) * 2 > len(text)


def _clean(text: str) -> str:
    """One line of drawable letters: blanks joined, control and direction signs dropped, other scripts in Latin."""
    composed = unicodedata.normalize("NFC", " ".join(text[:2000].split()))
    drawn = _UNDRAWABLE.sub(lambda found: anyascii(found[0]) if found[0].isalpha() else "", composed)
    return " ".join(drawn.split())[:FIELD_LIMIT]


def _fit_all(texts: dict[str, str]) -> dict[str, Fitted]:
    """Every text in its room; the name last, for it takes what the others leave."""
    fitted: dict[str, Fitted] = {}
    left = _PERSON_HEIGHT
    for part in [*(part for part in texts if part != "name"), *(["name"] if "name" in texts else [])]:
        sizes, width, height = _ROOMS[part]
        if part == "name":
            height = min(height, left)
        fitted[part] = fit(texts[part], sizes, width * _MILLIMETRE, height * _MILLIMETRE)
        if part in _GAPS:
            left -= _GAPS[part] + fitted[part].height / _MILLIMETRE
    return fitted


def _line(fitted: Fitted, text: str, language: str) -> dict[str, Any]:
    tag = lang_of_name(text, language or None)
    return {
        "pieces": fitted.pieces,
        "size": fitted.size,
        "lang": "en" if tag.startswith("und") else tag.split("-")[0],
        "region": {"zh-Hant": "TW", "zh-Hans": "CN"}.get(tag),
    }


def text_colour(background: str) -> str:
    """Black or white, whichever stands out more on `#rrggbb` (WCAG 2 contrast; always 4.5:1 or better)."""
    channels = [int(background[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if luminance < 0.179 else "#000000"
