"""The systems measured beside each other: each indexes the same stories and answers the same queries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import tantivy
from whoosh import fields, index, qparser, sorting
from whoosh.analysis import LanguageAnalyzer

from kb.config import resource
from kb.search.index import Facet, Query, SearchDocument
from kb.search.swedish import Analyzer
from kb.search.swedish.tokens import words
from kb.search.whoosh_index import WhooshIndex
from kb.search.whoosh_schema import to_fields
from kb.services import seed_words


class System(Protocol):
    """``query`` gives ten ids; ``full_page`` ids, counts per facet, and a snippet per hit."""

    name: str

    def fill(self, stories: Iterable[SearchDocument]) -> None: ...

    def query(self, text: str) -> list[str]: ...

    def full_page(self, text: str) -> tuple[list[str], dict[str, dict[str, int]], list[str]]: ...


Page = tuple[list[str], dict[str, dict[str, int]], list[str]]


class Product:
    """This product's index."""

    name = "kb"

    def __init__(self, folder: Path) -> None:
        lists = seed_words.read(resource("seed")).as_lists()
        lemmas = folder.parent / "lemmas"
        self._index = WhooshIndex(folder / "kb", lemma_folder=lemmas, word_lists=lambda: lists)
        self._analyzer = Analyzer(lemmas, lists.compounds)

    def fill(self, stories: Iterable[SearchDocument]) -> None:
        self._index.rebuild(stories)

    def analyse(self, text: str) -> int:
        """All that indexing does to a story but writing it."""
        story = SearchDocument(
            entry_id="", fingerprint="", title="", summary="", lessons="", text=text, names="", keywords=""
        )
        return len(to_fields(story, self._analyzer))

    def query(self, text: str) -> list[str]:
        results = self._index.search(Query(text, facets=(), with_snippets=False))
        return [hit.entry_id for hit in results.hits]

    def suggest(self, text: str) -> list[str]:
        return [item.text for item in self._index.suggest(text, 8)]

    def similar(self, entry_id: str) -> list[str]:
        return [hit.entry_id for hit in self._index.similar(entry_id, 4)]

    def full_page(self, text: str) -> Page:
        results = self._index.search(Query(text))
        counts = {facet.value: dict(values) for facet, values in results.facets.items()}
        snippets = ["".join(piece for piece, _ in hit.snippets[0]) for hit in results.hits]
        return [hit.entry_id for hit in results.hits], counts, snippets


class WhooshPlain:
    """Whoosh as its documentation shows it: LanguageAnalyzer('sv'), terms joined by OR, two scored fields."""

    name = "whoosh-plain"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "whoosh"
        self._folder.mkdir(parents=True)

    def fill(self, stories: Iterable[SearchDocument]) -> None:
        facets = {facet.value: fields.KEYWORD(commas=True, sortable=True) for facet in Facet}
        text = fields.TEXT(analyzer=LanguageAnalyzer("sv"), stored=True)
        schema = fields.Schema(id=fields.ID(stored=True), title=text, body=text, **facets)
        made = index.create_in(str(self._folder), schema)
        writer = made.writer(limitmb=256)
        for story in stories:
            values = {facet.value: ",".join(story.facets.get(facet, ())) for facet in Facet}
            writer.add_document(id=story.entry_id, title=story.title, body=_body(story), **values)
        writer.commit()
        self._searcher = made.searcher()
        self._parser = qparser.MultifieldParser(
            ["title", "body"], schema, fieldboosts={"title": 4.0}, group=qparser.OrGroup
        )

    def query(self, text: str) -> list[str]:
        return [hit["id"] for hit in self._searcher.search(self._parser.parse(text), limit=10)]

    def full_page(self, text: str) -> Page:
        grouped = sorting.Facets()
        for facet in Facet:
            grouped.add_field(facet.value, allow_overlap=True)
        results = self._searcher.search(
            self._parser.parse(text), limit=10, groupedby=grouped, maptype=sorting.Count
        )
        counts = {facet.value: dict(results.groups(facet.value)) for facet in Facet}
        hits = list(results)[:10]  # with groupedby it returns every hit
        return [hit["id"] for hit in hits], counts, [hit.highlights("body") for hit in hits]


