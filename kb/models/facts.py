"""The typed facts of a revision, its benefits and its sources, one row each."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.domain.vocabulary import DATE_FACTS, BenefitStage, FactName, FactState
from kb.models.base import ID_LENGTH, Base, Word, new_id, one_of
from kb.models.vocabulary import Term

_DATES = ", ".join(f"'{name.value}'" for name in DATE_FACTS)


def _month_check(column: str) -> str:
    return (
        f"name NOT IN ({_DATES}) OR {column} IS NULL"
        f" OR ({column} BETWEEN 195001 AND 210012 AND {column} % 100 BETWEEN 1 AND 12)"
    )


class FactRow(Base):
    """A ``domain.facts.Fact`` at rest: money in thousands of kronor, dates as months YYYYMM."""

    __tablename__ = "fact"
    __table_args__ = (
        one_of("name", FactName),
        one_of("state", FactState),
        CheckConstraint("low IS NULL OR low >= 0", name="low_not_negative"),
        CheckConstraint("high IS NULL OR high >= 0", name="high_not_negative"),
        CheckConstraint("low IS NULL OR high IS NULL OR low <= high", name="low_up_to_high"),
        CheckConstraint(
            "(state = 'unknown' AND low IS NULL AND high IS NULL) OR state = 'withheld'"
            " OR (state NOT IN ('unknown', 'withheld') AND (low IS NOT NULL OR high IS NOT NULL))",
            name="value_fits_state",
        ),
        CheckConstraint(_month_check("low"), name="low_is_month"),
        CheckConstraint(_month_check("high"), name="high_is_month"),
    )

    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[FactName] = mapped_column(Word(FactName), primary_key=True)
    state: Mapped[FactState] = mapped_column(Word(FactState))
    low: Mapped[int | None]
    high: Mapped[int | None]
    year: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")
    publish_from: Mapped[date | None]


class BenefitRow(Base):
    __tablename__ = "benefit"
    __table_args__ = (UniqueConstraint("revision_id", "position"), one_of("stage", BenefitStage))

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    stage: Mapped[BenefitStage] = mapped_column(Word(BenefitStage))
    type_id: Mapped[str] = mapped_column(ForeignKey("term.id"), index=True)
    description: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")

    type: Mapped[Term] = relationship()


class SourceRow(Base):
    """Where a statement can be checked. ``url`` is http or https only."""

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("revision_id", "position"),
        CheckConstraint("url LIKE 'https://%' OR url LIKE 'http://%'", name="url_is_web"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    publisher: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(Text)
    accessed: Mapped[date | None]
