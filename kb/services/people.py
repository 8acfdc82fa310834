"""People with an account: invite them, give them a role and organisations, shut them out, let them in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select

from kb.db import db, transaction
from kb.domain.accounts import LinkPurpose
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import Conflict, Invalid, InvalidFields, NotFound
from kb.domain.letters import LetterKind
from kb.domain.people import PersonState, checked_email, checked_name
from kb.domain.permissions import Permission, require, require_to_know
from kb.domain.predicates import Actor, Subject
from kb.domain.vocabulary import Role
from kb.models import ExternalIdentity, Organisation, User, now
from kb.services import administrators, audit, letters, links, sessions

LANGUAGES = ("sv", "en")


@transaction
def invite(
    email: str,
    name: str,
    role: Role,
    organisation_ids: Collection[str],
    by: Actor,
    *,
    language: str = "sv",
) -> tuple[str, str]:
    """Make an account that its holder opens by a link in a letter: the ids of the person and of the link.

    Raises ``NotPermitted``, and ``InvalidFields`` for an address that has an account, for a name or address
    that is none, and for a contributor without an organisation.
    """
    require(Permission.USER_INVITE, by)
    problems: list[Invalid] = []
    address = _checked(problems, lambda: checked_email(email))
    called = _checked(problems, lambda: checked_name(name))
    if address and db.session.scalar(select(User.id).where(User.email == address)):
        problems.append(Invalid("Det finns redan ett konto med den e-postadressen.", field="email"))
    chosen = _checked_organisations(problems, role, organisation_ids)
    if problems:
        raise InvalidFields(tuple(problems))
    user = User(
        email=address,
        name=called,
        role=role,
        language=language if language in LANGUAGES else LANGUAGES[0],
        organisations=chosen,
    )
    db.session.add(user)
    db.session.flush()
    audit.record(
        AuditAction.USER_INVITED, by, subject=_subject(user.id), role=role.value, organisations=_ids(chosen)
    )
    return user.id, _send_invitation(user, by)


@transaction
def invite_again(user_id: str, by: Actor) -> str:
    """A new invitation; the link of the one before ends. Returns the id of the link.

    Raises ``NotFound``, ``Conflict`` for someone who has an account in use or is shut out.
    """
    require(Permission.USER_INVITE, by)
    user = load(user_id, by)
    if state_of(user) is not PersonState.INVITED:
        raise Conflict("Personen har redan tagit emot sin inbjudan, eller är avstängd. Ingen ny är skickad.")
    audit.record(AuditAction.USER_INVITED, by, subject=_subject(user.id), role=user.role.value, again=True)
    return _send_invitation(user, by)


@transaction
def change_role(user_id: str, role: Role, by: Actor) -> None:
    """Give the person another role; all their sessions end, and they are told by letter.

    Raises ``NotFound``, ``NotPermitted`` for one's own role, ``Conflict`` for the last administrator and for
    an account that is shut out, ``InvalidFields`` for a contributor without an organisation.
    """
    user = _to_change(user_id, by)
    if user.role is role:
        return
    if role is Role.CONTRIBUTOR and not user.organisations:
        raise InvalidFields((Invalid("Välj först en organisation för personen.", field="role"),))
    if role is not Role.ADMIN:
        _keep_an_administrator(user)
    before, user.role = user.role, role
    db.session.flush()
    audit.record(
        AuditAction.ROLE_CHANGED, by, subject=_subject(user.id), before=before.value, after=role.value
    )
    sessions.end_all(user.id, by)
    if state_of(user) is PersonState.ACTIVE:
        letters.put(
            LetterKind.ROLE_CHANGED, user.email, user_id=user.id, language=user.language, role=role.value
        )


@transaction
def set_organisations(user_id: str, organisation_ids: Collection[str], by: Actor) -> None:
    """Say which organisations the person writes for. Raises as ``change_role`` does."""
    user = _to_change(user_id, by)
    problems: list[Invalid] = []
    chosen = _checked_organisations(problems, user.role, organisation_ids)
    if problems:
        raise InvalidFields(tuple(problems))
    before = {row.id for row in user.organisations}
    after = {row.id for row in chosen}
    if before == after:
        return
    user.organisations = chosen
    db.session.flush()
    audit.record(
        AuditAction.MEMBERSHIP_CHANGED,
        by,
        subject=_subject(user.id),
        added=",".join(sorted(after - before)),
        removed=",".join(sorted(before - after)),
    )


@transaction
def disable(user_id: str, by: Actor) -> None:
    """Shut the person out: every session and unused link ends at once, and they are told by letter.

    Raises ``NotFound``, ``NotPermitted`` for oneself, ``Conflict`` for the last administrator.
    """
    user = _to_change(user_id, by)
    _keep_an_administrator(user)
    was = state_of(user)
    user.disabled_at = now()
    db.session.flush()
    audit.record(AuditAction.USER_DISABLED, by, subject=_subject(user.id))
    sessions.end_all(user.id, by)
    links.forget(user.id)
    if was is PersonState.ACTIVE:
        letters.put(LetterKind.ACCOUNT_DISABLED, user.email, user_id=user.id, language=user.language)


@transaction
def enable(user_id: str, by: Actor) -> None:
    """Let someone in again. Raises ``NotFound``, ``NotPermitted``, ``Conflict`` for who is not shut out."""
    user = _to_know(user_id, by)
    if state_of(user) is not PersonState.DISABLED:
        raise Conflict("Kontot är inte avstängt, eller är raderat. Inget är ändrat.")
    user.disabled_at = None
    db.session.flush()
    audit.record(AuditAction.USER_ENABLED, by, subject=_subject(user.id))


def load(user_id: str, by: Actor) -> User:
    """The account. Raises ``NotFound`` where there is none, or the asker may not know of it."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("Sidan finns inte.")
    require_to_know(Permission.USER_READ, by, subject_of(user))
    return user


