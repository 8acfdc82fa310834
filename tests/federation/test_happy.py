"""Signing in through a provider, all the way, and what the site then knows (S-16, S-17)."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt

from kb.db import db, writing
from kb.domain.vocabulary import Role
from kb.models import ExternalIdentity, FederatedAttempt, User
from tests.federation.conftest import NewWalk
from tests.federation.provider import CURVE, OTHER_RSA, RSA, SECRET, SUBJECT, Provider
from tests.federation.walking import COOKIE, ORGANISATIONS, ORIGIN, details, refused, table
from tests.installation import DATABASE

Clock = pytest.MonkeyPatch


def test_a_first_time_gives_an_account_in_the_organisation(walk: NewWalk, provider: Provider) -> None:
    browser = walk()
    response = browser.sign_in(till="/konto")
    assert (response.status_code, response.location) == (303, "/konto")
    assert browser.is_signed_in
    user = db.session.query(User).one()
    assert (user.name, user.email, user.role) == ("Åsa Öberg", "asa.oberg@skog.example", Role.CONTRIBUTOR)
    assert [one.slug for one in user.organisations] == ["skogsstyrelsen"]
    assert user.password_hash is None
    identity = db.session.query(ExternalIdentity).one()
    assert (identity.issuer, identity.subject, identity.user_id) == (provider.issuer, SUBJECT, user.id)
    assert [len(details(action)) for action in ("user_created", "identity_added", "signed_in")] == [1, 1, 1]
    assert details("signed_in")[0]["method"] == "federated"


def test_a_second_time_is_the_same_account(walk: NewWalk, provider: Provider) -> None:
    browser = walk()
    browser.sign_in()
    provider.manners.person |= {"name": "Åsa Ny", "email": "helt-ny@skog.example"}
    assert browser.sign_in().status_code == 303
    user = db.session.query(User).one()
    assert (user.name, user.email) == ("Åsa Öberg", "asa.oberg@skog.example")


def test_what_is_asked_of_the_provider(walk: NewWalk, provider: Provider) -> None:
    browser = walk()
    address = browser.address(till="/konto")
    assert address.startswith(f"{provider.issuer}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == f"{ORIGIN}/logga-in/svar/leverantoren"
    assert asked["scope"] == "openid profile email"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    assert "prompt" not in asked
    again = {name: values[0] for name, values in parse_qs(urlsplit(browser.address()).query).items()}
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


def test_the_cookie_is_of_its_own_and_short(walk: NewWalk) -> None:
    browser = walk()
    response = browser.start()
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert part in cookie
    assert "Domain" not in cookie
    assert response.headers["Cache-Control"] == "no-store"
    browser.sign_in()
    assert browser.client.get_cookie(COOKIE) is None


def test_nothing_secret_is_stored_in_the_clear(walk: NewWalk) -> None:
    browser = walk()
    address = browser.address()
    state = parse_qs(urlsplit(address).query)["state"][0]
    cookie = browser.client.get_cookie(COOKIE)
    assert cookie is not None
    row = db.session.query(FederatedAttempt).one()
    assert state not in (row.state_hash, row.browser_hash)
    assert cookie.value not in (row.state_hash, row.browser_hash)
    browser.client.get(browser.at_provider(address))
    db.session.rollback()
    assert db.session.query(FederatedAttempt).count() == 0


def test_the_page_asked_for_by_itself_has_the_button(walk: NewWalk) -> None:
    page = walk().client.get("/logga-in/via/leverantoren?till=/konto")
    assert page.status_code == 200
    assert "Logga in med Leverantören" in page.text
    assert "Set-Cookie" not in page.headers


def test_english_names_the_provider_in_english(walk: NewWalk) -> None:
    assert "The provider" in walk().client.get("/en/logga-in/via/leverantoren").text


def test_a_provider_that_is_not_there(walk: NewWalk) -> None:
    browser = walk()
    assert browser.client.get("/logga-in/via/finns-inte").status_code == 404
    assert browser.client.get("/logga-in/svar/finns-inte?state=x&code=y").status_code == 404


def test_a_form_from_another_site_starts_nothing(walk: NewWalk, provider: Provider) -> None:
    browser = walk()
    response = browser.client.post("/logga-in/via/leverantoren", headers={"Origin": "https://evil.example"})
    assert response.status_code == 400
    assert "Set-Cookie" not in response.headers
    assert provider.asked == []


EVIL = (
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "/%2f%2fevil.example",
    "javascript:alert(1)",
)


@pytest.mark.parametrize("evil", EVIL)
def test_the_next_page_is_one_of_ours(walk: NewWalk, evil: str) -> None:
    """No open redirect (S-25)."""
    browser = walk()
    back = browser.at_provider(browser.address(till=evil))
    assert db.session.query(FederatedAttempt).one().next_path == "", "not even kept"
    assert browser.client.get(back).location == "/"


def test_the_next_page_is_looked_at_again_when_it_is_used(walk: NewWalk) -> None:
    browser = walk()
    back = browser.at_provider(browser.address(till="/konto"))
    with writing(db.session):
        db.session.query(FederatedAttempt).one().next_path = "//evil.example"
    assert browser.client.get(back).location == "/"


def test_a_secret_may_be_sent_in_the_form(walk: NewWalk, provider: Provider) -> None:
    provider.manners.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert walk().sign_in().status_code == 303


@pytest.mark.parametrize(
    ("algorithm", "kid", "key"), [("PS256", "rsa-1", RSA), ("RS512", "rsa-1", RSA), ("ES256", "ec-1", CURVE)]
)
def test_a_token_may_be_signed_in_other_ways(
    walk: NewWalk, provider: Provider, algorithm: str, kid: str, key: object
) -> None:
    header = {"alg": algorithm, "kid": kid}
    provider.manners.sign = lambda claims: jwt.encode(header, claims, key, algorithms=[algorithm])
    assert walk().sign_in().status_code == 303


def test_a_new_key_is_fetched_once_it_is_used(walk: NewWalk, provider: Provider, monkeypatch: Clock) -> None:
    browser = walk()
    browser.sign_in()
    provider.manners.keys = [OTHER_RSA]
    provider.manners.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "rsa-2"}, claims, OTHER_RSA)
    refused(browser.sign_in(), browser, "unknown_key", sessions=1)
    assert provider.count("/keys") == 1, "at most once a minute"
    monkeypatch.setattr("kb.federation.directory.KEYS_AGAIN_SECONDS", 0.0)
    assert browser.sign_in().status_code == 303
    assert browser.sign_in().status_code == 303
    assert provider.count("/keys") == 2, "known from now on"


def test_what_the_provider_publishes_is_fetched_once(walk: NewWalk, provider: Provider) -> None:
    browser = walk()
    for _ in range(3):
        browser.sign_in()
    assert provider.count("/.well-known/openid-configuration") == 1
    assert provider.count("/keys") == 1


def test_a_client_without_a_secret(walk: NewWalk, provider: Provider) -> None:
    provider.manners.is_public = True
    tables = table(provider, extra=ORGANISATIONS).replace(f'client_secret = "{SECRET}"\n', "")
    assert walk(tables).sign_in().status_code == 303


def test_nothing_is_locked_while_a_provider_thinks(walk: NewWalk, provider: Provider, instance: Path) -> None:
    """Others can write to the database meanwhile, however slow a provider is."""
    wrote = []

    def write(_: object) -> bool:
        with closing(sqlite3.connect(instance / DATABASE, timeout=0.2)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
        wrote.append(True)
        return False

    provider.manners.token = provider.manners.discovery = write
    assert walk().sign_in().status_code == 303
    assert wrote == [True, True]


def test_of_many_answers_at_once_one_is_taken(walk: NewWalk, provider: Provider) -> None:
    browser = walk()
    back = browser.at_provider(browser.address())
    cookie = browser.client.get_cookie(COOKIE)
    assert cookie is not None
    db.session.rollback()

    def answer(_: int) -> int:
        client = browser.app.test_client()
        client.set_cookie(COOKIE, cookie.value, path="/")
        return client.get(back).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(answer, range(6))) == [303] + [400] * 5
    assert provider.count("/token") == 1
    assert len(details("signed_in")) == 1
