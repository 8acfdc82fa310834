"""One-line questions about who acts on what; permissions are made of them.

Each has a twin in ``models/permitted.py`` that asks the same of all rows at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kb.domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a reader without an account, a user with a role, or the system (seeding, schedules).

    ``role`` is the one that may be used now: none while a second factor that it needs is missing.
    ``address`` is from where, for the audit log alone; it is no part of who someone is.
    """

    user_id: str | None = None
    role: Role | None = None
    is_system: bool = False
    organisation_ids: frozenset[str] = frozenset()
    address: str = field(default="", repr=False, compare=False)


READER = Actor()
SYSTEM = Actor(is_system=True)


@dataclass(frozen=True, slots=True)
class Subject:
    """What of an entry, an account or anything else permissions depend on; what it has not is left out."""

    is_public: bool = False
    writer_ids: frozenset[str] = frozenset()
    user_id: str | None = None
    organisation_ids: frozenset[str] = frozenset()


NOTHING = Subject()
"""For what is permitted or not whatever it is about."""


def is_system(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001 (predicates share one shape)
    return actor.is_system


def is_signed_in(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001 (predicates share one shape)
    return actor.user_id is not None


def is_moderator(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001 (predicates share one shape)
    return actor.role in (Role.MODERATOR, Role.ADMIN)


def is_admin(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001 (predicates share one shape)
    return actor.role is Role.ADMIN


def is_public(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001 (predicates share one shape)
    return subject.is_public


def has_organisation(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001 (predicates share one shape)
    return actor.role is not None and bool(actor.organisation_ids)


def is_writer(actor: Actor, subject: Subject) -> bool:
    return actor.role is not None and actor.user_id in subject.writer_ids


def is_self(actor: Actor, subject: Subject) -> bool:
    return actor.user_id is not None and actor.user_id == subject.user_id


def is_another(actor: Actor, subject: Subject) -> bool:
    return not is_self(actor, subject)


def shares_organisation(actor: Actor, subject: Subject) -> bool:
    return actor.role is not None and not actor.organisation_ids.isdisjoint(subject.organisation_ids)
