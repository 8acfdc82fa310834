"""The word lists of the search: synonyms and abbreviations, and words that are split otherwise than by rule.

A row with a ``seed_key`` comes from the seed folder and follows it; one without is the administrators' own.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from kb.domain.wordlists import SynonymRole, SynonymSet, WordLists
from kb.models.base import ID_LENGTH, Base, Word, new_id, one_of

_WORD_LENGTH = 80


class Synonym(Base):
    """One set of words for the same thing; the flags are those of ``SynonymSet``. ``why`` defends it."""

    __tablename__ = "synonym"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    seed_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    case_sensitive: Mapped[bool] = mapped_column(default=False)
    oneway: Mapped[bool] = mapped_column(default=False)
    context: Mapped[str] = mapped_column(String(80), default="")
    why: Mapped[str] = mapped_column(String(160))

    words: Mapped[list[SynonymWord]] = relationship(
        back_populates="synonym", cascade="all, delete-orphan", order_by="SynonymWord.position"
    )


class SynonymWord(Base):
    """A word or a phrase of a set."""

    __tablename__ = "synonym_word"
    __table_args__ = (
        one_of("role", SynonymRole),
        CheckConstraint("length(trim(text)) > 0", name="has_text"),
    )

    synonym_id: Mapped[str] = mapped_column(ForeignKey("synonym.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[SynonymRole] = mapped_column(Word(SynonymRole))
    text: Mapped[str] = mapped_column(String(_WORD_LENGTH))

    synonym: Mapped[Synonym] = relationship(back_populates="words")


class CompoundException(Base):
    """How a word is split whatever the rules say; ``parts`` are parted by spaces, empty: never split."""

    __tablename__ = "compound_exception"

    word: Mapped[str] = mapped_column(String(_WORD_LENGTH), primary_key=True)
    parts: Mapped[str] = mapped_column(String(200), default="")
    from_seed: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(String(160))


def load_word_lists(session: Session) -> WordLists:
    """The lists as they are now, for the search."""
    sets = session.scalars(
        select(Synonym).options(selectinload(Synonym.words)).order_by(Synonym.position, Synonym.id)
    )
    exceptions = session.scalars(select(CompoundException).order_by(CompoundException.word))
    return WordLists(
        tuple(
            SynonymSet(tuple((word.role, word.text) for word in row.words), row.case_sensitive, row.oneway)
            for row in sets
        ),
        {row.word: tuple(row.parts.split()) for row in exceptions},
    )
