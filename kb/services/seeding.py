"""Load the seed folder: vocabularies, organisations and editorial stories. May be run again and again.

One transaction: a broken file is refused with file, line and reason, and nothing of that run is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kb import markdown
from kb.db import db, transaction
from kb.domain import content
from kb.domain.errors import Invalid
from kb.domain.facts import Fact
from kb.domain.predicates import SYSTEM
from kb.domain.vocabulary import (
    DATE_FACTS,
    BenefitStage,
    EntryKind,
    FactName,
    FactState,
    LessonBasis,
    OrganisationSize,
    OrganisationType,
    Outcome,
    RevisionStatus,
)
from kb.domain.workflow import Action, Position
from kb.models import (
    BenefitRow,
    Entry,
    FactRow,
    Lesson,
    LessonText,
    Organisation,
    OrganisationAlias,
    Revision,
    RevisionOutcome,
    SourceRow,
    Term,
    Vocabulary,
)
from kb.services import moderation, seed_files
from kb.services.seed_files import SeedEntry, SeedError, SeedOrganisation

_LESSON_FIELDS = ("situation", "what_happened", "why", "advice", "applies_when", "does_not_apply_when")
_MAIN_HEADING = 2


@dataclass(slots=True)
class SeedReport:
    organisations: int = 0
    terms: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What a story may refer to."""

    organisations: dict[str, Organisation]
    terms: dict[tuple[str, str], Term]


def count_entries(folder: Path) -> int:
    """How many stories a run will go through, for progress."""
    return sum(1 for _ in (folder / "entries").glob("*.md"))


def load(folder: Path, progress: Callable[[int], None] | None = None) -> SeedReport:
    """Read all files first, then write them in one transaction. Raises ``SeedError``."""
    vocabularies = seed_files.read_vocabularies(folder / "vocabularies.yaml")
    organisations = seed_files.read_organisations(folder / "organisations.csv")
    entries = seed_files.read_entries(folder / "entries")
    return _write(vocabularies, organisations, entries, progress)


@transaction
def _write(
    vocabularies: list[dict[str, Any]],
    organisations: list[SeedOrganisation],
    entries: list[SeedEntry],
    progress: Callable[[int], None] | None,
) -> SeedReport:
    known = _Known(_put_organisations(organisations), _put_vocabularies(vocabularies))
    report = SeedReport(organisations=len(organisations), terms=len(known.terms))
    for entry in entries:
        _put_entry(entry, known, report)
        if progress is not None:
            progress(1)
    return report


def _put_organisations(rows: list[SeedOrganisation]) -> dict[str, Organisation]:
    found = {row.slug: row for row in db.session.scalars(select(Organisation))}
    owner_of: dict[str, str] = {}
    for row in rows:
        organisation = found.setdefault(row.slug, Organisation(slug=row.slug, name=row.name))
        try:
            organisation.type = OrganisationType(row.type)
            organisation.size = OrganisationSize(row.size) if row.size else None
        except ValueError as error:
            raise SeedError(row.path, row.line, f"okänt värde: {error}") from error
        organisation.name = row.name
        organisation.short_name = row.short_name
        for alias in row.aliases:
            if owner_of.setdefault(alias.casefold(), row.slug) != row.slug:
                raise SeedError(
                    row.path, row.line, f"namnet ”{alias}” används redan av {owner_of[alias.casefold()]}"
                )
        _put_aliases(organisation, row.aliases)
        db.session.add(organisation)
    db.session.flush()
    for row in rows:
        if row.successor and row.successor not in found:
            raise SeedError(row.path, row.line, f"efterträdaren {row.successor} finns inte i listan")
        found[row.slug].successor_id = found[row.successor].id if row.successor else None
    db.session.flush()
    return found


def _put_aliases(organisation: Organisation, aliases: Iterable[str]) -> None:
    wanted = {alias.casefold(): alias for alias in aliases}
    held = {alias.key: alias for alias in organisation.aliases}
    for key in held.keys() - wanted.keys():
        organisation.aliases.remove(held[key])
    for key in wanted.keys() - held.keys():
        organisation.aliases.append(OrganisationAlias(key=key, alias=wanted[key]))


def _put_vocabularies(rows: list[dict[str, Any]]) -> dict[tuple[str, str], Term]:
    held = {row.code: row for row in db.session.scalars(select(Vocabulary))}
    terms: dict[tuple[str, str], Term] = {}
    for row in rows:
        vocabulary = held.get(row["code"]) or Vocabulary(code=row["code"])
        vocabulary.label = row["label"]
        vocabulary.description = row.get("description", "")
        vocabulary.is_official = row["official"]
        db.session.add(vocabulary)
        by_code = {term.code: term for term in vocabulary.terms}
        for position, item in enumerate(row["terms"]):
            term = by_code.get(item["code"])
            if term is None:
                term = by_code[item["code"]] = Term(code=item["code"])
                vocabulary.terms.append(term)
            term.label = item["label"]
            term.description = item.get("description", "")
            term.position = position
            parent = item.get("parent")
            term.parent = by_code[parent] if parent else None
            terms[vocabulary.code, term.code] = term
    db.session.flush()
    return terms


