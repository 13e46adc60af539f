"""The words of an HTML mail, without anything that acts, links or hides."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BREAK_TAGS = """
address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table title tr
ul
"""
_BREAKS = frozenset(_BREAK_TAGS.split())
_CELLS = frozenset({"td", "th"})
_UNREAD = frozenset({"script", "style", "head", "template", "noscript", "iframe", "object", "svg"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.I)
_VOID_TAGS = "area base br col embed hr img input link meta source track wbr"
_WITHOUT_END = frozenset(_VOID_TAGS.split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unread or (tag not in _WITHOUT_END and self._is_hidden(tag, dict(attrs))):
            if tag not in _WITHOUT_END:
                self._unread.append(tag)
        elif tag in _BREAKS:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unread:
            while self._unread.pop() != tag:
                pass
        elif not self._unread and tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _is_hidden(self, tag: str, attributes: dict[str, str | None]) -> bool:
        style = attributes.get("style") or ""
        return tag in _UNREAD or "hidden" in attributes or bool(_HIDDEN.search(style))


def text_of(html: str) -> str:
    """Lines as they would be read; blocks and table rows begin new ones, cells are apart."""
    words = _Words()
    words.feed(html)
    words.close()
    lines = [
        "\t".join(cell for part in line.split("\t") if (cell := " ".join(part.split())))
        for line in "".join(words.parts).split("\n")
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
