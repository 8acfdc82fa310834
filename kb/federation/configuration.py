"""The file of identity providers (``KB_OIDC_FILE``): read at start, refused as a whole if anything is wrong.

A message names the provider and the key; what is not TOML at all is named by its line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kb.config import ConfigurationError
from kb.domain.vocabulary import Role

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ORGANISATION_NUMBER = "https://id.oidc.se/claim/orgNumber"
ORGANISATION_AFFILIATION = "https://id.oidc.se/claim/orgAffiliation"
"""Who someone is at an organisation, then @ and the number of it; only the number is ever kept."""
_ANY_TENANT = "/organizations/v2.0"

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_IDENTITY_NUMBER = re.compile(
    r"personal_?identity_?number|natural_?person_?number|coordination_?number|personal_?number|civic_?"
    r"(?:registration_?)?number|person-?nummer|person-?nr|samordningsnummer|\bpnr\b|\bssn\b|\bnin\b",
    re.IGNORECASE,
)
"""Names under which providers hand out personal identity numbers: none may be asked for (S-17)."""

_GIVEN_ROLES = {"contributor": Role.CONTRIBUTOR, "moderator": Role.MODERATOR}
"""The roles that a provider may say. An administrator is made here and nowhere else."""


class Profile(StrEnum):
    """Whose ways the provider has, beyond the standard."""

    GENERIC = "generic"
    ENTRA = "entra"
    SWEDISH = "swedish"


_ORGANISATION_CLAIM = {Profile.GENERIC: "", Profile.ENTRA: "tid", Profile.SWEDISH: ORGANISATION_NUMBER}
_ROLE_CLAIM = {Profile.GENERIC: "", Profile.ENTRA: "roles", Profile.SWEDISH: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One identity provider. ``organisations`` leads from the value of a claim to the slug of one of ours,
    ``roles`` to a role; ``hosts`` are those beside the issuer's where its keys and tokens may lie.
    """

    id: str
    label: str
    label_en: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    profile: Profile
    scopes: tuple[str, ...]
    acr_values: tuple[str, ...]
    required_acr: frozenset[str]
    second_factor_acr: frozenset[str]
    tenants: frozenset[str]
    hosts: frozenset[str]
    organisation_claim: str
    organisations: Mapping[str, str]
    role_claim: str
    roles: Mapping[str, Role]

    @property
    def takes_any_tenant(self) -> bool:
        """Whether the issuer stands for several tenants, each with an issuer of its own (Entra)."""
        return self.profile is Profile.ENTRA and self.issuer.endswith(_ANY_TENANT)

    @property
    def published_issuer(self) -> str:
        """The issuer that its discovery document must name."""
        if self.takes_any_tenant:
            return f"{self.issuer.removesuffix(_ANY_TENANT)}/{{tenantid}}/v2.0"
        return self.issuer

    def issuer_of(self, tenant: str) -> str:
        """The issuer that a token must name, for one of the tenants."""
        return self.published_issuer.replace("{tenantid}", tenant)


def read(file: Path | None, *, allow_loopback: bool) -> tuple[Provider, ...]:
    """The providers of the file, in its order; none without a file. Raises ``ConfigurationError``.

    ``allow_loopback``: http to this machine itself is taken too (development and tests).
    """
    if file is None:
        return ()
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"KB_OIDC_FILE: {file} går inte att läsa. Kontrollera att tjänstens användare får läsa filen och "
            "att den är skriven i UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"KB_OIDC_FILE: {file} är inte rätt skriven TOML: {error}.") from error
    tables = document.get("provider")
    if set(document) != {"provider"} or not isinstance(tables, list) or not tables:
        raise ConfigurationError(
            f"KB_OIDC_FILE: {file} ska innehålla en eller flera [[provider]] och inget annat."
        )
    found = tuple(
        _Table(table, f"KB_OIDC_FILE, [[provider]] nummer {number}", file.parent, allow_loopback).provider()
        for number, table in enumerate(tables, start=1)
    )
    ids = [provider.id for provider in found]
    if len(set(ids)) < len(ids):
        raise ConfigurationError("KB_OIDC_FILE: två [[provider]] har samma id. Ge dem var sitt.")
    return found


