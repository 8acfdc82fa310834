"""What people do with their own account: choose a password, change address, name and language (S-12, S-14).

Changes of what guards the account are for who has just proved who they are; the door sees to that (S-15).
Whatever is changed is told by letter to the address that the account had.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from kb.db import db, transaction
from kb.domain.accounts import LinkPurpose
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import Conflict, Invalid, NotFound, NotPermitted, SignInFailed
from kb.domain.letters import LetterKind
from kb.domain.people import checked_email, checked_name, email_key
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.models import ExternalIdentity, Letter, User, now
from kb.services import (
    audit,
    back_off,
    letters,
    links,
    passwords,
    rate_limits,
    sessions,
    signing_in,
    site_settings,
)
from kb.services.links import LinkView
from kb.services.rate_limits import HOUR, Limit, Place

LANGUAGES = ("sv", "en")

_VERIFICATIONS = 3
"""The answer comes when as many checks of a password would be done: what is written for an account, and not
for none, fits in that time and does not show in it (S-12).
"""
RESETS_PER_PLACE = (Limit(30, HOUR),)
"""A whole authority may sit behind one address."""
LETTERS_PER_HOUR = 3
"""What a stranger may fill someone's inbox with; more are not sent, and the stranger is not told."""
_ASKED = (LetterKind.RESET, LetterKind.RESET_IMPOSSIBLE, LetterKind.INVITATION)


def ask_for_reset(email: str, by: Actor, at: datetime | None = None) -> None:
    """Send a link for a new password, if there is an account to send it to; nobody is told whether.

    Raises ``Invalid`` for what is no address, ``TooManyAttempts`` from one place.
    """
    at = at or now()
    email = checked_email(email)
    place = Place(by.address, site_settings.current().signing_key())
    rate_limits.count("reset", place, RESETS_PER_PLACE, at)
    began = time.perf_counter()
    passwords.verify(None, email)
    answer_at = began + _VERIFICATIONS * (time.perf_counter() - began)
    _send_reset(email, by, at)
    time.sleep(max(0.0, answer_at - time.perf_counter()))


def set_password_by_link(
    token: str, password: str, by: Actor, *, name: str = "", at: datetime | None = None
) -> LinkView:
    """Set the password that a letter let someone choose; who was invited says their name, too.

    All sessions of the account end, and no new one begins: a second factor is asked for as ever (S-14).
    Raises ``NotFound`` for a link that cannot be used, ``Invalid`` for ``password`` or ``name``; the link
    can be used again then.
    """
    at = at or now()
    view = links.look(token, at)
    if view.purpose is LinkPurpose.INVITATION:
        name = checked_name(name)
    password_hash = _hash_of_new(view.user_id, password, name)
    return _set_by_link(token, password_hash, name, by, at)


def change_password(
    user_id: str, old: str, new: str, by: Actor, *, keep_session: str, at: datetime | None = None
) -> None:
    """Change one's own password; one's other sessions end.

    Raises ``Invalid`` for ``old_password`` or ``password``, ``SignInSlowed`` for guesses at the old one,
    ``Conflict`` for an account that signs in elsewhere.
    """
    at = at or now()
    _require_own(user_id, by)
    if _user(user_id).password_hash is None:
        raise Conflict("Du loggar in genom din myndighet. Byt lösenord där.")
    try:
        signing_in.confirm(user_id, old, by, at)
    except SignInFailed:
        raise Invalid("Det nuvarande lösenordet stämmer inte. Försök igen.", field="old_password") from None
    _change_password(user_id, _hash_of_new(user_id, new), by, keep_session, at)


@transaction
def ask_for_email_change(user_id: str, email: str, by: Actor, at: datetime | None = None) -> None:
    """Send a link to the new address; it counts once the link is used.

    Whether someone else has the address is not told: then nothing is sent. Raises ``Invalid``.
    """
    at = at or now()
    _require_own(user_id, by)
    email = checked_email(email)
    user = _user(user_id)
    if email == user.email:
        raise Invalid("Det är den adress du redan har. Skriv den nya.", field="email")
    audit.record(AuditAction.EMAIL_CHANGE_ASKED, by, subject=(SubjectKind.USER, user_id))
    if _is_taken(email) or _asked_lately(user_id, at, (LetterKind.EMAIL_CHANGE,)):
        return
    link_id = links.make(user_id, LinkPurpose.EMAIL_CHANGE, email, at)
    _put(LetterKind.EMAIL_CHANGE, user, at, recipient=email, link_id=link_id)


@transaction
def confirm_email_change(token: str, by: Actor, at: datetime | None = None) -> LinkView:
    """Let the new address count, and tell the old one; links that were sent to it end.

    Raises ``NotFound`` for a link that cannot be used, ``Conflict`` if the address has been taken since.
    """
    view = links.use(token, LinkPurpose.EMAIL_CHANGE, at=at)
    if _is_taken(view.email):
        raise Conflict("Adressen används redan av ett annat konto. Kontakta kansliet.")
    user = _user(view.user_id)
    letters.put(LetterKind.EMAIL_CHANGED, user.email, user_id=user.id, language=user.language)
    user.email = view.email
    links.forget(user.id)
    audit.record(AuditAction.EMAIL_CHANGED, _as(user.id, by), subject=(SubjectKind.USER, user.id))
    return view


