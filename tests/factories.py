"""Valid rows and values with Swedish names; a test states only what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kb.db import db, writing
from kb.domain.content import canonical_hash, slugify
from kb.domain.facts import Fact
from kb.domain.predicates import SYSTEM, Actor
from kb.domain.published import LessonView, OrganisationRef, SourceView, StorySource
from kb.domain.vocabulary import (
    EntryKind,
    FactName,
    FactState,
    LessonBasis,
    OrganisationSize,
    OrganisationType,
    Outcome,
    RevisionStatus,
    Role,
)
from kb.domain.workflow import Action
from kb.models import (
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
    User,
    Vocabulary,
    new_id,
    now,
)
from kb.services import moderation

TODAY = date(2026, 11, 23)


def fact(name: FactName, low: int | None = None, high: int | None = None, **changes: Any) -> Fact:
    """A known fact with an exact value, or with the ends given; unknown where there is no value."""
    state = FactState.UNKNOWN if low is None and high is None else FactState.KNOWN
    return Fact(**{"name": name, "state": state, "low": low, "high": high, **changes})


def exact(name: FactName, value: int, **changes: Any) -> Fact:
    return fact(name, value, value, **changes)


def organisation_ref(name: str = "Skogsstyrelsen", **changes: Any) -> OrganisationRef:
    values: dict[str, Any] = {"slug": slugify(name), "name": name, "type": OrganisationType.STATE_AUTHORITY}
    return OrganisationRef(**{**values, **changes})


def story_source(**changes: Any) -> StorySource:
    """What is stored of a published story."""
    values: dict[str, Any] = {
        "entry_id": "01JD0000000000000000000000",
        "slug": "nytt-arendesystem",
        "version": 1,
        "title": "Nytt ärendesystem för avverkningar",
        "summary": "Systemet blev klart i tid eftersom handläggarna testade det varje vecka.",
        "kind": EntryKind.GOOD_EXAMPLE,
        "outcomes": (Outcome.SUCCEEDED,),
        "body": "## Läget\n\nHandläggarna skrev på papper.",
        "body_plain": "Läget\n\nHandläggarna skrev på papper.",
        "language": "sv",
        "organisation": organisation_ref(size=OrganisationSize.FROM_250),
        "published_on": date(2024, 5, 2),
        "first_published_on": date(2024, 5, 2),
        "lessons": (LessonView("testa-varje-vecka", advice="Låt handläggarna testa varje vecka."),),
        "sources": (SourceView("Slutrapport", "https://exempel.se/slutrapport"),),
        "contact_role": "Förvaltningsledare",
    }
    return StorySource(**{**values, **changes})


def organisation(name: str = "", *, aliases: tuple[str, ...] = (), **changes: Any) -> Organisation:
    """An organisation in the session."""
    name = name or f"Myndigheten för prov {new_id()}"
    values: dict[str, Any] = {"slug": slugify(name), "name": name, "type": OrganisationType.STATE_AUTHORITY}
    row = Organisation(
        **{**values, **changes},
        aliases=[OrganisationAlias(key=alias.casefold(), alias=alias) for alias in aliases],
    )
    db.session.add(row)
    db.session.flush()
    return row


def term(vocabulary: str = "phase", code: str = "pilot", label: str = "Pilot") -> Term:
    """A term in the session, in a vocabulary of its own unless there is one of that code."""
    owner = db.session.query(Vocabulary).filter_by(code=vocabulary).one_or_none()
    owner = owner or Vocabulary(
        code=vocabulary, slug=slugify(vocabulary), label=vocabulary.capitalize(), is_official=False
    )
    row = Term(code=code, slug=slugify(label), label=label, vocabulary=owner)
    db.session.add(row)
    db.session.flush()
    return row


def entry(owner: Organisation | None = None, **changes: Any) -> Entry:
    """An entry without versions, in the session."""
    row = Entry(
        **{"slug": "nytt-arendesystem", "owner_id": (owner or organisation()).id, "partners": [], **changes}
    )
    db.session.add(row)
    db.session.flush()
    return row


def revision(of: Entry, **changes: Any) -> Revision:
    """A draft in the session, numbered after the versions before it."""
    title = changes.get("title", "Nytt ärendesystem för avverkningar")
    body = changes.get("body", "## Läget\n\nHandläggarna skrev på papper.")
    values: dict[str, Any] = {
        "entry_id": of.id,
        "number": 1 + max((row.number for row in of.revisions), default=0),
        "status": RevisionStatus.DRAFT,
        "title": title,
        "summary": "Systemet blev klart i tid eftersom handläggarna testade det varje vecka.",
        "kind": EntryKind.GOOD_EXAMPLE,
        "body": body,
        "body_plain": body,
        "source_hash": canonical_hash({"title": title, "body": body}),
        "outcomes": [RevisionOutcome(outcome=Outcome.SUCCEEDED)],
        "sources": [SourceRow(position=0, title="Slutrapport", url="https://exempel.se/slutrapport")],
    }
    row = Revision(**{**values, **changes})
    db.session.add(row)
    db.session.flush()
    return row


def fact_row(name: FactName, value: int | None, **changes: Any) -> FactRow:
    state = FactState.UNKNOWN if value is None else FactState.KNOWN
    return FactRow(**{"name": name, "state": state, "low": value, "high": value, **changes})


def lesson_text(of: Entry, anchor: str = "testa-varje-vecka", **changes: Any) -> LessonText:
    """The text of the entry's lesson with this anchor, which is made if there is none."""
    lesson = db.session.query(Lesson).filter_by(entry_id=of.id, anchor=anchor).one_or_none()
    values: dict[str, Any] = {
        "lesson": lesson or Lesson(entry_id=of.id, anchor=anchor),
        "position": 0,
        "advice": "Låt handläggarna testa varje vecka.",
        "basis": LessonBasis.SOURCE,
    }
    return LessonText(**{**values, **changes})


