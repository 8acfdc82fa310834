"""Load the seed folder: vocabularies, organisations, word lists, editorial stories. May be run again.

One transaction: a broken file is refused with file, line and reason, and nothing of that run is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select

from kb.db import db, transaction
from kb.domain import content
from kb.domain.errors import DomainError
from kb.domain.predicates import SYSTEM
from kb.domain.vocabulary import OPEN_STATUSES, OrganisationSize, OrganisationType
from kb.domain.workflow import Action, Position
from kb.models import Entry, FormerSlug, Organisation, OrganisationAlias, Term, Vocabulary
from kb.models.synonym import load_word_lists
from kb.search import maintenance, sync
from kb.services import demo_accounts, moderation, seed_files, seed_revision, seed_site, seed_words
from kb.services.known import Known
from kb.services.seed_files import SeedEntry, SeedOrganisation
from kb.services.seed_site import SeedSiteValue
from kb.services.seed_words import SeedWords

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class SeedReport:
    organisations: int = 0
    terms: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    taken_over: int = 0


@dataclass(frozen=True, slots=True)
class _Seed:
    """The whole folder, read and checked."""

    vocabularies: list[dict[str, Any]]
    organisations: list[SeedOrganisation]
    entries: list[SeedEntry]
    words: SeedWords
    site: list[SeedSiteValue]


def count_entries(folder: Path) -> int:
    """How many stories a run will go through, for progress."""
    return sum(1 for _ in (folder / "entries").glob("*.md"))


def load(folder: Path, progress: Callable[[int], None] | None = None, *, demo: bool = False) -> SeedReport:
    """Read all files first, then write them in one transaction. Raises ``SeedError``.

    ``demo`` also loads a made-up operator of the site, and accounts to sign in with. Raises
    ``ConfigurationError`` for that in production.
    """
    if demo:
        demo_accounts.refuse_in_production()
    seed = _Seed(
        vocabularies=seed_files.read_vocabularies(folder / "vocabularies.yaml"),
        organisations=seed_files.read_organisations(folder / "organisations.csv"),
        entries=seed_files.read_entries(folder / "entries"),
        words=seed_words.read(folder),
        site=seed_site.read(folder, demo=demo),
    )
    before = load_word_lists(db.session).compounds
    report = _write(seed, progress)
    if demo:
        demo_accounts.put()
    if load_word_lists(db.session).compounds != before:
        _rebuild_index()
    return report


def _rebuild_index() -> None:
    """Stories that were analysed with other exceptions from the splitting would be found by other words."""
    try:
        maintenance.rebuild(sync.of(db.engine))
    except DomainError as error:
        log.warning("index_not_rebuilt", reason=str(error))


@transaction
def _write(seed: _Seed, progress: Callable[[int], None] | None) -> SeedReport:
    known = Known(_put_organisations(seed.organisations), _put_vocabularies(seed.vocabularies))
    seed_words.put(seed.words)
    seed_site.put(seed.site)
    report = SeedReport(organisations=len(seed.organisations), terms=len(known.terms))
    for entry in seed.entries:
        _put_entry(entry, known, report)
        if progress is not None:
            progress(1)
    return report


def _put_organisations(rows: list[SeedOrganisation]) -> dict[str, Organisation]:
    """By their addresses in the files. What an administrator has changed, merged or named stays as it is."""
    found = _existing_organisations(rows)
    rows = [row for row in rows if row.slug not in found or found[row.slug].edited_at is None]
    for row in rows:
        organisation = found.setdefault(row.slug, Organisation(slug=row.slug, name=row.name))
        organisation.type = OrganisationType(row.type)
        organisation.size = OrganisationSize(row.size) if row.size else None
        organisation.name = row.name
        organisation.short_name = row.short_name
        db.session.add(organisation)
    db.session.flush()
    for row in rows:
        found[row.slug].successor_id = found[row.successor].id if row.successor else None
    held = _names_of_the_edited()
    _put_aliases(
        {found[row.slug]: [alias for alias in row.aliases if alias.casefold() not in held] for row in rows}
    )
    db.session.flush()
    return found


def _existing_organisations(rows: list[SeedOrganisation]) -> dict[str, Organisation]:
    """Those in the database, by the addresses that they have and have had, and by a name given to another."""
    every = list(db.session.scalars(select(Organisation)))
    by_id = {row.id: row for row in every}
    edited = _names_of_the_edited()
    found = {row.slug: by_id[edited[row.name.casefold()]] for row in rows if row.name.casefold() in edited}
    found |= {row.slug: by_id[row.organisation_id] for row in db.session.scalars(select(FormerSlug))}
    return found | {row.slug: row for row in every}


def _names_of_the_edited() -> dict[str, str]:
    """What organisations that an administrator has changed are called, in lower case, with their ids."""
    edited = db.session.scalars(select(Organisation).where(Organisation.edited_at.is_not(None))).all()
    return {
        name.casefold(): row.id
        for row in edited
        for name in (*(alias.alias for alias in row.aliases), row.name)
    }


def _put_aliases(wanted: Mapping[Organisation, Iterable[str]]) -> None:
    """All that go before all that come: an alias may pass from one organisation to another."""
    keys = {
        organisation: {alias.casefold(): alias for alias in names} for organisation, names in wanted.items()
    }
    for organisation, names in keys.items():
        for alias in [alias for alias in organisation.aliases if alias.key not in names]:
            organisation.aliases.remove(alias)
    for organisation, names in keys.items():
        held = {alias.key for alias in organisation.aliases}
        organisation.aliases += [
            OrganisationAlias(key=key, alias=names[key]) for key in names if key not in held
        ]


def _put_vocabularies(rows: list[dict[str, Any]]) -> dict[tuple[str, str], Term]:
    held = {row.code: row for row in db.session.scalars(select(Vocabulary))}
    terms: dict[tuple[str, str], Term] = {}
    for row in rows:
        vocabulary = held.get(row["code"]) or Vocabulary(code=row["code"])
        _put_words(vocabulary, row)
        vocabulary.is_official = row["official"]
        db.session.add(vocabulary)
        by_code = {term.code: term for term in vocabulary.terms}
        for position, item in enumerate(row["terms"]):
            term = by_code.get(item["code"])
            if term is None:
                term = by_code[item["code"]] = Term(code=item["code"])
                vocabulary.terms.append(term)
            _put_words(term, item)
            term.position = position
            parent = item.get("parent")
            term.parent = by_code[parent] if parent else None
            terms[vocabulary.code, term.code] = term
    db.session.flush()
    return terms


def _put_words(row: Vocabulary | Term, item: Mapping[str, Any]) -> None:
    """An address that the file does not state comes from the first label and stays when that changes."""
    row.slug = item.get("slug") or row.slug or content.slugify(item["label"])
    row.label = item["label"]
    row.label_en = item.get("label_en", "")
    row.description = item.get("description", "")
    row.description_en = item.get("description_en", "")


def _put_entry(seed: SeedEntry, known: Known, report: SeedReport) -> None:
    seed_revision.check(seed, known)
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
    elif _is_taken_over(entry):
        report.taken_over += 1
        return
    else:
        report.changed += 1
    action = Action.IMPORT if moderation.position_of(entry) is Position.NEW else Action.REPLACE
    entry.slug = content.slugify(seed.header["title"])
    owner = known.organisations[seed.header["organisation"]]
    if not _has_been_handed_over(entry, owner):
        entry.owner_id = owner.id
    partners = dict.fromkeys(known.organisations[slug] for slug in seed.header.get("partners", []))
    entry.partners = [partner for partner in partners if partner.id != entry.owner_id]
    db.session.flush()
    revision = seed_revision.revision(seed, entry, known, source_hash)
    db.session.add(revision)
    db.session.flush()
    moderation.perform(action, entry, revision, SYSTEM)
    db.session.expire(entry, ["published_revision"])


def _is_taken_over(entry: Entry) -> bool:
    """Whether people have a version of their own on its way, or have had one published."""
    return any(
        revision.status in OPEN_STATUSES or (revision.published_at and revision.created_by)
        for revision in entry.revisions
    )


def _has_been_handed_over(entry: Entry, owner: Organisation) -> bool:
    """Whether an administrator gave the entry to the one that took over from the owner in its file."""
    heir = owner.successor
    return heir is not None and owner.edited_at is not None and entry.owner_id == heir.id
