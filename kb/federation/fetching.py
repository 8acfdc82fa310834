"""Asking an identity provider over the network, within limits: no redirects, a deadline, a size (S-37)."""

from __future__ import annotations

import json
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from kb.domain.federation import FederationRefused, Refusal

CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
WHOLE_SECONDS = 8.0
LARGEST = 256_000
"""In bytes. The keys of a large provider are a tenth of it."""
_PIECE = 16_384


class Unusable(RequestException):
    """An answer that is not taken: a redirect, too large, too slow."""


class GuardedAdapter(HTTPAdapter):
    """Reads each answer itself, so that whoever sends without end is cut off; what is packed stays packed,
    and is then no JSON.
    """

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        options.update(stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS))
        begun = time.monotonic()
        response = super().send(request, **options)
        try:
            if 300 <= response.status_code < 400:
                raise Unusable("a redirect")
            response._content = _whole(response, begun)  # noqa: SLF001 - where requests keeps what was read
        finally:
            response.close()
        return response


def _whole(response: requests.Response, begun: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        try:
            piece = response.raw.read1(_PIECE, decode_content=False)
        except (HTTPError, OSError) as error:
            raise Unusable(type(error).__name__) from error
        if not piece:
            return b"".join(pieces)
        size += len(piece)
        if size > LARGEST or time.monotonic() - begun > WHOLE_SECONDS:
            raise Unusable("too large or too slow")
        pieces.append(piece)


def guard(session: requests.Session) -> None:
    """Put the limits on a session. It reads no proxies, passwords or certificates from the environment."""
    session.trust_env = False
    session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
    session.headers["User-Agent"] = "Erfarenhetsbanken"
    for scheme in ("https://", "http://"):
        session.mount(scheme, GuardedAdapter())


def document(address: str) -> dict[str, Any]:
    """The JSON object at an address. Raises ``FederationRefused``."""
    with requests.Session() as session:
        guard(session)
        try:
            response = session.get(address)
        except RequestException as error:
            raise FederationRefused(Refusal.UNREACHABLE) from error
    if response.status_code != 200:
        raise FederationRefused(Refusal.UNREACHABLE)
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise FederationRefused(Refusal.BAD_METADATA) from error
    if not isinstance(found, dict):
        raise FederationRefused(Refusal.BAD_METADATA)
    return found
