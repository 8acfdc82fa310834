"""A little OpenID provider on this machine, over real HTTP, that misbehaves when a test tells it to.

It checks what a good provider checks: the client's secret, that a code is used once and by whom it was made
for, and PKCE. What it says of people is in ``person``; everything that can go wrong is an attribute.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT = "erfarenhetsbanken"
SECRET = "hemlighet-åäö+/=&%"
SUBJECT = "f3b1-subject"
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
OTHER_RSA = RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig"})
CURVE = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})

Claims = dict[str, Any]


@dataclass
class Manners:
    """How it behaves, from now until the test ends."""

    person: Claims = field(
        default_factory=lambda: {"sub": SUBJECT, "name": "Åsa Öberg", "email": "Asa.Oberg@skog.example"}
    )
    change: Callable[[Claims], object] = lambda claims: None
    sign: Callable[[Claims], str] = lambda claims: jwt.encode({"alg": "RS256", "kid": "rsa-1"}, claims, RSA)
    keys: list[Any] = field(default_factory=lambda: [RSA, CURVE])
    metadata: Claims = field(default_factory=dict)
    answer: Claims = field(default_factory=dict)
    """What the browser brings back beside code and state; None takes a parameter away."""
    token: Callable[[BaseHTTPRequestHandler], bool] = lambda handler: False
    """Answers at the token endpoint in place of the provider, if it says that it did."""
    discovery: Callable[[BaseHTTPRequestHandler], bool] = lambda handler: False
    is_public: bool = False
    """Whether the client has no secret and PKCE is all."""
    asks_person: bool = False
    """Whether a person must press a button at the provider, as one does in a browser."""


@dataclass
class _Code:
    challenge: str
    return_to: str
    nonce: str
    anew: bool


class Provider:
    def __init__(self, host: str) -> None:
        self.manners = Manners()
        self.asked: list[str] = []
        self.sent: list[dict[str, str]] = []
        """The parameters of each authorization request."""
        self.codes: dict[str, _Code] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.server.daemon_threads = True
        self.issuer = f"http://{host}:{self.server.server_port}"

    def count(self, path: str) -> int:
        return sum(1 for asked in self.asked if asked == path)

    def metadata(self) -> Claims:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return {key: value for key, value in (said | self.manners.metadata).items() if value is not None}

    def authorize(self, given: dict[str, str]) -> str:
        """Where the browser goes back to."""
        self.sent.append(given)
        code = secrets.token_urlsafe(24)
        challenge = given.get("code_challenge", "") if given.get("code_challenge_method") == "S256" else ""
        self.codes[code] = _Code(
            challenge, given["redirect_uri"], given["nonce"], given.get("prompt") == "login"
        )
        back = {"code": code, "state": given["state"], "iss": self.issuer} | self.manners.answer
        kept = {key: value for key, value in back.items() if value is not None}
        return f"{given['redirect_uri']}?{urlencode(kept)}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{quote_plus(SECRET)}".encode()).decode()
        posted = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if self.manners.is_public:
            basic, authorization = f"{CLIENT}:", f"{form.get('client_id')}:{form.get('client_secret', '')}"
        if authorization != basic and not (posted and self.manners.metadata and not authorization):
            return 401, {"error": "invalid_client"}
        made = self.codes.pop(form.get("code", ""), None)
        if made is None or form.get("redirect_uri") != made.return_to:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != made.challenge:
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        now = int(time.time())
        claims: Claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": made.nonce,
        } | self.manners.person
        if made.anew:
            claims["auth_time"] = now
        self.manners.change(claims)
        token = self.manners.sign({key: value for key, value in claims.items() if value is not None})
        return 200, {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": token}


@contextmanager
def running(host: str = "127.0.0.1") -> Iterator[Provider]:
    """``host`` is another name of this machine: to a browser it is another site."""
    provider = Provider(host)
    thread = threading.Thread(target=provider.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()
        thread.join()


def say(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in (
        {"Content-Type": "application/json", "Content-Length": str(len(body))} | headers
    ).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def _handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            provider.asked.append(asked.path)
            if asked.path.endswith("/.well-known/openid-configuration"):
                if not provider.manners.discovery(self):
                    say(self, 200, json.dumps(provider.metadata()).encode())
            elif asked.path == "/keys":
                say(self, 200, json.dumps(KeySet(provider.manners.keys).as_dict(private=False)).encode())
            elif asked.path == "/authorize" and provider.manners.asks_person:
                page = (
                    "<!doctype html><title>Leverantören</title><form action='/go'>"
                    + "".join(
                        f"<input type=hidden name={name} value='{value[0]}'>"
                        for name, value in parse_qs(asked.query).items()
                    )
                    + "<button>Jag är Åsa</button></form>"
                )
                say(self, 200, page.encode(), Content_Type="text/html; charset=utf-8")
            elif asked.path in ("/authorize", "/go"):
                given = {name: values[0] for name, values in parse_qs(asked.query).items()}
                say(self, 302, b"", Location=provider.authorize(given))
            else:
                say(self, 404, b"{}")

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            length = int(self.headers.get("Content-Length", "0"))
            sent = parse_qs(self.rfile.read(length).decode())
            if provider.manners.token(self):
                return
            form = {name: values[0] for name, values in sent.items()}
            status, body = provider.exchange(form, self.headers.get("Authorization", ""))
            say(self, status, json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler
