"""Looking through the people with an account: by name or address, role, state and organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, func, not_, select
from sqlalchemy.orm import selectinload

from kb.db import db
from kb.domain.accounts import MFA_ROLES, LinkPurpose
from kb.domain.people import PersonState
from kb.domain.permissions import Permission, permits, require
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.models import Organisation, SingleUseLink, User, UserSession, now
from kb.models.permitted import permitted
from kb.models.user import membership
from kb.services import people

PER_PAGE = 50
TEXT_MAX = 100
_LAST_LETTERS = str.maketrans("åäö", "{|}")


@dataclass(frozen=True, slots=True)
class Belonging:
    """An organisation that someone writes for."""

    id: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """``second_factor``: whether one is set up. ``last_seen_at`` is exact to the minute."""

    id: str
    name: str
    email: str
    role: Role
    state: PersonState
    language: str
    organisations: tuple[Belonging, ...]
    second_factor: bool
    last_seen_at: datetime | None
    created_at: datetime

    @property
    def lacks_second_factor(self) -> bool:
        """Whether the role cannot be used until a second factor has been set up (S-13)."""
        return self.state is PersonState.ACTIVE and self.role in MFA_ROLES and not self.second_factor


@dataclass(frozen=True, slots=True)
class PersonPage:
    """``invited_until`` is when a link that has not been used ends; ``sessions`` how many browsers are in."""

    person: Person
    sessions: int
    invited_until: datetime | None
    is_self: bool
    may_change: bool
    is_last_administrator: bool


@dataclass(frozen=True, slots=True)
class PeopleList:
    """``total`` are all that one may see, ``found`` those that were asked for."""

    rows: tuple[Person, ...]
    found: int
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class PeopleToMind:
    """``without_second_factor`` cannot use their role; ``waiting`` have not answered an invitation."""

    active: int
    without_second_factor: int
    waiting: int


def index(
    by: Actor,
    query: str = "",
    *,
    role: Role | None = None,
    state: PersonState | None = None,
    organisation: str = "",
    page: int = 1,
) -> PeopleList:
    """Those whose name or address holds each word of ``query``; ``organisation`` is a slug.

    Without a ``state`` erased accounts are left out. A page past the last is the last.
    """
    seen = permitted(Permission.USER_READ, by, User)
    wanted = [seen, _in_state(state) if state else User.erased_at.is_(None)]
    if role is not None:
        wanted.append(User.role == role)
    if organisation:
        wanted.append(
            User.id.in_(
                select(membership.c.user_id)
                .join(Organisation, Organisation.id == membership.c.organisation_id)
                .where(Organisation.slug == organisation)
            )
        )
    words = query[:TEXT_MAX].casefold().split()
    # Compared here and not in the database: SQLite does not know that Å and å are one letter.
    found = sorted(
        (
            row
            for row in db.session.execute(select(User.id, User.name, User.email).where(*wanted))
            if _holds(row, words)
        ),
        key=lambda row: (row.name.casefold().translate(_LAST_LETTERS), row.email),
    )
    pages = max(-(-len(found) // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    shown = [row.id for row in found[(page - 1) * PER_PAGE : page * PER_PAGE]]
    rows = {user.id: user for user in _load(User.id.in_(shown))}
    total = select(func.count()).select_from(User).where(seen, User.erased_at.is_(None))
    return PeopleList(
        rows=tuple(_person(rows[user_id]) for user_id in shown),
        found=len(found),
        total=db.session.scalar(total) or 0,
        page=page,
        pages=pages,
    )


def organisations(by: Actor) -> tuple[Belonging, ...]:
    """Those that someone whom one may see writes for, by name."""
    query = (
        select(Organisation)
        .join(membership, membership.c.organisation_id == Organisation.id)
        .join(User, User.id == membership.c.user_id)
        .where(permitted(Permission.USER_READ, by, User))
        .distinct()
        .order_by(Organisation.name)
    )
    return tuple(_belonging(row) for row in db.session.scalars(query))


def read(user_id: str, by: Actor) -> PersonPage:
    """A person as an administrator sees them. Raises ``NotFound``."""
    user = people.load(user_id, by)
    until = select(func.max(SingleUseLink.expires_at)).where(
        SingleUseLink.user_id == user.id,
        SingleUseLink.purpose == LinkPurpose.INVITATION,
        SingleUseLink.used_at.is_(None),
        SingleUseLink.expires_at > now(),
    )
    sessions = select(func.count()).select_from(UserSession).where(UserSession.user_id == user.id)
    return PersonPage(
        person=_person(user),
        sessions=db.session.scalar(sessions) or 0,
        invited_until=db.session.scalar(until),
        is_self=by.user_id == user.id,
        may_change=permits(Permission.USER_CHANGE, by, people.subject_of(user)),
        is_last_administrator=people.is_last_administrator(user),
    )


def to_mind(by: Actor) -> PeopleToMind:
    """What an administrator may need to do about people. Raises ``NotPermitted``."""
    require(Permission.USER_INVITE, by)

    def count(*conditions: ColumnElement[bool]) -> int:
        return db.session.scalar(select(func.count()).select_from(User).where(*conditions)) or 0

    active = _in_state(PersonState.ACTIVE)
    return PeopleToMind(
        active=count(active),
        without_second_factor=count(active, User.role.in_(MFA_ROLES), User.totp_confirmed_at.is_(None)),
        waiting=count(_in_state(PersonState.INVITED)),
    )


def _in_state(state: PersonState) -> ColumnElement[bool]:
    """The twin of ``people.state_of`` for all rows."""
    match state:
        case PersonState.ERASED:
            return User.erased_at.is_not(None)
        case PersonState.DISABLED:
            return and_(User.disabled_at.is_not(None), User.erased_at.is_(None))
        case PersonState.INVITED:
            return and_(User.disabled_at.is_(None), not_(people.has_joined()))
        case PersonState.ACTIVE:
            return and_(User.disabled_at.is_(None), people.has_joined())


def _load(condition: ColumnElement[bool]) -> list[User]:
    return list(db.session.scalars(select(User).options(selectinload(User.organisations)).where(condition)))


def _person(user: User) -> Person:
    return Person(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        state=people.state_of(user),
        language=user.language,
        organisations=tuple(_belonging(row) for row in user.organisations),
        second_factor=user.totp_confirmed_at is not None,
        last_seen_at=user.last_seen_at,
        created_at=user.created_at,
    )


def _belonging(row: Organisation) -> Belonging:
    return Belonging(row.id, row.slug, row.name)


def _holds(row: Row[str, str, str], words: list[str]) -> bool:
    said = f"{row.name}\n{row.email}".casefold()
    return all(word in said for word in words)
