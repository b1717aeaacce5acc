"""Styles into the attributes of a template, once, when it is loaded."""

import re

import css_inline
from markupsafe import Markup, escape

JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
# "13 September", "September 2025", "2025 г.", "18:00 (UTC+5)"
HOURS = re.compile(r"\d\d:\d\d[–~]\d\d:\d\d \(UTC[^)]*\)")
IN_A_DATE = re.compile(r"(?<=\d) (?=[^\W\d])|(?<=[^\W\d]) (?=\d{4}\b)| (?=\(UTC)")


def with_styles(template: str, css: str) -> str:
    """The template with the rules of `css` in style attributes. Nothing is ever fetched.

    The inliner reads HTML, not Jinja, so what is Jinja waits outside meanwhile, a word in its place.
    """
    kept: list[str] = []

    def put_away(found: re.Match[str]) -> str:
        kept.append(found.group())
        return f"QJ{len(kept) - 1}Q"

    html = JINJA.sub(put_away, template)
    if "<html" in html:
        inliner = css_inline.CSSInliner(
            load_remote_stylesheets=False, minify_css=True, inline_style_tags=False, extra_css=css
        )
        html = inliner.inline(html)
    else:
        html = css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True).inline_fragment(
            html, css
        )
    return re.sub(r"QJ(\d+)Q", lambda found: kept[int(found[1])], html)


def together(line: str) -> Markup:
    """A line of facts that may break between date and time, not inside them."""
    held = HOURS.sub(r'<span style="white-space:nowrap">\g<0></span>', str(escape(line)))
    return Markup(IN_A_DATE.sub("\u00a0", held))  # noqa: S704  # escaped above


def break_lines(text: str) -> Markup:
    """Lines of plain text as lines of HTML."""
    return Markup("<br>").join(escape(line) for line in text.strip().splitlines())
