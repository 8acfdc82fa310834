"""Signing in through an identity provider: sent there, come back, and let in or refused (S-16, S-17).

Nothing is written while a provider is asked: the attempt is taken in one transaction, the network comes
between, and what the answer leads to is another.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, delete

from kb.config import Settings
from kb.db import db, transaction
from kb.domain.audit import AuditAction
from kb.domain.errors import NotFound
from kb.domain.federation import FederationRefused, Purpose, Refusal
from kb.domain.predicates import Actor
from kb.federation import configuration
from kb.federation.client import OpenIdClient
from kb.federation.tokens import Expected, Person
from kb.models import FederatedAttempt, now
from kb.services import audit, rate_limits, site_settings
from kb.services.federated_people import Outcome, settle
from kb.services.rate_limits import Limit, Place
from kb.services.sessions import SignedIn

LASTS = timedelta(minutes=10)
"""How long someone may take at the provider."""

_LIMITS = (Limit(300, 600),)
"""From one place: a whole authority may share an address."""
_TOO_LONG = 4_000
_ERROR_CODES = frozenset(
    {"login_required", "interaction_required", "server_error", "temporarily_unavailable"}
)
_CANCELLED = frozenset({"access_denied", "user_cancelled"})

_ATTACHED: WeakKeyDictionary[Engine, dict[str, OpenIdClient]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Choice:
    """A provider as a page names it."""

    id: str
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brings back. ``issuer`` is None where the provider does not name itself."""

    provider_id: str
    state: str = field(repr=False)
    code: str = field(default="", repr=False)
    error: str = ""
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class _Attempt:
    provider: str
    purpose: Purpose
    browser_hash: str
    nonce: str
    verifier: str
    next_path: str
    user_id: str | None
    created_at: datetime


_NONE = _Attempt("", Purpose.SIGN_IN, "", "", "", "", None, datetime.min.replace(tzinfo=UTC))


def attach(engine: Engine, settings: Settings) -> None:
    """Read the file of providers. Raises ``ConfigurationError`` if anything in it is wrong."""
    allow_loopback = not settings.is_production
    found = configuration.read(settings.oidc_file, allow_loopback=allow_loopback)
    _ATTACHED[engine] = {one.id: OpenIdClient(one, allow_loopback=allow_loopback) for one in found}


def providers() -> tuple[Choice, ...]:
    """The providers that one may sign in through, in the order of the file; often none."""
    clients = (client.provider for client in _clients().values())
    return tuple(Choice(one.id, one.label, one.label_en) for one in clients)


def choice(provider_id: str) -> Choice:
    """Raises ``NotFound``."""
    provider = _client(provider_id).provider
    return Choice(provider.id, provider.label, provider.label_en)


def return_address(provider_id: str) -> str:
    """Where the provider sends the browser back to: what must be registered there."""
    return f"{site_settings.current().base_url}/logga-in/svar/{provider_id}"


def start(
    provider_id: str,
    purpose: Purpose,
    next_path: str,
    browser_secret: str,
    place: Place,
    *,
    signed_in: SignedIn | None = None,
    language: str = "sv",
    at: datetime | None = None,
) -> str:
    """The address at the provider to send the browser to. ``browser_secret`` ties the answer to the browser.

    Raises ``NotFound`` for an unknown provider, ``FederationRefused``, ``TooManyAttempts``.
    """
    at = at or now()
    client = _client(provider_id)
    rate_limits.count("federation_start", place, _LIMITS, at)
    try:
        _check_purpose(purpose, signed_in)
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        address = client.authorization_address(
            state=state,
            nonce=nonce,
            verifier=verifier,
            return_to=return_address(provider_id),
            language=language,
            anew=purpose is Purpose.CONFIRM,
        )
    except FederationRefused as error:
        _note(error, provider_id, purpose, Actor(address=place.address))
        raise
    _keep(
        FederatedAttempt(
            state_hash=_hash(state),
            browser_hash=_hash(browser_secret),
            provider=provider_id,
            purpose=purpose.value,
            nonce=nonce,
            verifier=verifier,
            next_path=next_path,
            user_id=signed_in.user_id if signed_in and purpose is not Purpose.SIGN_IN else None,
            created_at=at,
        )
    )
    return address