class Fts5:
    """Plain SQLite FTS5: unicode61, OR, bm25 with the title at four, facets by SQL."""

    name = "fts5-sql"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "fts5.sqlite")

    def fill(self, stories: Iterable[SearchDocument]) -> None:
        self._db.executescript(
            "CREATE VIRTUAL TABLE story USING fts5(id UNINDEXED, title, body);"
            "CREATE TABLE facet(story INTEGER, facet TEXT, value TEXT);"
        )
        for number, story in enumerate(stories, start=1):
            self._db.execute(
                "INSERT INTO story(rowid, id, title, body) VALUES (?, ?, ?, ?)",
                (number, story.entry_id, story.title, _body(story)),
            )
            rows = [(number, facet.value, value) for facet in Facet for value in story.facets.get(facet, ())]
            self._db.executemany("INSERT INTO facet VALUES (?, ?, ?)", rows)
        self._db.execute("CREATE INDEX by_story ON facet(story, facet, value)")
        self._db.execute("INSERT INTO story(story) VALUES ('optimize')")
        self._db.commit()

    def query(self, text: str) -> list[str]:
        rows = self._db.execute(
            "SELECT id FROM story WHERE story MATCH ? ORDER BY bm25(story, 0, 4, 1) LIMIT 10", (_or(text),)
        )
        return [row[0] for row in rows]

    def full_page(self, text: str) -> Page:
        match = _or(text)
        hits = self._db.execute(
            "SELECT id, snippet(story, 2, '[', ']', '…', 30) FROM story WHERE story MATCH ? "
            "ORDER BY bm25(story, 0, 4, 1) LIMIT 10",
            (match,),
        ).fetchall()
        counts: dict[str, dict[str, int]] = {}
        for facet, value, count in self._db.execute(
            "SELECT facet, value, count(*) FROM facet WHERE story IN "
            "(SELECT rowid FROM story WHERE story MATCH ?) GROUP BY facet, value",
            (match,),
        ):
            counts.setdefault(facet, {})[value] = count
        return [hit[0] for hit in hits], counts, [hit[1] for hit in hits]


class Tantivy:
    """Tantivy with its Swedish stemmer, facets by terms aggregation."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tantivy"
        self._folder.mkdir(parents=True)

    def fill(self, stories: Iterable[SearchDocument]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for name in ("title", "body"):
            builder.add_text_field(name, stored=True, tokenizer_name="swedish")
        for facet in Facet:
            builder.add_text_field(facet.value, tokenizer_name="raw", fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(self._folder))
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        for step in (
            tantivy.Filter.lowercase(),
            tantivy.Filter.stopword("swedish"),
            tantivy.Filter.stemmer("swedish"),
        ):
            analyzer = analyzer.filter(step)
        self._index.register_tokenizer("swedish", analyzer.build())
        writer = self._index.writer(num_threads=1)
        for story in stories:
            facets = {facet.value: list(story.facets.get(facet, ())) for facet in Facet}
            writer.add_document(
                tantivy.Document(id=[story.entry_id], title=[story.title], body=[_body(story)], **facets)
            )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._facets = {facet.value: {"terms": {"field": facet.value, "size": 200}} for facet in Facet}

    def _parsed(self, text: str) -> Any:
        return self._index.parse_query(text, ["title", "body"], field_boosts={"title": 4.0})

    def _ids(self, query: Any) -> list[Any]:
        return [self._searcher.doc(address) for _, address in self._searcher.search(query, 10).hits]

    def query(self, text: str) -> list[str]:
        return [document["id"][0] for document in self._ids(self._parsed(text))]

    def full_page(self, text: str) -> Page:
        query = self._parsed(text)
        documents = self._ids(query)
        found = self._searcher.aggregate(query, self._facets)
        counts = {
            name: {bucket["key"]: bucket["doc_count"] for bucket in found[name]["buckets"]}
            for name in self._facets
        }
        generator = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "body")
        snippets = [generator.snippet_from_doc(document).to_html() for document in documents]
        return [document["id"][0] for document in documents], counts, snippets


def _body(story: SearchDocument) -> str:
    return f"{story.summary}\n{story.lessons}\n{story.text}\n{story.names}\n{story.keywords}"


def _or(text: str) -> str:
    return " OR ".join(f'"{word.text}"' for word in words(text))
