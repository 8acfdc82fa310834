"""Swedish text made searchable: tokens, stop words, lemmas, stems. Knows no index."""

from kb.search.swedish.analyzer import Analyzer, Term

__all__ = ["Analyzer", "Term"]
