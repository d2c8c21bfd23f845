"""An HTML report read back, for tests."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = {"meta", "br", "input", "link", "img", "use", "path", "rect", "circle"}


class Page(HTMLParser):
    """The elements and visible words of a page.

    Attributes:
        elements: Every start tag with its attributes, in order.
        words: Everything a reader can see, blanks folded.
    """

    def __init__(self, text: str) -> None:
        """Parse a page."""
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._parts: list[str] = []
        self._hidden = 0
        self.feed(text)
        self.words = fold("".join(self._parts))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "script")
        if tag == "br":
            self._parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]


def fold(text: str) -> str:
    """Fold white space."""
    return re.sub(r"\s+", " ", text).strip()
