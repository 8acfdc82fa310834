"""What we add to clean HTML: heading ids, table regions, the mark of external links. Fixed values only.

The clean HTML is read tag by tag and written anew by a serialiser that knows the policy's tags and attributes
and escapes everything else, so that nothing a user wrote can become markup here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlencode

from markdown_it.token import Token

from kb.domain.pictures import KEY as PICTURE_KEY
from kb.markdown.headings import headings
from kb.markdown.policy import ATTRIBUTES, ATTRIBUTES_OF_ALL, TAGS, VOID_TAGS

_EXTERNAL = ("http://", "https://")
_EXTERNAL_MARK = '<span class="visually-hidden"> (extern webbplats)</span>'
_ALIGNMENTS = {"text-align:right": "align-right", "text-align:center": "align-center"}
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})


def decorate(clean_html: str, tokens: Sequence[Token], place: str, picture_key: str = "") -> str:
    """Clean HTML of these tokens with its decoration."""
    writer = _Writer(
        [heading.id for heading in headings(tokens, place)], _alignments(tokens), place, picture_key
    )
    writer.feed(clean_html)
    writer.close()
    return "".join(writer.out)


def _alignments(tokens: Sequence[Token]) -> list[list[str]]:
    """For each table, the class of each column ('' where none)."""
    tables: list[list[str]] = []
    for token in tokens:
        if token.type == "table_open":
            tables.append([])
        elif token.type == "th_open":
            tables[-1].append(_ALIGNMENTS.get(str(token.attrGet("style") or ""), ""))
    return tables


class _Writer(HTMLParser):
    def __init__(
        self, heading_ids: list[str], alignments: list[list[str]], place: str, picture_key: str
    ) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._heading_ids = iter(heading_ids)
        self._alignments = iter(alignments)
        self._place = place
        self._picture_query = f"?{urlencode({PICTURE_KEY: picture_key})}" if picture_key else ""
        self._tables = 0
        self._columns: list[str] = []
        self._column = 0
        self._header_at = 0
        self._external = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            return
        allowed = ATTRIBUTES.get(tag, frozenset()) | ATTRIBUTES_OF_ALL
        kept = {name: value or "" for name, value in attrs if name in allowed}
        if tag in _HEADINGS:
            if heading_id := next(self._heading_ids, ""):
                kept["id"] = heading_id
        elif tag == "img":
            address = kept["src"] + self._picture_query
            kept |= {"src": address, "alt": kept.get("alt", ""), "loading": "lazy"}
        elif tag == "a":
            self._external = kept.get("href", "").strip().lower().startswith(_EXTERNAL)
            if self._external:
                kept |= {"class": "external", "rel": "noopener noreferrer nofollow ugc"}
        elif tag in {"table", "tr", "th", "td"}:
            kept |= self._table_part(tag)
        written = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
        self.out.append(f"<{tag}{written}>")

    def _table_part(self, tag: str) -> dict[str, str]:
        if tag == "table":
            self._tables += 1
            self._columns = next(self._alignments, [])
            name = f"Tabell {self._tables}" + (f", {self._place}" if self._place else "")
            self.out.append(
                f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(name)}">'
            )
            return {}
        if tag == "tr":
            self._column = 0
            return {}
        alignment = self._columns[self._column] if self._column < len(self._columns) else ""
        self._column += 1
        added = {"class": alignment} if alignment else {}
        if tag == "th":
            self._header_at = len(self.out)
            added["scope"] = "col"
        return added

    def handle_endtag(self, tag: str) -> None:
        if tag not in TAGS or tag in VOID_TAGS:
            return
        if tag == "a" and self._external:
            self.out.append(_EXTERNAL_MARK)
            self._external = False
        if tag == "th" and not "".join(self.out[self._header_at + 1 :]).strip():
            # A header without words tells a screen reader nothing; the corner of a table is a plain cell.
            self.out[self._header_at :] = ["<td></td>"]
            return
        self.out.append(f"</{tag}>")
        if tag == "table":
            self.out.append("</div>")

    def handle_data(self, data: str) -> None:
        self.out.append(escape(data, quote=False))