def answer(
    given: Answer,
    browser_secret: str,
    place: Place,
    *,
    signed_in: SignedIn | None = None,
    device: str = "",
    at: datetime | None = None,
) -> Outcome:
    """Let the person in, or whatever they were sent away for. Each attempt is answered once.

    Raises ``NotFound`` for an unknown provider, ``FederationRefused``, ``TooManyAttempts``.
    """
    at = at or now()
    client = _client(given.provider_id)
    rate_limits.count("federation_answer", place, _LIMITS, at)
    by = Actor(user_id=signed_in.user_id if signed_in else None, address=place.address)
    attempt = _take(given.state)
    try:
        _check_attempt(attempt, given, browser_secret, signed_in, at)
        person = _redeemed(client, attempt, given, at)
        return settle(
            person,
            client.provider,
            attempt.purpose,
            attempt.next_path,
            signed_in if attempt.purpose is not Purpose.SIGN_IN else None,
            device=device,
            by=by,
            at=at,
        )
    except FederationRefused as error:
        error_code = given.error if given.error in _ERROR_CODES | _CANCELLED else ""
        _note(error, given.provider_id, attempt.purpose, by, error_code)
        raise


def _redeemed(client: OpenIdClient, attempt: _Attempt, given: Answer, at: datetime) -> Person:
    client.check_issuer_of_answer(given.issuer)
    if given.error in _CANCELLED:
        raise FederationRefused(Refusal.CANCELLED)
    if given.error or not given.code or len(given.code) > _TOO_LONG:
        raise FederationRefused(Refusal.PROVIDER_ERROR)
    anew_since = attempt.created_at if attempt.purpose is Purpose.CONFIRM else None
    return client.redeem(
        given.code,
        verifier=attempt.verifier,
        return_to=return_address(given.provider_id),
        expected=Expected(attempt.nonce, at, anew_since),
    )


def _check_purpose(purpose: Purpose, signed_in: SignedIn | None) -> None:
    if purpose is Purpose.SIGN_IN:
        return
    if signed_in is None:
        raise FederationRefused(Refusal.SIGNED_OUT)
    # An identity may count as a second factor: whoever has not shown one yet may not add it.
    if purpose is Purpose.ADD and (signed_in.needs_second_factor or not signed_in.is_recent):
        raise FederationRefused(Refusal.NOT_RECENT)


def _check_attempt(
    attempt: _Attempt, given: Answer, browser_secret: str, signed_in: SignedIn | None, at: datetime
) -> None:
    if attempt is _NONE:
        raise FederationRefused(Refusal.UNKNOWN_ATTEMPT)
    if not browser_secret or not hmac.compare_digest(attempt.browser_hash, _hash(browser_secret)):
        raise FederationRefused(Refusal.OTHER_BROWSER)
    if attempt.provider != given.provider_id:
        raise FederationRefused(Refusal.OTHER_PROVIDER)
    if at - attempt.created_at > LASTS:
        raise FederationRefused(Refusal.TOO_OLD)
    if attempt.purpose is not Purpose.SIGN_IN and (signed_in is None or signed_in.user_id != attempt.user_id):
        raise FederationRefused(Refusal.SIGNED_OUT)


@transaction
def _keep(attempt: FederatedAttempt) -> None:
    """Those that were never answered go when someone begins anew; a while later than they end, so that
    whoever comes late is told that it took too long.
    """
    db.session.execute(
        delete(FederatedAttempt).where(FederatedAttempt.created_at < attempt.created_at - 6 * LASTS)
    )
    db.session.add(attempt)


@transaction
def _take(state: str) -> _Attempt:
    """The attempt, which is gone from now on, whatever comes of it; ``_NONE`` where there is none."""
    row = db.session.execute(
        delete(FederatedAttempt)
        .where(FederatedAttempt.state_hash == _hash(state))
        .returning(
            FederatedAttempt.provider,
            FederatedAttempt.purpose,
            FederatedAttempt.browser_hash,
            FederatedAttempt.nonce,
            FederatedAttempt.verifier,
            FederatedAttempt.next_path,
            FederatedAttempt.user_id,
            FederatedAttempt.created_at,
        )
    ).one_or_none()
    if row is None:
        return _NONE
    return _Attempt(
        provider=row.provider,
        purpose=Purpose(row.purpose),
        browser_hash=row.browser_hash,
        nonce=row.nonce,
        verifier=row.verifier,
        next_path=row.next_path,
        user_id=row.user_id,
        created_at=row.created_at,
    )


def _note(refused: FederationRefused, provider_id: str, purpose: Purpose, by: Actor, error: str = "") -> None:
    """Why, as a code; never what the provider sent."""
    audit.record(
        AuditAction.SIGN_IN_FAILED,
        by,
        method="federated",
        provider=provider_id,
        purpose=purpose.value,
        reason=refused.reason.value,
        error=error or None,
    )


def _client(provider_id: str) -> OpenIdClient:
    found = _clients().get(provider_id)
    if found is None:
        raise NotFound("Sidan finns inte.")
    return found


def _clients() -> dict[str, OpenIdClient]:
    return _ATTACHED.get(db.engine, {})


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
