"""A browser of the test's own between the site and the provider, so that it can bring back anything."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from werkzeug.test import TestResponse

from kb.db import db
from kb.models import AuditEvent, UserSession
from kb.web import form_guard
from tests.federation.provider import CLIENT, SECRET, Provider

ORIGIN = "https://erfarenhetsbanken.example"
ORGANISATION = "https://id.oidc.se/claim/orgNumber"
SESSION = "__Host-kb_session"
COOKIE = "__Host-kb_oidc"


def table(provider: Provider, provider_id: str = "leverantoren", extra: str = "") -> str:
    """A ``[[provider]]`` of the file of providers; ``extra`` are more lines of it."""
    return f"""
[[provider]]
id = "{provider_id}"
label = {{ sv = "Leverantören", en = "The provider" }}
issuer = "{provider.issuer}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
{extra}
"""


ORGANISATIONS = f"""
organisation_claim = "{ORGANISATION}"
[provider.organisations]
"2021005612" = "skogsstyrelsen"
"""


def write(folder: Path, *tables: str) -> Path:
    file = folder / "oidc.toml"
    file.write_text("".join(tables), encoding="utf-8")
    return file


@dataclass
class Walk:
    """One browser. Each step gives the next one's address, so that a test can change it on the way."""

    app: Flask
    client: FlaskClient
    provider_id: str = "leverantoren"

    def start(self, prefix: str = "", **form: str) -> TestResponse:
        with self.app.test_request_context():
            token = form_guard.token("federation", bound=False)
        return self.client.post(
            f"{prefix}/logga-in/via/{self.provider_id}",
            data={form_guard.FIELD: token, **form},
            headers={"Origin": ORIGIN},
        )

    def address(self, **form: str) -> str:
        """Where the page after the button leads."""
        response = self.start(**form)
        assert response.status_code == 200, response.text
        page = LexborHTMLParser(response.text)
        link = page.css_first("main a.button")
        assert link is not None
        refresh = page.css_first("meta[http-equiv=refresh]")
        assert refresh is not None
        assert refresh.attributes["content"] == f"0; url={link.attributes['href']}"
        return link.attributes["href"] or ""

    def at_provider(self, address: str) -> str:
        """What the provider sends the browser back to, as a path of ours."""
        parts = urlsplit(address)
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
        try:
            connection.request("GET", f"{parts.path}?{parts.query}")
            location = connection.getresponse().getheader("Location", "")
        finally:
            connection.close()
        assert location.startswith(f"{ORIGIN}/logga-in/svar/"), location
        return location.removeprefix(ORIGIN)

    def sign_in(self, **form: str) -> TestResponse:
        """All the way there and back."""
        return self.client.get(self.at_provider(self.address(**form)))

    @property
    def is_signed_in(self) -> bool:
        return self.client.get_cookie(SESSION) is not None


def changed(path: str, **parameters: str | None) -> str:
    """The path with other parameters; None takes one away."""
    parts = urlsplit(path)
    kept = dict(parse_qsl(parts.query)) | parameters
    return f"{parts.path}?{urlencode({key: value for key, value in kept.items() if value is not None})}"


def details(action: str) -> list[dict[str, object]]:
    """What the audit log keeps of each time that something was done."""
    db.session.rollback()
    rows = db.session.query(AuditEvent).filter_by(action=action).order_by(AuditEvent.seq)
    return [json.loads(row.detail) for row in rows]


def refused(response: TestResponse, walk: Walk, reason: str, *, sessions: int = 0) -> None:
    """Nobody was signed in, the log says why, and the page is one of ours that says what to do."""
    assert response.status_code in (400, 403, 503), response.text
    assert "Inloggningen med Leverantören gick inte" in response.text
    assert details("sign_in_failed")[-1]["reason"] == reason
    assert db.session.query(UserSession).count() == sessions
    if not sessions:
        assert not walk.is_signed_in
