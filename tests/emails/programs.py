"""What mail programs show: the HTML elements and CSS properties our mails may use, and what becomes of each where it is
not known. Written after what the makers of Gmail, Outlook, Apple Mail, Yahoo, Samsung, Naver and Mail.ru publish, and
what is commonly observed (2026). What is not in these lists gets into no mail without somebody thinking first."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

# "everywhere": all of them. Else what happens elsewhere, which must be harmless.
ELEMENTS = {
    "html": "everywhere", "head": "everywhere", "body": "everywhere: where it is dropped the table carries the colour",
    "meta": "read by some, ignored by the others", "title": "ignored", "style": "kept by most; nothing depends on it",
    "table": "everywhere", "tbody": "everywhere", "tr": "everywhere", "td": "everywhere",
    "div": "everywhere; Outlook for Windows knows no width of it, so it holds nothing but the preview line",
    "p": "everywhere", "h1": "everywhere", "a": "everywhere", "span": "everywhere", "br": "everywhere",
}  # fmt: skip
PROPERTIES = {
    "background-color": "everywhere", "color": "everywhere", "font": "everywhere", "margin": "everywhere on p and h1",
    "padding": "everywhere on td; Outlook for Windows leaves it out on a, and reads mso-padding-alt of the cell",
    "border-top": "everywhere", "border-left": "everywhere on p and td", "border-collapse": "everywhere",
    "border-spacing": "everywhere", "text-align": "everywhere", "text-decoration": "everywhere",
    "width": "everywhere on td and table", "max-width": "not Outlook for Windows, which gets a table of 560 instead",
    "border-radius": "not Outlook for Windows: corners are square there",
    "display": "everywhere for none and inline-block; Outlook for Windows reads mso-hide instead",
    "max-height": "not Outlook for Windows, which reads mso-hide", "overflow": "as max-height",
    "opacity": "as max-height",
    "font-size": "everywhere", "line-height": "everywhere", "mso-hide": "Outlook for Windows alone, where it is meant",
    "mso-padding-alt": "Outlook for Windows alone, where it is meant",
    "letter-spacing": "not a few: letters stand a little wider", "white-space": "a few leave it out: br stands as well",
    "word-break": "some leave it out: lines break inside a Korean word",
    "overflow-wrap": "as word-break: long words stick out",
    "text-wrap": "a few know it: else the last line of a heading is short",
    "-webkit-text-size-adjust": "Apple alone, where it is meant", "text-size-adjust": "as with -webkit-",
    "color-scheme": "Apple and others that turn dark; else ignored",
    "supported-color-schemes": "older Apple; else ignored",
    "padding-left": "everywhere on td", "padding-right": "everywhere on td",
    "border-top-color": "everywhere", "box-sizing": "phones alone, inside a media query",
}  # fmt: skip
# inside style elements; programs that do not know them leave the rule out
AT_RULES = {
    "(max-width: 480px)": "phones",
    "(prefers-color-scheme: dark)": "Apple, Outlook for Mac and phones, Samsung",
}
NEVER = re.compile(
    r"url\(|expression|@import|@font-face|position\s*:|background-image|background\s*:|float\s*:|flex|grid|calc\(|var\(",
    re.IGNORECASE,
)
ATTRIBUTES = {
    "lang", "dir", "charset", "name", "content", "role", "class", "width", "cellpadding", "cellspacing", "bgcolor",
    "align", "href", "style", "data-css-inline",
}  # fmt: skip


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self._styles = False
        self.sheet = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._styles = tag == "style"
        if tag not in ELEMENTS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f"<{tag} {name}>")
            if name == "style":
                self.wrong += unknown_properties(value or "")

    def handle_endtag(self, _tag: str) -> None:
        self._styles = False

    def handle_data(self, data: str) -> None:
        if self._styles:
            self.sheet += data


def unknown_properties(declarations: str) -> Iterator[str]:
    """Of one style attribute or rule: what is not in the list."""
    for found in re.findall(r"(?:^|;)\s*([\w-]+)\s*:", declarations):
        if found not in PROPERTIES:
            yield found
    yield from NEVER.findall(declarations)


def unsupported(html: str) -> list[str]:
    """What in a mail's HTML is not in the lists."""
    read = _Reader(html)
    wrong = list(read.wrong)
    for query in re.findall(r"@media\s*([^{]+?)\s*\{", read.sheet):
        if query not in AT_RULES:
            wrong.append(f"@media {query}")
    for rule in re.findall(r"\{([^{}]*)\}", read.sheet):
        wrong += unknown_properties(rule.replace("!important", ""))
    return sorted(set(wrong))