def by_email(email: str, by: Actor) -> User:
    """The account with an address, however it is written. Raises ``NotFound``."""
    found = db.session.scalar(select(User.id).where(User.email == email.strip().lower()))
    if found is None:
        raise NotFound("Det finns inget konto med den e-postadressen.")
    return load(found, by)


def subject_of(user: User) -> Subject:
    return Subject(user_id=user.id, organisation_ids=frozenset(row.id for row in user.organisations))


def state_of(user: User) -> PersonState:
    if user.erased_at is not None:
        return PersonState.ERASED
    if user.disabled_at is not None:
        return PersonState.DISABLED
    joined = db.session.scalar(select(User.id).where(User.id == user.id, has_joined()))
    return PersonState.ACTIVE if joined else PersonState.INVITED


def has_joined() -> ColumnElement[bool]:
    """The accounts that someone can sign in to: with a password, or an identity at a provider."""
    return or_(User.password_hash.is_not(None), exists().where(ExternalIdentity.user_id == User.id))


def is_last_administrator(user: User) -> bool:
    """Whether nobody else could run the site."""
    try:
        _keep_an_administrator(user)
    except Conflict:
        return True
    return False


def _to_know(user_id: str, by: Actor) -> User:
    user = load(user_id, by)
    require(Permission.USER_CHANGE, by, subject_of(user))
    return user


def _to_change(user_id: str, by: Actor) -> User:
    user = _to_know(user_id, by)
    if user.disabled_at is not None:
        raise Conflict("Kontot är avstängt. Öppna det först.")
    return user


def _keep_an_administrator(user: User) -> None:
    """Asked in the transaction itself: two administrators could shut each other out at the same moment.

    Someone who has been invited and no more runs nothing, and may go.
    """
    if state_of(user) is PersonState.ACTIVE:
        administrators.require_another(user)


def _send_invitation(user: User, by: Actor) -> str:
    at: datetime = now()
    link_id = links.make(user.id, LinkPurpose.INVITATION, at=at)
    letters.put(
        LetterKind.INVITATION,
        user.email,
        user_id=user.id,
        language=user.language,
        not_after=at + links.LASTS,
        link_id=link_id,
        inviter_role=(by.role or Role.ADMIN).value,
        role=user.role.value,
    )
    return link_id


def _checked_organisations(
    problems: list[Invalid], role: Role, organisation_ids: Collection[str]
) -> list[Organisation]:
    wanted = sorted(set(organisation_ids))
    found = list(
        db.session.scalars(
            select(Organisation).where(Organisation.id.in_(wanted)).order_by(Organisation.name)
        )
    )
    if len(found) != len(wanted):
        problems.append(Invalid("Någon av organisationerna finns inte längre.", field="organisations"))
    elif role is Role.CONTRIBUTOR and not found:
        problems.append(
            Invalid("Välj minst en organisation. Den som bidrar skriver för den.", field="organisations")
        )
    return found


def _checked(problems: list[Invalid], check: Callable[[], str]) -> str:
    try:
        return check()
    except Invalid as error:
        problems.append(error)
        return ""


def _ids(rows: Iterable[Organisation]) -> str:
    return ",".join(row.id for row in rows)


def _subject(user_id: str) -> tuple[SubjectKind, str]:
    return SubjectKind.USER, user_id
