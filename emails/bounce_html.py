"""A report that was written for a browser, as text."""

from html.parser import HTMLParser

BLOCKS = ("br", "p", "div", "tr", "li", "td", "pre", "blockquote", "h1", "h2", "h3")
HIDDEN = ("style", "script", "title")
LONGEST = 100_000  # characters


class _Reader(HTMLParser):
    """What people see; addresses that stand in links only, or in angle brackets that nobody escaped, too."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in HIDDEN
        self.seen.append(f"<{tag}>" if "@" in tag else "\n" if tag in BLOCKS else "")
        link = (dict(attrs).get("href") or "").lower()
        if tag == "a" and link.startswith("mailto:"):
            self.seen.append(f" {link[7:].partition('?')[0]} ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in HIDDEN))
        self.seen.append("\n" if tag in BLOCKS else "")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(data)


def without_tags(html: str) -> str:
    """Each block on a line of its own."""
    reader = _Reader()
    reader.feed(html[:LONGEST])
    return "".join(reader.seen)