def published(
    title: str = "Nytt ärendesystem för avverkningar",
    *,
    owner: Organisation | None = None,
    partners: tuple[Organisation, ...] = (),
    advice: Mapping[str, str] | None = None,
    **changes: Any,
) -> Entry:
    """A published story: committed, and in the indexes. ``advice`` are its lessons by their anchors."""
    with writing(db.session):
        row = entry(owner, slug=slugify(title), partners=list(partners))
        if advice:
            changes["lessons"] = [
                lesson_text(row, anchor, position=number, advice=said)
                for number, (anchor, said) in enumerate(advice.items())
            ]
        moderation.perform(Action.IMPORT, row, revision(row, title=title, **changes), SYSTEM)
    return row


def new_version(of: Entry, **changes: Any) -> Revision:
    """A further version of a published story: committed, and in the index."""
    with writing(db.session):
        row = revision(of, **changes)
        moderation.perform(Action.REPLACE, of, row, SYSTEM)
        db.session.expire(of, ["published_revision", "revisions"])
    return row


def user(role: Role = Role.CONTRIBUTOR, name: str = "Åsa Öberg", **changes: Any) -> User:
    email = f"{slugify(name)}.{new_id().lower()}@exempel.se"
    values: dict[str, Any] = {"name": name, "email": email, "role": role, "created_at": now()}
    if "organisations" not in changes:
        values["organisations"] = [organisation()]
    row = User(**{**values, **changes})
    db.session.add(row)
    db.session.flush()
    return row


def moderator() -> Actor:
    """One of the secretariat, with an account."""
    with writing(db.session):
        return Actor(user_id=user(Role.MODERATOR, "Märta Ek").id, role=Role.MODERATOR)


def withdraw(of: Entry, reason: str = "Uppgifterna visade sig vara fel.") -> None:
    revision_id = of.published_revision_id
    by = moderator()
    with writing(db.session):
        moderation.perform(Action.WITHDRAW, of, db.session.get_one(Revision, revision_id), by, reason)
