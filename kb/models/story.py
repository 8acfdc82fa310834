"""From rows to the domain: what is stored of a published revision, loaded in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from kb.domain.clock import swedish_date
from kb.domain.facts import Fact
from kb.domain.permissions import Permission
from kb.domain.predicates import READER
from kb.domain.published import BenefitView, LessonView, OrganisationRef, SourceView, StorySource, TermRef
from kb.domain.vocabulary import FactState
from kb.models.entry import Entry
from kb.models.facts import BenefitRow, FactRow
from kb.models.lesson import LessonText
from kb.models.organisation import Organisation
from kb.models.permitted import permitted
from kb.models.revision import Revision
from kb.models.vocabulary import Term


def _organisation_parts() -> tuple[_AbstractLoad, ...]:
    return (
        selectinload(Organisation.aliases),
        selectinload(Organisation.successor).selectinload(Organisation.aliases),
    )


def revision_parts() -> tuple[_AbstractLoad, ...]:
    """What ``story_source`` reads of a revision, to be loaded with it."""
    return (
        selectinload(Revision.outcomes),
        selectinload(Revision.terms).joinedload(Term.vocabulary),
        selectinload(Revision.facts),
        selectinload(Revision.lessons).options(
            selectinload(LessonText.lesson), selectinload(LessonText.terms).joinedload(Term.vocabulary)
        ),
        selectinload(Revision.benefits).joinedload(BenefitRow.type).joinedload(Term.vocabulary),
        selectinload(Revision.sources),
    )


def public_entries() -> Select[Entry]:
    """The entries that readers may see: the permission ``entry:read`` as a query filter."""
    return select(Entry).where(permitted(Permission.ENTRY_READ, READER, Entry))


def load_public(session: Session, query: Select[Entry]) -> Sequence[Entry]:
    """Run a query over entries and load everything that ``story_source`` reads."""
    return session.scalars(
        query.options(
            selectinload(Entry.owner).options(*_organisation_parts()),
            selectinload(Entry.partners).options(*_organisation_parts()),
            selectinload(Entry.published_revision).options(*revision_parts()),
        )
    ).all()


def public_facts(session: Session) -> dict[str, list[Fact]]:
    """Everything stored of the facts that readers may see, by entry, in one statement."""
    rows = session.execute(
        public_entries()
        .join(FactRow, FactRow.revision_id == Entry.published_revision_id)
        .with_only_columns(
            Entry.id,
            FactRow.name,
            FactRow.state,
            FactRow.low,
            FactRow.high,
            FactRow.year,
            FactRow.note,
            FactRow.publish_from,
        )
    )
    found: dict[str, list[Fact]] = {}
    for entry_id, *fact in rows:
        found.setdefault(entry_id, []).append(Fact(*fact))
    return found


def organisation_ref(row: Organisation) -> OrganisationRef:
    """An organisation as a value; the names of the one that took over count among its aliases."""
    aliases = [alias.alias for alias in row.aliases]
    if row.successor is not None:
        aliases += [row.successor.name, *(alias.alias for alias in row.successor.aliases)]
    return OrganisationRef(
        slug=row.slug,
        name=row.name,
        type=row.type,
        short_name=row.short_name,
        aliases=tuple(aliases),
        size=row.size,
    )


def story_source(entry: Entry, revision: Revision) -> StorySource:
    """Everything stored of a revision that is or has been published.

    A story that is anonymised now is so in its older versions too, and so is a fact that is withheld or
    embargoed now: neither name nor figure must be a click away.
    """
    if revision.published_at is None or entry.first_published_at is None:
        raise ValueError(f"revision {revision.id} was never published")
    current = entry.published_revision
    return StorySource(
        entry_id=entry.id,
        slug=entry.slug,
        version=revision.number,
        title=revision.title,
        summary=revision.summary,
        kind=revision.kind,
        outcomes=tuple(row.outcome for row in revision.outcomes),
        body=revision.body,
        body_plain=revision.body_plain,
        language=revision.language,
        organisation=organisation_ref(entry.owner),
        published_on=swedish_date(revision.published_at),
        first_published_on=swedish_date(entry.first_published_at),
        partners=tuple(organisation_ref(partner) for partner in entry.partners),
        terms=_terms(revision.terms),
        facts=_facts(revision, current),
        lessons=tuple(_lesson(row) for row in revision.lessons),
        benefits=tuple(
            BenefitView(row.stage, term_ref(row.type), row.description, row.note) for row in revision.benefits
        ),
        sources=tuple(
            SourceView(row.title, row.url, row.publisher, row.accessed) for row in revision.sources
        ),
        contact_role=revision.contact_role,
        open_to_contact=revision.open_to_contact,
        anonymised=revision.anonymised or (current is not None and current.anonymised),
        editorial=revision.editorial,
        size=revision.size,
    )


def _facts(revision: Revision, current: Revision | None) -> tuple[Fact, ...]:
    """The facts of a revision under the present withholding and the later of two embargoes."""
    now = {row.name: row for row in current.facts} if current is not None else {}
    return tuple(
        Fact(
            row.name,
            FactState.WITHHELD if now.get(row.name, row).state is FactState.WITHHELD else row.state,
            row.low,
            row.high,
            row.year,
            row.note,
            max(
                (day for day in (row.publish_from, now.get(row.name, row).publish_from) if day), default=None
            ),
        )
        for row in revision.facts
    )


def _terms(rows: Iterable[Term]) -> tuple[TermRef, ...]:
    return tuple(term_ref(row) for row in rows)


def term_ref(row: Term) -> TermRef:
    """A term as a value; its vocabulary is loaded with it."""
    owner = row.vocabulary
    return TermRef(owner.code, row.code, row.label, row.slug, row.label_en, owner.slug)


def _lesson(row: LessonText) -> LessonView:
    return LessonView(
        anchor=row.lesson.anchor,
        situation=row.situation,
        what_happened=row.what_happened,
        why=row.why,
        advice=row.advice,
        applies_when=row.applies_when,
        does_not_apply_when=row.does_not_apply_when,
        basis=row.basis,
        terms=_terms(row.terms),
    )
