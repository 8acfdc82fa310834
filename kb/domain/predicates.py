"""One-line questions about who acts on what; permissions are made of them."""

from __future__ import annotations

from dataclasses import dataclass

from kb.domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a reader without an account, a user with a role, or the system (seeding, schedules)."""

    user_id: str | None = None
    role: Role | None = None
    is_system: bool = False


READER = Actor()
SYSTEM = Actor(is_system=True)


@dataclass(frozen=True, slots=True)
class Subject:
    """What of an entry permissions depend on."""

    is_public: bool
    author_id: str | None = None


def is_system(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001 (predicates share one shape)
    return actor.is_system


def is_moderator(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001 (predicates share one shape)
    return actor.role in (Role.MODERATOR, Role.ADMIN)


def is_public(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001 (predicates share one shape)
    return subject.is_public
