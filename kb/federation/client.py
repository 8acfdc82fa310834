"""One provider as services use it: where to send the browser, and whom its answer tells of."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote_plus

import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests.exceptions import RequestException

from kb.domain.federation import FederationRefused, Refusal
from kb.federation import tokens
from kb.federation.configuration import Profile, Provider
from kb.federation.directory import Addresses, Directory
from kb.federation.fetching import guard
from kb.federation.tokens import Expected, Person

log = structlog.get_logger(__name__)


class OpenIdClient:
    """Us, as one provider knows us. What it publishes is kept here for as long as the process lives."""

    def __init__(self, provider: Provider, *, allow_loopback: bool) -> None:
        self.provider = provider
        self._directory = Directory(provider, allow_loopback=allow_loopback)

    def authorization_address(
        self, *, state: str, nonce: str, verifier: str, return_to: str, language: str, anew: bool
    ) -> str:
        """Where the browser shall go. ``anew``: the person shall prove who they are even if signed in there.

        Raises ``FederationRefused``.
        """
        extra: dict[str, str | int] = {"nonce": nonce, "ui_locales": language}
        if self.provider.acr_values:
            extra["acr_values"] = " ".join(self.provider.acr_values)
        if anew:
            extra.update(prompt="login", max_age=0)
        wanted = self._claims_in_token()
        if wanted:
            extra["claims"] = json.dumps({"id_token": wanted}, separators=(",", ":"))
        addresses = self._directory.addresses()
        with self._session(addresses, return_to) as session:
            address, _ = session.create_authorization_url(
                addresses.authorization, state=state, code_verifier=verifier, **extra
            )
        return str(address)

    def redeem(self, code: str, *, verifier: str, return_to: str, expected: Expected) -> Person:
        """The person that the code stands for. Raises ``FederationRefused``."""
        token = self._id_token(code, verifier, return_to)
        keys = self._directory.keys(tokens.key_id(token))
        return tokens.believed(token, keys, self.provider, expected)

    def check_issuer_of_answer(self, said: str | None) -> None:
        """The answer must come from the provider that was asked (RFC 9207). Raises ``FederationRefused``."""
        if said is None:
            if self._directory.addresses().says_issuer:
                raise FederationRefused(Refusal.ISSUER)
            return
        possible = {self.provider.issuer_of(tenant) for tenant in self.provider.tenants or {""}}
        if said not in possible | {self.provider.published_issuer}:
            raise FederationRefused(Refusal.ISSUER)

    def _id_token(self, code: str, verifier: str, return_to: str) -> str:
        addresses = self._directory.addresses()
        try:
            with self._session(addresses, return_to) as session:
                answer = session.fetch_token(addresses.token, code=code, code_verifier=verifier)
        except OAuthError as error:
            log.warning("token_refused", provider=self.provider.id, error=str(error.error)[:60])
            raise FederationRefused(Refusal.TOKEN_REFUSED) from None
        except (RequestException, ValueError, RecursionError) as error:
            log.warning("token_not_fetched", provider=self.provider.id, error=type(error).__name__)
            raise FederationRefused(Refusal.UNREACHABLE) from None
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise FederationRefused(Refusal.NO_ID_TOKEN)
        return token

    def _session(self, addresses: Addresses, return_to: str) -> OAuth2Session:
        secret = self.provider.client_secret
        method = _basic if addresses.takes_basic else "client_secret_post"
        session = OAuth2Session(
            self.provider.client_id,
            secret or None,
            token_endpoint_auth_method=method if secret else "none",
            scope=" ".join(self.provider.scopes),
            redirect_uri=return_to,
            code_challenge_method="S256",
        )
        guard(session)
        return session

    def _claims_in_token(self) -> dict[str, object]:
        """What must lie in the ID token itself, where the provider would else put it elsewhere."""
        if self.provider.profile is Profile.SWEDISH:
            names = ("name", "email", self.provider.role_claim)
            essential: dict[str, object] = {self.provider.organisation_claim: {"essential": True}}
            return essential | {name: None for name in names if name}
        if self.provider.profile is Profile.ENTRA and self.provider.required_acr:
            return {"acrs": {"essential": True, "values": sorted(self.provider.required_acr)}}
        return {}


def _basic(auth: Any, _method: str, address: str, headers: Any, body: Any) -> tuple[str, Any, Any]:
    """Authlib writes id and secret as they are; the standard has them form-encoded (RFC 6749, 2.3.1)."""
    said = f"{quote_plus(auth.client_id)}:{quote_plus(auth.client_secret)}"
    headers["Authorization"] = f"Basic {base64.b64encode(said.encode('ascii')).decode('ascii')}"
    return address, headers, body
