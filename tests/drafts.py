"""Drafts, begun and filled in as a writer does it."""

from __future__ import annotations

from kb.domain.predicates import Actor
from kb.domain.vocabulary import EntrySize
from kb.models import User, new_id
from kb.services import drafts


def actor_of(user: User) -> Actor:
    """Who acts when the user is signed in."""
    return Actor(
        user_id=user.id,
        role=user.role,
        organisation_ids=frozenset(one.id for one in user.organisations),
    )


def start_draft(user: User, size: EntrySize = EntrySize.TIP, **fields: str) -> str:
    """A draft of the user's first organisation; its entry's id.

    Names of fields with points are given in a dictionary: ``**{"lesson.l1.advice": "…"}``.
    """
    by = actor_of(user)
    organisation_id = user.organisations[0].id
    entry_id = drafts.start(size, organisation_id, by, key=new_id())
    if fields:
        drafts.save(entry_id, fields, 1, by)
    return entry_id


def complete_tip_fields() -> dict[str, str]:
    """All that a tip must have, with terms of the seed."""
    return {
        "title": "Låt handläggarna testa varje vecka",
        "summary": "Vi hittade felen medan de ännu var billiga att rätta.",
        "kind": "good_example",
        "outcomes": "succeeded",
        "term.domain": "internal_administration",
        "lessons": "lardom-1",
        "lesson.lardom-1.situation": "Systemet skulle tas i drift om ett halvår.",
        "lesson.lardom-1.advice": "Låt de som ska arbeta i systemet testa det varje vecka.",
    }


def complete_story_fields() -> dict[str, str]:
    """All that a story must have, and some more."""
    return complete_tip_fields() | {
        "body": "## Läget\n\nHandläggarna skrev på papper.\n\n## Effekter\n\nNu går det fortare.",
        "term.investment_type": "case_system",
        "term.phase": "development",
        "sources": "kalla-1",
        "source.kalla-1.title": "Slutrapport",
        "source.kalla-1.url": "https://exempel.se/slutrapport",
        "contact_role": "Förvaltningsledare",
    }