@transaction
def change_name(user_id: str, name: str, by: Actor) -> None:
    """Change one's own name. Raises ``Invalid``."""
    _require_own(user_id, by)
    user = _user(user_id)
    name = checked_name(name)
    if name != user.name:
        user.name = name
        audit.record(AuditAction.NAME_CHANGED, by, subject=(SubjectKind.USER, user_id))


@transaction
def change_language(user_id: str, language: str, by: Actor) -> None:
    """Change the language of one's letters. Raises ``Invalid``."""
    _require_own(user_id, by)
    if language not in LANGUAGES:
        raise Invalid("Välj svenska eller engelska.", field="language")
    _user(user_id).language = language


@transaction
def change_profile(user_id: str, name: str, language: str, by: Actor) -> None:
    """Both at once, or neither. Raises ``Invalid``."""
    change_name(user_id, name, by)
    change_language(user_id, language, by)


@transaction
def _send_reset(email: str, by: Actor, at: datetime) -> None:
    user = db.session.scalar(select(User).where(User.email == email, User.erased_at.is_(None)))
    audit.record(
        AuditAction.RESET_ASKED,
        Actor(address=by.address),
        subject=(SubjectKind.USER, user.id) if user else None,
    )
    if user is None or _asked_lately(user.id, at, _ASKED):
        return
    signs_in_elsewhere = db.session.scalar(select(exists().where(ExternalIdentity.user_id == user.id)))
    if user.disabled_at is not None or (user.password_hash is None and signs_in_elsewhere):
        letters.put(LetterKind.RESET_IMPOSSIBLE, user.email, user_id=user.id, language=user.language)
    elif user.password_hash is None:
        link_id = links.make(user.id, LinkPurpose.INVITATION, at=at)
        _put(
            LetterKind.INVITATION,
            user,
            at,
            link_id=link_id,
            inviter_role="administrator",
            role=user.role.value,
        )
    else:
        _put(LetterKind.RESET, user, at, link_id=links.make(user.id, LinkPurpose.RESET, at=at))


@transaction
def _set_by_link(token: str, password_hash: str, name: str, by: Actor, at: datetime) -> LinkView:
    view = links.use(token, LinkPurpose.INVITATION, LinkPurpose.RESET, at=at)
    user = _user(view.user_id)
    invited = view.purpose is LinkPurpose.INVITATION
    if invited:
        user.name = name
    _store(user, password_hash, at)
    me = _as(user.id, by)
    sessions.end_all(user.id, me)
    back_off.forget(back_off.for_account(user.email, by.address))
    action = AuditAction.INVITATION_ACCEPTED if invited else AuditAction.PASSWORD_CHANGED
    audit.record(action, me, subject=(SubjectKind.USER, user.id))
    if not invited:
        letters.put(LetterKind.PASSWORD_CHANGED, user.email, user_id=user.id, language=user.language)
    return view


@transaction
def _change_password(user_id: str, password_hash: str, by: Actor, keep_session: str, at: datetime) -> None:
    user = _user(user_id)
    _store(user, password_hash, at)
    sessions.end_others(user_id, keep_session, by)
    audit.record(AuditAction.PASSWORD_CHANGED, by, subject=(SubjectKind.USER, user_id))
    letters.put(LetterKind.PASSWORD_CHANGED, user.email, user_id=user.id, language=user.language)


def _store(user: User, password_hash: str, at: datetime) -> None:
    """A new password makes every other way to one void."""
    user.password_hash = password_hash
    user.password_set_at = at
    links.forget(user.id, LinkPurpose.INVITATION, LinkPurpose.RESET)


def _hash_of_new(user_id: str, password: str, name: str = "") -> str:
    """Checked against what the person is called; outside any transaction, for it is slow."""
    user = _user(user_id)
    organisations = [text for one in user.organisations for text in (one.name, one.short_name)]
    passwords.check(password, about=(user.name, name, user.email, *organisations))
    return passwords.hash_password(password)


def _put(kind: LetterKind, user: User, at: datetime, recipient: str = "", **values: str) -> None:
    """A letter with a link: not sent when the link has ended."""
    letters.put(
        kind,
        recipient or user.email,
        user_id=user.id,
        language=user.language,
        not_after=at + links.LASTS,
        **values,
    )


def _asked_lately(user_id: str, at: datetime, kinds: tuple[LetterKind, ...]) -> bool:
    sent = select(func.count()).where(
        Letter.user_id == user_id, Letter.kind.in_(kinds), Letter.created_at > at - timedelta(hours=1)
    )
    return (db.session.scalar(sent) or 0) >= LETTERS_PER_HOUR


def _is_taken(email: str) -> bool:
    return bool(db.session.scalar(select(exists().where(User.email == email_key(email)))))


def _user(user_id: str) -> User:
    user = db.session.get(User, user_id, populate_existing=True)
    if user is None or user.disabled_at is not None:
        raise NotFound("Kontot finns inte eller är avstängt.")
    return user


def _require_own(user_id: str, by: Actor) -> None:
    require(Permission.ACCOUNT_USE, by)
    if by.user_id != user_id:
        raise NotPermitted("Du kan bara ändra ditt eget konto.")
    if by.role is None:
        raise NotPermitted("Logga in med din tvåstegskod först.")


def _as(user_id: str, by: Actor) -> Actor:
    """The one who holds the link, for the log: the letter went to this account."""
    return Actor(user_id=user_id, address=by.address)
