"""What a provider says and nobody asked for is nowhere: not in the database, not in the log (S-17, S-39)."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc import jwt

from kb.db import db
from kb.models import User
from tests.federation.conftest import NewWalk
from tests.federation.provider import RSA, SECRET, Provider
from tests.federation.walking import ORGANISATION
from tests.installation import DATABASE

NUMBER = "191212121212"
WRITTEN = (NUMBER, "19121212-1212", "121212-1212", "1212121212")
CLAIMS = {
    "https://id.oidc.se/claim/personalIdentityNumber": NUMBER,
    "https://id.oidc.se/claim/orgAffiliation": f"{NUMBER}@2021005612",
    "personnummer": "19121212-1212",
    "preferred_username": "121212-1212",
    "birthdate": "1912-12-12",
    "address": {"street_address": "Hemliga gatan 7"},
    "phone_number": "070-1740605",
}


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def bytes_of(folder: Path) -> bytes:
    """All that the site keeps in files: the database with its journal, and what lies beside."""
    db.session.rollback()
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_no_personal_identity_number_is_kept_anywhere(
    walk: NewWalk,
    provider: Provider,
    instance: Path,
    everything_logged: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    provider.manners.person |= CLAIMS
    tokens: list[str] = []

    def sign(claims: dict[str, object]) -> str:
        tokens.append(jwt.encode({"alg": "RS256", "kid": "rsa-1"}, claims, RSA))
        return tokens[-1]

    provider.manners.sign = sign
    browser = walk()
    codes = []
    for _ in range(2):
        back = browser.at_provider(browser.address())
        codes.append(back.partition("code=")[2].partition("&")[0])
        assert browser.client.get(back).status_code == 303
    provider.manners.person |= {ORGANISATION: "5561234567"}
    assert browser.sign_in().status_code == 403
    kept = bytes_of(instance)
    assert b"asa.oberg@skog.example" in kept, "this test can see what is kept"
    said = "".join(capfd.readouterr()) + everything_logged.text
    assert "/.well-known/openid-configuration" in said, "this test can see what is logged"
    for secret in (
        *WRITTEN,
        "Hemliga gatan",
        "070-1740605",
        SECRET,
        *codes,
        *tokens,
        tokens[0].split(".")[2],
    ):
        assert secret.encode() not in kept, secret
        assert secret not in said, secret


@pytest.mark.parametrize("claim", ["sub", "name", "email"])
def test_a_number_where_something_else_should_be(
    walk: NewWalk, provider: Provider, instance: Path, claim: str
) -> None:
    """In the identity or the address it refuses the person, in the name it is left out."""
    provider.manners.person[claim] = f"{NUMBER}@skog.example" if claim == "email" else f"Åsa {NUMBER}"
    response = walk().sign_in()
    assert response.status_code == (303 if claim == "name" else 403)
    assert NUMBER.encode() not in bytes_of(instance)
    names = [one.name for one in db.session.query(User)]
    assert names == (["asa.oberg"] if claim == "name" else [])
