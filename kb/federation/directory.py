"""What a provider publishes of itself: its addresses and its keys, fetched when needed and kept for a while.

Both come from the issuer that the file names, or from the hosts that the file says beside it, and from
nowhere else: an address in a token is never asked (S-37).
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kb.domain.federation import FederationRefused, Refusal
from kb.federation.configuration import Provider, is_allowed
from kb.federation.fetching import document

KEPT_SECONDS = 3_600.0
KEYS_AGAIN_SECONDS = 60.0
"""How seldom a token with an unknown key may make us ask for the keys anew."""
FAILED_SECONDS = 10.0
"""How long a provider that did not answer is left alone, so that it does not hold up every worker."""
_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Addresses:
    """``says_issuer``: the provider always names itself in the answer that the browser brings (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    says_issuer: bool
    takes_basic: bool


class Directory:
    """One provider's addresses and keys, shared by the threads of a process."""

    def __init__(self, provider: Provider, *, allow_loopback: bool) -> None:
        self._provider = provider
        self._allow_loopback = allow_loopback
        self._lock = threading.Lock()
        self._addresses: tuple[float, Addresses] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._failed: tuple[float, Refusal] | None = None

    def addresses(self) -> Addresses:
        """Raises ``FederationRefused``."""
        with self._lock:
            return self._current_addresses()

    def keys(self, kid: str | None) -> KeySet:
        """The keys that sign, hopefully with this one among them. Raises ``FederationRefused``."""
        with self._lock:
            now = time.monotonic()
            if self._keys is None or now - self._keys[0] >= KEPT_SECONDS:
                self._keys = (now, self._fetch_keys())
            fetched_at, found = self._keys
            is_known = kid is None or any(key.kid == kid for key in found)
            if not is_known and now - fetched_at >= KEYS_AGAIN_SECONDS:
                found = self._fetch_keys()
                self._keys = (now, found)
            return found

    def _current_addresses(self) -> Addresses:
        now = time.monotonic()
        if self._addresses is not None and now - self._addresses[0] < KEPT_SECONDS:
            return self._addresses[1]
        if self._failed is not None and now - self._failed[0] < FAILED_SECONDS:
            raise FederationRefused(self._failed[1])
        try:
            found = self._fetch_addresses()
        except FederationRefused as error:
            self._failed = (time.monotonic(), error.reason)
            raise
        self._addresses, self._failed = (now, found), None
        return found

    def _fetch_addresses(self) -> Addresses:
        published = document(self._provider.issuer.rstrip("/") + _WELL_KNOWN)
        if published.get("issuer") != self._provider.published_issuer:
            raise FederationRefused(Refusal.BAD_METADATA)
        methods = published.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Addresses(
            authorization=self._address(published, "authorization_endpoint"),
            token=self._address(published, "token_endpoint"),
            keys=self._address(published, "jwks_uri"),
            says_issuer=published.get("authorization_response_iss_parameter_supported") is True,
            takes_basic=isinstance(methods, list) and "client_secret_basic" in methods,
        )

    def _address(self, published: dict[str, Any], name: str) -> str:
        address = published.get(name)
        if not isinstance(address, str) or not is_allowed(address, self._allow_loopback):
            raise FederationRefused(Refusal.BAD_METADATA)
        own = urlsplit(self._provider.issuer)
        asked = urlsplit(address)
        is_own = (asked.scheme, asked.netloc.lower()) == (own.scheme, own.netloc.lower())
        if not is_own and asked.netloc.lower() not in self._provider.hosts:
            raise FederationRefused(Refusal.BAD_METADATA)
        return address

    def _fetch_keys(self) -> KeySet:
        listed = document(self._current_addresses().keys).get("keys")
        public = [
            key
            for key in (listed if isinstance(listed, list) else [])
            if isinstance(key, dict) and key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"
        ]
        try:
            return KeySet.import_key_set({"keys": public})
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise FederationRefused(Refusal.BAD_METADATA) from error
