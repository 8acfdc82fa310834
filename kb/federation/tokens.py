"""Whether an ID token is believed, and the little of it that is kept (S-16).

Everything that is not named in ``Person`` is dropped here, at once: no other code sees it.
"""

from __future__ import annotations

import hmac
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError, UnsupportedAlgorithmError
from joserfc.jwk import KeySet

from kb.domain.federation import FederationRefused, Refusal
from kb.domain.personal_data import holds_identity_number
from kb.federation.configuration import (
    ORGANISATION_AFFILIATION,
    ORGANISATION_NUMBER,
    Profile,
    Provider,
)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signed with a key that the provider alone has: never ``none``, never a secret that both have."""

LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600
"""How long ago a token may have been made: as long as a sign-in may take."""
_LONGEST = 32_768
_SUBJECT_MAX = 255
_TEXT_MAX = 300


@dataclass(frozen=True, slots=True)
class Person:
    """Who the provider says that someone is. ``issuer`` and ``subject`` are who; the rest is about them.

    ``assurance`` holds how they proved it: the level and the methods that the provider names.
    """

    issuer: str
    subject: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    organisations: tuple[str, ...]
    roles: tuple[str, ...]
    assurance: frozenset[str]
    authenticated_at: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must answer to. ``anew_since``: the person must have proved who they are after it."""

    nonce: str
    at: datetime
    anew_since: datetime | None = None


def key_id(token: str) -> str | None:
    """The key that a token says it is signed with; nothing of it is believed yet."""
    _check_size(token)
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError) as error:
        raise FederationRefused(Refusal.TOKEN_REFUSED) from error
    if header.get("alg") not in ALGORITHMS:
        raise FederationRefused(Refusal.ALGORITHM)
    kid = header.get("kid")
    return kid if isinstance(kid, str) else None


def believed(token: str, keys: KeySet, provider: Provider, expected: Expected) -> Person:
    """The person that a token tells of. Raises ``FederationRefused`` with the first thing that is wrong."""
    claims = _signed(token, keys)
    _check_issuer(claims, provider)
    _check_audience(claims, provider)
    _check_times(claims, expected)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise FederationRefused(Refusal.NONCE)
    return _person(claims, provider, expected)


def _signed(token: str, keys: KeySet) -> dict[str, Any]:
    _check_size(token)
    try:
        read = jws.deserialize_compact(token, keys, algorithms=ALGORITHMS)
        claims = json.loads(read.payload)
    except UnsupportedAlgorithmError as error:
        raise FederationRefused(Refusal.ALGORITHM) from error
    except InvalidKeyIdError as error:
        raise FederationRefused(Refusal.UNKNOWN_KEY) from error
    except BadSignatureError as error:
        raise FederationRefused(Refusal.SIGNATURE) from error
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise FederationRefused(Refusal.TOKEN_REFUSED) from error
    if not isinstance(claims, dict):
        raise FederationRefused(Refusal.TOKEN_REFUSED)
    return claims


def _check_size(token: str) -> None:
    if len(token) > _LONGEST or not token.isascii():
        raise FederationRefused(Refusal.TOKEN_REFUSED)


def _check_issuer(claims: Mapping[str, Any], provider: Provider) -> None:
    tenant = ""
    if provider.profile is Profile.ENTRA:
        tenant = _text(claims, "tid").lower()
        if tenant not in provider.tenants:
            raise FederationRefused(Refusal.TENANT)
    if claims.get("iss") != provider.issuer_of(tenant):
        raise FederationRefused(Refusal.ISSUER)


def _check_audience(claims: Mapping[str, Any], provider: Provider) -> None:
    """For us and for nobody else: a further audience is one that we do not trust."""
    audience = claims.get("aud")
    if audience not in (provider.client_id, [provider.client_id]):
        raise FederationRefused(Refusal.AUDIENCE)
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise FederationRefused(Refusal.AUDIENCE)


def _check_times(claims: Mapping[str, Any], expected: Expected) -> None:
    at = expected.at.timestamp()
    if _seconds(claims, "exp", Refusal.EXPIRED) <= at - LEEWAY_SECONDS:
        raise FederationRefused(Refusal.EXPIRED)
    issued = _seconds(claims, "iat", Refusal.ISSUED_AT)
    if not at - OLDEST_SECONDS - LEEWAY_SECONDS <= issued <= at + LEEWAY_SECONDS:
        raise FederationRefused(Refusal.ISSUED_AT)
    if "nbf" in claims and _seconds(claims, "nbf", Refusal.ISSUED_AT) > at + LEEWAY_SECONDS:
        raise FederationRefused(Refusal.ISSUED_AT)
    if expected.anew_since is not None:
        proved = _seconds(claims, "auth_time", Refusal.NOT_ANEW)
        if not expected.anew_since.timestamp() - LEEWAY_SECONDS <= proved <= at + LEEWAY_SECONDS:
            raise FederationRefused(Refusal.NOT_ANEW)


def _person(claims: Mapping[str, Any], provider: Provider, expected: Expected) -> Person:
    subject = _text(claims, "oid" if provider.profile is Profile.ENTRA else "sub")
    if not subject or len(subject) > _SUBJECT_MAX or not subject.isprintable():
        raise FederationRefused(Refusal.CLAIMS)
    if holds_identity_number(subject):
        raise FederationRefused(Refusal.IDENTITY_NUMBER)
    levels = [_text(claims, "acr")]
    if provider.profile is Profile.ENTRA:
        levels += _texts(claims.get("acrs"))
    if provider.required_acr and provider.required_acr.isdisjoint(levels):
        raise FederationRefused(Refusal.ASSURANCE)
    return Person(
        issuer=_text(claims, "iss"),
        subject=subject,
        name=_harmless(_name(claims)),
        email="" if claims.get("email_verified") is False else _harmless(_text(claims, "email")).lower(),
        organisations=_told(claims, provider.organisation_claim) or _affiliation(claims, provider),
        roles=_told(claims, provider.role_claim),
        assurance=frozenset({*levels, *_texts(claims.get("amr"))} - {""}),
        authenticated_at=int(claims["auth_time"]) if expected.anew_since else None,
    )


def _name(claims: Mapping[str, Any]) -> str:
    whole = _text(claims, "name")
    return whole or " ".join(filter(None, (_text(claims, "given_name"), _text(claims, "family_name"))))


def _told(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = claims.get(name) if name else None
    return tuple(_texts([value] if isinstance(value, str) else value))


def _affiliation(claims: Mapping[str, Any], provider: Provider) -> tuple[str, ...]:
    """The number of the organisation, where a Swedish provider says only who someone is there."""
    if provider.organisation_claim != ORGANISATION_NUMBER:
        return ()
    _, at, number = _text(claims, ORGANISATION_AFFILIATION).rpartition("@")
    return (number,) if at else ()


def _harmless(text: str) -> str:
    """The text, or nothing where it holds a personal identity number."""
    return "" if holds_identity_number(text) else text


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or len(value) > _TEXT_MAX:
        return ""
    return value.strip() if value.isprintable() else ""


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _seconds(claims: Mapping[str, Any], name: str, otherwise: Refusal) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise FederationRefused(otherwise)
    return float(value)
