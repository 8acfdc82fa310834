"""Which account a person at an identity provider is, and what may become of it (S-16, S-17).

Issuer and subject say who someone is. An e-mail address never does: an account that has the same one is
not theirs until they have signed in to it and added the identity themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import select

from kb.db import db, transaction
from kb.domain.accounts import SignInMethod
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import Invalid
from kb.domain.federation import FederationRefused, Purpose, Refusal
from kb.domain.people import checked_email, checked_name
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.federation.configuration import Provider
from kb.federation.tokens import Person
from kb.models import ExternalIdentity, FormerSlug, Organisation, User
from kb.services import audit, people, sessions
from kb.services.sessions import SignedIn

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``token`` is for the cookie of the session: a new session, or the same with a new token."""

    purpose: Purpose
    token: str = field(repr=False)
    next_path: str
    user_id: str


@transaction
def settle(
    person: Person,
    provider: Provider,
    purpose: Purpose,
    next_path: str,
    signed_in: SignedIn | None,
    *,
    device: str,
    by: Actor,
    at: datetime,
) -> Outcome:
    """What the person was sent to the provider for; ``signed_in`` is None for a sign-in.

    Raises ``FederationRefused``; then nothing is changed.
    """
    organisation = _organisation(person, provider)
    second_factor = not provider.second_factor_acr.isdisjoint(person.assurance)
    identity = db.session.get(ExternalIdentity, (person.issuer, person.subject))
    if signed_in is None:
        if identity is None:
            identity = _first_time(person, provider, organisation, by)
        user = _usable(identity.user_id)
        _follow_roles(user, person, provider, organisation, by)
        token = sessions.begin(
            user.id, SignInMethod.FEDERATED, second_factor=second_factor, device=device, by=by, at=at
        )
    elif purpose is Purpose.ADD:
        if identity is None:
            identity = _add(person, provider, signed_in.user_id, by)
        elif identity.user_id != signed_in.user_id:
            raise FederationRefused(Refusal.IDENTITY_TAKEN)
        token = sessions.renew(signed_in.session_id, at=at)
    else:
        if identity is None or identity.user_id != signed_in.user_id:
            raise FederationRefused(Refusal.OTHER_PERSON)
        token = sessions.renew(signed_in.session_id, authenticated=True, second_factor=second_factor, at=at)
        audit.record(
            AuditAction.REAUTHENTICATED,
            signed_in.actor,
            subject=(SubjectKind.USER, signed_in.user_id),
            method=SignInMethod.FEDERATED.value,
        )
    identity.last_used_at = at
    db.session.flush()
    return Outcome(purpose, token, next_path, identity.user_id)


def _organisation(person: Person, provider: Provider) -> Organisation | None:
    """The organisation that the provider vouches for; None where it is not asked to vouch for any."""
    if not provider.organisations:
        return None
    for value in person.organisations:
        slug = provider.organisations.get(value)
        if slug is None:
            continue
        found = _by_slug(slug)
        if found is not None:
            return found
        log.warning("organisation_of_file_unknown", provider=provider.id, organisation=slug)
    raise FederationRefused(Refusal.ORGANISATION)


def _by_slug(slug: str) -> Organisation | None:
    found = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is not None:
        return found
    return db.session.scalar(
        select(Organisation)
        .join(FormerSlug, FormerSlug.organisation_id == Organisation.id)
        .where(FormerSlug.slug == slug)
    )


def _first_time(
    person: Person, provider: Provider, organisation: Organisation | None, by: Actor
) -> ExternalIdentity:
    """An account for someone who has none. Only an organisation that is known gives one."""
    try:
        email = checked_email(person.email)
    except Invalid as error:
        raise FederationRefused(Refusal.NO_EMAIL) from error
    if db.session.scalar(select(User.id).where(User.email == email)):
        raise FederationRefused(Refusal.EMAIL_TAKEN)
    if organisation is None:
        raise FederationRefused(Refusal.ORGANISATION)
    user = User(
        name=_name(person, email),
        email=email,
        role=_role(person, provider) or Role.CONTRIBUTOR,
        organisations=[organisation],
    )
    db.session.add(user)
    db.session.flush()
    audit.record(
        AuditAction.USER_CREATED,
        Actor(user_id=user.id, address=by.address),
        subject=(SubjectKind.USER, user.id),
        role=user.role.value,
        organisations=organisation.id,
        provider=provider.id,
    )
    return _add(person, provider, user.id, Actor(user_id=user.id, address=by.address))


def _add(person: Person, provider: Provider, user_id: str, by: Actor) -> ExternalIdentity:
    identity = ExternalIdentity(
        issuer=person.issuer, subject=person.subject, user_id=user_id, provider=provider.id
    )
    db.session.add(identity)
    db.session.flush()
    audit.record(AuditAction.IDENTITY_ADDED, by, subject=(SubjectKind.USER, user_id), provider=provider.id)
    return identity


def _usable(user_id: str) -> User:
    user = db.session.get_one(User, user_id)
    if user.disabled_at is not None or user.erased_at is not None:
        raise FederationRefused(Refusal.DISABLED)
    return user


def _follow_roles(
    user: User, person: Person, provider: Provider, organisation: Organisation | None, by: Actor
) -> None:
    """Where the provider says roles, it says them each time; an administrator is made here alone."""
    role = _role(person, provider)
    if role is None or user.role in (role, Role.ADMIN):
        return
    system = Actor(is_system=True, address=by.address)
    if not user.organisations:
        if organisation is None:
            raise FederationRefused(Refusal.ORGANISATION)
        people.set_organisations(user.id, (organisation.id,), system)
    people.change_role(user.id, role, system)


def _role(person: Person, provider: Provider) -> Role | None:
    """The highest of the roles that the provider says; a contributor if it says none that is known."""
    if not provider.roles:
        return None
    said = {provider.roles[value] for value in person.roles if value in provider.roles}
    return Role.MODERATOR if Role.MODERATOR in said else Role.CONTRIBUTOR


def _name(person: Person, email: str) -> str:
    try:
        return checked_name(person.name)
    except Invalid:
        return email.partition("@")[0]
