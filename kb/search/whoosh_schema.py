"""What one document becomes in the Whoosh index: one combined field that carries the scoring, and columns.

A posting's weight in ``text`` is the sum over the places of the term: weight of the token times weight of
the section. That is the true BM25F numerator; Whoosh alone would saturate each field by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import NumericColumn

from kb.search.index import CompletionKind, Facet, SearchDocument
from kb.search.query_language import Section, value_key
from kb.search.swedish import Analyzer
from kb.search.swedish.tokens import clean, fold, sentence_key, texts

TITLE, SUMMARY, LESSONS, TEXT, NAMES, KEYWORDS = 4.0, 2.0, 1.5, 1.0, 3.0, 2.0
SECTIONS: tuple[tuple[str, float], ...] = (
    ("title", TITLE),
    ("summary", SUMMARY),
    ("lessons", LESSONS),
    ("text", TEXT),
    ("names", NAMES),
    ("keywords", KEYWORDS),
)
_PLAIN = ("entry_id", "fingerprint", *(name for name, _ in SECTIONS), "language")
_GAP_BETWEEN_SECTIONS = 100
NO_COST = -1


class _Prepared(fields.FieldType):  # type: ignore[misc]
    """A field whose value is analysed already: term to (weight, positions)."""

    def __init__(self, format_: formats.Format) -> None:
        super().__init__(format_, None, scorable=False, stored=False)

    def index(self, value: Mapping[str, Any], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        encode = self.format.encode
        for term, (weight, positions) in value.items():
            yield term.encode(), len(positions), weight, encode(positions)


class _Flags(fields.FieldType):  # type: ignore[misc]
    """A field that says only which values a document has."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None, scorable=False, stored=False)

    def index(self, value: Sequence[str], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term in value:
            yield term.encode(), 1, 1.0, b""


def codec() -> W3Codec:
    """Whoosh's own format, without its length statistics: they cost a file look-up per posting."""
    chosen = W3Codec()
    chosen.length_stats = False
    return chosen


def facet_field(facet: Facet) -> str:
    """Holds a facet's codes as they are counted and chosen."""
    return f"facet_{facet.value}"


def facet_words_field(facet: Facet) -> str:
    """Holds what may be typed after ``fält:``, as ``value_key`` makes it."""
    return f"said_{facet.value}"


def schema() -> fields.Schema:
    """The fields of the index. ``word`` is a lexicon of spellings, ordered as if å ä ö were a a o."""
    return fields.Schema(
        entry_id=_Flags(),
        exact=_Flags(),
        text=_Prepared(formats.Positions()),
        word=_Flags(),
        title=_Flags(),
        lessons=_Flags(),
        completion=_Flags(),
        length=fields.COLUMN(NumericColumn("f", default=0.0)),
        published=fields.COLUMN(NumericColumn("i", default=0)),
        cost=fields.COLUMN(NumericColumn("q", default=NO_COST)),
        document=fields.STORED(),
        **{facet_field(facet): _Flags() for facet in Facet},
        **{facet_words_field(facet): _Flags() for facet in Facet},
    )


def lexicon_key(spelling: str) -> str:
    """Where a spelling stands in the lexicon: words that differ in å ä ö only stand together."""
    return f"{fold(spelling)}\0{spelling}"


def to_fields(document: SearchDocument, analyzer: Analyzer) -> dict[str, Any]:
    """The values of every field of one document, for ``writer.add_document``."""
    combined: dict[str, tuple[float, list[int]]] = {}
    spellings: set[str] = set()
    parts: dict[str, set[str]] = {Section.TITLE: set(), Section.LESSONS: set()}
    length, position = 0.0, 0
    analyze = analyzer.analyze
    for name, weight in SECTIONS:
        alone = parts.get(name)
        for word in texts(clean(getattr(document, name))):
            position += 1
            terms, _, spelt = analyze(word)
            if not terms:
                continue
            length += weight
            spellings.update(spelt)
            for text, share, _, _ in terms:
                found = combined.get(text)
                if found is None:
                    combined[text] = (weight * share, [position])
                else:
                    found[1].append(position)
                    combined[text] = (found[0] + weight * share, found[1])
                if alone is not None:
                    alone.add(text)
        position += _GAP_BETWEEN_SECTIONS
    if document.anchor:
        # All of a lesson is lesson, its heading too.
        parts[Section.LESSONS] |= parts[Section.TITLE]
    values: dict[str, Any] = {
        "entry_id": (document.entry_id,),
        "exact": [key] if (key := sentence_key(document.title)) else [],
        "text": combined,
        "word": [lexicon_key(spelling) for spelling in spellings],
        "title": parts[Section.TITLE],
        "lessons": parts[Section.LESSONS],
        "completion": _completable(document),
        "length": length,
        "published": document.published_on.toordinal(),
        "cost": NO_COST if document.cost_ksek is None else document.cost_ksek,
        "document": pack(document),
    }
    return values | _facet_values(document)


@dataclass(frozen=True, slots=True)
class Completable:
    """A thing that is offered while a reader types; the first of ``names`` is shown."""

    kind: CompletionKind
    target: str
    names: tuple[str, ...]
    stored: str


_NEWEST_FIRST = 10_000_000
_OFFERED = (Facet.DOMAIN, Facet.INVESTMENT_TYPE, Facet.PHASE)


def _completable(document: SearchDocument) -> set[str]:
    """The story's title, organisation and terms as values of one field, which sort as they are offered."""
    age = f"{_NEWEST_FIRST - document.published_on.toordinal():08}"
    found = {_joined(CompletionKind.TITLE, age, document.entry_id, document.title)}
    for slug in document.facets.get(Facet.ORGANISATION, ()):
        names = document.labels.get(Facet.ORGANISATION, ())
        found.add(_joined(CompletionKind.ORGANISATION, "", slug, *names))
    for facet in _OFFERED:
        for code, label in zip(document.facets.get(facet, ()), document.labels.get(facet, ()), strict=False):
            found.add(_joined(CompletionKind.TERM, "", f"{facet.value}={code}", label))
    return {stored for stored in found if stored.count("\t") > 2}


def _joined(kind: CompletionKind, order: str, target: str, *names: str) -> str:
    return "\t".join((kind.value, order, target, *(" ".join(name.split()) for name in names if name.strip())))


def completables(stored: Iterable[str]) -> Iterator[Completable]:
    """What ``completion`` holds."""
    for each in stored:
        kind, _, target, *names = each.split("\t")
        yield Completable(CompletionKind(kind), target, tuple(names), each)


def _facet_values(document: SearchDocument) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for facet in Facet:
        codes = list(dict.fromkeys(document.facets.get(facet, ())))
        if facet is Facet.YEAR:
            codes = list(dict.fromkeys([*codes, *(str(year) for year in document.years)]))
        said = {value_key(said) for said in (*codes, *document.labels.get(facet, ()))} - {""}
        values[facet_field(facet)] = codes
        values[facet_words_field(facet)] = said
    return values


def pack(document: SearchDocument) -> str:
    """A document as stored beside its postings: text, so that reading it makes no object of ours."""
    return json.dumps(
        {
            **{name: getattr(document, name) for name in _PLAIN},
            "facets": {facet.value: codes for facet, codes in document.facets.items()},
            "labels": {facet.value: said for facet, said in document.labels.items()},
            "years": document.years,
            "cost_ksek": document.cost_ksek,
            "published_on": document.published_on.toordinal(),
            "anchor": document.anchor,
        },
        ensure_ascii=False,
    )


def unpack(packed: str) -> SearchDocument:
    """The document that ``pack`` stored."""
    values = json.loads(packed)
    return SearchDocument(
        **{name: values[name] for name in _PLAIN},
        facets={Facet(facet): tuple(codes) for facet, codes in values["facets"].items()},
        labels={Facet(facet): tuple(said) for facet, said in values["labels"].items()},
        years=tuple(values["years"]),
        cost_ksek=values["cost_ksek"],
        published_on=date.fromordinal(values["published_on"]),
        # Not there in an index of the release before, which answers until it is brought up to date.
        anchor=values.get("anchor", ""),
    )