class _Table:
    """One ``[[provider]]`` while it is read: each key is taken out, and none may be left."""

    def __init__(self, table: Any, where: str, folder: Path, allow_loopback: bool) -> None:
        self.where = where
        self.folder = folder
        self.allow_loopback = allow_loopback
        if not isinstance(table, dict):
            raise ConfigurationError(f"{where} är inte en tabell.")
        self.left: dict[str, Any] = dict(table)

    def provider(self) -> Provider:
        provider_id = self.text("id")
        if not _ID.fullmatch(provider_id):
            raise self.wrong("id", "ska bestå av små bokstäver a–z, siffror och bindestreck, högst 40 tecken")
        self.where += f" (”{provider_id}”)"
        profile = self.profile()
        label, label_en = self.labels()
        made = Provider(
            id=provider_id,
            label=label,
            label_en=label_en,
            issuer=self.issuer(),
            client_id=self.text("client_id"),
            client_secret=self.secret(),
            profile=profile,
            scopes=self.scopes(),
            acr_values=self.texts("acr_values"),
            required_acr=frozenset(self.texts("required_acr")),
            second_factor_acr=frozenset(self.texts("second_factor_acr")),
            tenants=frozenset(tenant.lower() for tenant in self.texts("tenants")),
            hosts=frozenset(host.lower() for host in self.texts("hosts")),
            organisation_claim=self.claim("organisation_claim", _ORGANISATION_CLAIM[profile]),
            organisations=self.mapping("organisations"),
            role_claim=self.claim("role_claim", _ROLE_CLAIM[profile]),
            roles=self.roles(),
        )
        if self.left:
            raise self.wrong(min(self.left), "finns inte; rätta stavningen eller ta bort raden")
        self.check_together(made)
        return made

    def check_together(self, made: Provider) -> None:
        if made.profile is Profile.ENTRA and not made.tenants:
            raise self.wrong("tenants", "saknas; skriv id för de kataloger (tid) som får logga in")
        if made.tenants and made.profile is not Profile.ENTRA:
            raise self.wrong("tenants", 'används bara med profile = "entra"')
        if made.profile is Profile.SWEDISH and not made.required_acr:
            raise self.wrong("required_acr", "saknas; skriv den eller de tillitsnivåer som krävs")
        if made.organisations and not made.organisation_claim:
            raise self.wrong("organisation_claim", "saknas; skriv vilket värde organisationen står i")
        if made.roles and not made.role_claim:
            raise self.wrong("role_claim", "saknas; skriv vilket värde rollen står i")

    def wrong(self, key: str, what: str) -> ConfigurationError:
        return ConfigurationError(f"{self.where}: nyckeln {key} {what}.")

    def text(self, key: str) -> str:
        value = self.left.pop(key, None)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "saknas eller är inte en text")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.left.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.wrong(key, "ska vara en lista med texter")
        return tuple(one.strip() for one in value)

    def profile(self) -> Profile:
        given = self.left.pop("profile", Profile.GENERIC.value)
        if given not in list(Profile):
            raise self.wrong("profile", f"ska vara en av: {', '.join(Profile)}")
        return Profile(given)

    def labels(self) -> tuple[str, str]:
        value = self.left.pop("label", None)
        names = value if isinstance(value, dict) else {}
        swedish, english = names.get("sv"), names.get("en", names.get("sv"))
        if not (isinstance(swedish, str) and swedish and isinstance(english, str) and english):
            raise self.wrong("label", 'ska vara { sv = "…", en = "…" }; en får utelämnas')
        if set(names) - {"sv", "en"}:
            raise self.wrong("label", "har språk som webbplatsen inte har; skriv sv och en")
        return swedish, english

    def issuer(self) -> str:
        issuer = self.text("issuer")
        if not is_allowed(issuer, self.allow_loopback) or urlsplit(issuer).query or urlsplit(issuer).fragment:
            raise self.wrong("issuer", "ska vara en adress som börjar med https://, utan frågetecken och #")
        return issuer

    def secret(self) -> str:
        """The client's secret, or nothing for a client that has none and relies on PKCE alone."""
        named = self.left.pop("client_secret_file", None)
        given = self.left.pop("client_secret", "")
        if named is None:
            if not isinstance(given, str):
                raise self.wrong("client_secret", "ska vara en text")
            return given
        if given:
            raise self.wrong("client_secret", "står bredvid client_secret_file; behåll en av dem")
        if not isinstance(named, str):
            raise self.wrong("client_secret_file", "ska vara en text")
        try:
            secret = (self.folder / named).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise self.wrong("client_secret_file", f"leder till {named}, som inte går att läsa") from error
        if not secret:
            raise self.wrong("client_secret_file", f"leder till {named}, som är tom")
        return secret

    def scopes(self) -> tuple[str, ...]:
        scopes = self.texts("scopes") or ("openid", "profile", "email")
        if "openid" not in scopes:
            raise self.wrong("scopes", "ska ha med ”openid”")
        for scope in scopes:
            self.refuse_identity_number("scopes", scope)
        return scopes

    def claim(self, key: str, default: str) -> str:
        if key not in self.left:
            return default
        name = self.text(key)
        self.refuse_identity_number(key, name)
        return name

    def refuse_identity_number(self, key: str, name: str) -> None:
        if _IDENTITY_NUMBER.search(name):
            raise self.wrong(
                key, f"ber om personnummer (”{name}”); det tar Erfarenhetsbanken inte emot, så ta bort det"
            )

    def mapping(self, key: str) -> dict[str, str]:
        value = self.left.pop(key, {})
        if not isinstance(value, dict) or not all(isinstance(one, str) and one for one in value.values()):
            raise self.wrong(key, "ska vara en tabell med en text på varje rad")
        return value

    def roles(self) -> dict[str, Role]:
        given = self.mapping("roles")
        for role in given.values():
            if role not in _GIVEN_ROLES:
                raise self.wrong("roles", f"har rollen ”{role}”; välj en av: {', '.join(_GIVEN_ROLES)}")
        return {value: _GIVEN_ROLES[role] for value, role in given.items()}


def is_allowed(address: str, allow_loopback: bool) -> bool:
    """Whether an address may be asked: https, or http to this very machine where that is allowed (S-37)."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None or not address.isprintable():
        return False
    return parts.scheme == "https" or (allow_loopback and parts.scheme == "http" and host in LOOPBACK)