def _put_entry(seed: SeedEntry, known: _Known, report: SeedReport) -> None:
    _check(seed, known)
    source_hash = content.canonical_hash({**seed.header, "body": seed.body})
    entry = db.session.scalar(select(Entry).where(Entry.seed_key == seed.key))
    if entry is None:
        entry = Entry(seed_key=seed.key)
        db.session.add(entry)
        report.new += 1
    elif moderation.position_of(entry) is Position.WITHDRAWN:
        report.withdrawn += 1
        return
    elif entry.published_revision is not None and entry.published_revision.source_hash == source_hash:
        report.unchanged += 1
        return
    else:
        report.changed += 1
    action = Action.IMPORT if moderation.position_of(entry) is Position.NEW else Action.REPLACE
    entry.slug = content.slugify(seed.header["title"])
    entry.owner_id = known.organisations[seed.header["organisation"]].id
    entry.partners = [known.organisations[slug] for slug in seed.header.get("partners", [])]
    db.session.flush()
    revision = _revision(seed, entry, known, source_hash)
    db.session.add(revision)
    db.session.flush()
    moderation.perform(action, entry, revision, SYSTEM)
    db.session.expire(entry, ["published_revision"])


def _check(seed: SeedEntry, known: _Known) -> None:
    header = seed.header
    try:
        content.check_text(header["title"], header["summary"], seed.body)
        headings = [item.text for item in markdown.outline(seed.body) if item.level == _MAIN_HEADING]
        content.check_headings(headings)
    except Invalid as error:
        raise seed_files.refused(seed, error, error.field) from error
    for slug in (header["organisation"], *header.get("partners", [])):
        if slug not in known.organisations:
            raise seed.error(f"myndigheten ”{slug}” finns inte i organisations.csv", "organisation")
    for vocabulary, codes in header["terms"].items():
        for code in codes:
            if (vocabulary, code) not in known.terms:
                raise seed.error(f"termen ”{code}” finns inte i ordlistan {vocabulary}", "terms", vocabulary)


def _revision(seed: SeedEntry, entry: Entry, known: _Known, source_hash: str) -> Revision:
    header = seed.header
    return Revision(
        entry_id=entry.id,
        number=1 + max((revision.number for revision in entry.revisions), default=0),
        status=RevisionStatus.DRAFT,
        title=header["title"],
        summary=header["summary"],
        kind=EntryKind(header["kind"]),
        body=seed.body,
        body_plain=markdown.plain(seed.body),
        language=header["language"],
        editorial=header.get("editorial", False),
        anonymised=header.get("anonymised", False),
        contact_role=header.get("contact_role", ""),
        source_hash=source_hash,
        outcomes=[
            RevisionOutcome(outcome=Outcome(code), position=position)
            for position, code in enumerate(header["outcomes"])
        ],
        terms=[
            known.terms[vocabulary, code] for vocabulary, codes in header["terms"].items() for code in codes
        ],
        facts=[_fact(seed, name, value) for name, value in header.get("facts", {}).items()],
        lessons=[
            _lesson(entry, position, lesson, known)
            for position, lesson in enumerate(header.get("lessons", []))
        ],
        benefits=[
            BenefitRow(
                position=position,
                stage=BenefitStage(benefit["stage"]),
                type=_benefit_type(seed, position, benefit["type"], known),
                description=benefit["description"],
                note=benefit.get("note", ""),
            )
            for position, benefit in enumerate(header.get("benefits", []))
        ],
        sources=[
            SourceRow(
                position=position,
                title=source["title"],
                publisher=source.get("publisher", ""),
                url=source["url"],
                accessed=_day(source.get("accessed")),
            )
            for position, source in enumerate(header["sources"])
        ],
    )


def _fact(seed: SeedEntry, name: str, value: dict[str, Any]) -> FactRow:
    low, high = value.get("low"), value.get("high")
    if name in DATE_FACTS:
        low, high = seed_files.month_span(low, end=False), seed_files.month_span(high, end=True)
    fact = Fact(
        name=FactName(name),
        state=FactState(value["state"]),
        low=low,
        high=high,
        year=value.get("year"),
        note=value.get("note", ""),
        publish_from=_day(value.get("publish_from")),
    )
    try:
        fact.check()
    except Invalid as error:
        raise seed_files.refused(seed, error, "facts", name) from error
    return FactRow(
        name=fact.name,
        state=fact.state,
        low=fact.low,
        high=fact.high,
        year=fact.year,
        note=fact.note,
        publish_from=fact.publish_from,
    )


def _lesson(entry: Entry, position: int, value: dict[str, Any], known: _Known) -> LessonText:
    """The lesson with this key keeps its identity from revision to revision."""
    lesson = db.session.scalar(
        select(Lesson).where(Lesson.entry_id == entry.id, Lesson.anchor == value["key"])
    ) or Lesson(entry_id=entry.id, anchor=value["key"])
    codes = [(name, code) for name in ("phase", "perspective") for code in value.get(name, [])]
    return LessonText(
        lesson=lesson,
        position=position,
        basis=LessonBasis(value["basis"]),
        terms=[known.terms[key] for key in codes],
        **{name: value.get(name, "") for name in _LESSON_FIELDS},
    )


def _benefit_type(seed: SeedEntry, position: int, code: str, known: _Known) -> Term:
    term = known.terms.get(("benefit_type", code))
    if term is None:
        raise seed.error(f"termen ”{code}” finns inte i ordlistan benefit_type", "benefits", position)
    return term


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
