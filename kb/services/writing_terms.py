"""The terms that a writer chooses among."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from kb.db import db
from kb.domain.published import TermRef
from kb.models import Term, Vocabulary


def by_vocabulary() -> Mapping[str, tuple[TermRef, ...]]:
    """The code of each vocabulary → its terms in their own order, a narrower one after its broader."""
    rows = db.session.execute(
        select(Vocabulary.code, Term.code, Term.label, Term.slug, Term.label_en, Vocabulary.slug)
        .join(Term, Term.vocabulary_id == Vocabulary.id)
        .order_by(Vocabulary.code, Term.position, Term.code)
    )
    found: dict[str, list[TermRef]] = {}
    for row in rows:
        term = TermRef(*row)
        found.setdefault(term.vocabulary, []).append(term)
    return {vocabulary: tuple(terms) for vocabulary, terms in found.items()}
