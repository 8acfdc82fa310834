"""Authorities: with the names they are known by and the one that took over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.domain.vocabulary import OrganisationSize, OrganisationType
from kb.models.base import ID_LENGTH, Base, UtcDateTime, Word, new_id, one_of


class Organisation(Base):
    """``edited_at`` is when an administrator last changed it: from then on the seed files leave it alone."""

    __tablename__ = "organisation"
    __table_args__ = (
        one_of("type", OrganisationType),
        one_of("size", OrganisationSize),
        CheckConstraint("successor_id IS NULL OR successor_id != id", name="not_own_successor"),
        CheckConstraint("length(trim(name)) > 0", name="has_name"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    short_name: Mapped[str] = mapped_column(String(40), default="")
    type: Mapped[OrganisationType] = mapped_column(Word(OrganisationType))
    size: Mapped[OrganisationSize | None] = mapped_column(Word(OrganisationSize))
    successor_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    successor: Mapped[Organisation | None] = relationship(
        remote_side="Organisation.id", back_populates="predecessors"
    )
    predecessors: Mapped[list[Organisation]] = relationship(
        back_populates="successor", order_by="Organisation.name"
    )
    aliases: Mapped[list[OrganisationAlias]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="OrganisationAlias.alias"
    )


class OrganisationAlias(Base):
    """Another name of an organisation; ``key`` is it in lower case and belongs to one organisation."""

    __tablename__ = "organisation_alias"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    alias: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )

    organisation: Mapped[Organisation] = relationship(back_populates="aliases")


class FormerSlug(Base):
    """An address that an organisation had before it was renamed or merged; it redirects for ever."""

    __tablename__ = "former_slug"

    slug: Mapped[str] = mapped_column(String(100), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
