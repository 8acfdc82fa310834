"""What a sign-in through a provider is refused for: each of the ways in which S-16 says it can be wrong, and
what a provider may not make the site ask (S-37).
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from kb.db import db, writing
from kb.federation.fetching import LARGEST
from kb.models import FederatedAttempt, User, now
from kb.services import federation
from tests.federation.conftest import NewWalk
from tests.federation.provider import OTHER_RSA, RSA, SECRET, Claims, Provider, say
from tests.federation.walking import COOKIE, ORGANISATIONS, changed, details, refused, table

NOW = time.time
LEVEL = "http://id.elegnamnden.se/loa/1.0/loa3"


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def with_public_key(claims: Claims) -> str:
    """HS256 with the provider's public key as the secret: whoever has the key can make it. Libraries refuse
    to, so it is made by hand.
    """
    signed = f"{part({'alg': 'HS256', 'kid': 'rsa-1'})}.{part(claims)}"
    digest = hmac.digest(RSA.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def with_client_secret(claims: Claims) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 2), algorithms=["HS256"])


def tampered(claims: Claims) -> str:
    head, _, signature = jwt.encode({"alg": "RS256", "kid": "rsa-1"}, claims, RSA).split(".")
    return ".".join((head, part(claims | {"sub": "someone-else"}), signature))


def own_key(claims: Claims) -> str:
    """Signed with a key that the token itself brings."""
    mine = ECKey.generate_key("P-256", {"kid": "ec-1"})
    return jwt.encode({"alg": "ES256", "kid": "ec-1", "jwk": mine.as_dict(private=False)}, claims, mine)


SIGNATURES: dict[str, tuple[Callable[[Claims], str], str]] = {
    "none": (lambda claims: f"{part({'alg': 'none'})}.{part(claims)}.", "algorithm"),
    "None": (lambda claims: f"{part({'alg': 'None', 'kid': 'rsa-1'})}.{part(claims)}.", "algorithm"),
    "HS256 with the public key": (with_public_key, "algorithm"),
    "HS256 with the client's secret": (with_client_secret, "algorithm"),
    "unknown key": (
        lambda claims: jwt.encode({"alg": "RS256", "kid": "rsa-9"}, claims, OTHER_RSA),
        "unknown_key",
    ),
    "key of another": (
        lambda claims: jwt.encode({"alg": "RS256", "kid": "rsa-1"}, claims, OTHER_RSA),
        "signature",
    ),
    "key in the token": (own_key, "signature"),
    "changed afterwards": (tampered, "signature"),
    "not a token": (lambda claims: "hej", "token_refused"),
    "not of JSON": (lambda claims: f"{part({'alg': 'RS256', 'kid': 'rsa-1'})}.aGVq.aGVq", "signature"),
    "no object": (lambda claims: "x" * 40_000, "token_refused"),
}

CLAIMS: dict[str, tuple[Claims, str]] = {
    "nonce of another": ({"nonce": "x" * 64}, "nonce"),
    "no nonce": ({"nonce": None}, "nonce"),
    "issuer of another": ({"iss": "https://login.example"}, "issuer"),
    "no issuer": ({"iss": None}, "issuer"),
    "audience of another": ({"aud": "another-client"}, "audience"),
    "no audience": ({"aud": None}, "audience"),
    "another audience too": ({"aud": ["erfarenhetsbanken", "another-client"]}, "audience"),
    "made out to another": ({"azp": "another-client"}, "audience"),
    "expired": ({"iat": lambda: NOW() - 300, "exp": lambda: NOW() - 61}, "expired"),
    "no end": ({"exp": None}, "expired"),
    "endless": ({"exp": float("inf")}, "expired"),
    "of the future": ({"iat": lambda: NOW() + 90}, "issued_at"),
    "old": ({"iat": lambda: NOW() - 700}, "issued_at"),
    "no time": ({"iat": None}, "issued_at"),
    "time in words": ({"iat": "nu"}, "issued_at"),
    "not yet": ({"nbf": lambda: NOW() + 90}, "issued_at"),
    "nobody": ({"sub": None}, "claims"),
    "nobody in words": ({"sub": ""}, "claims"),
    "a number": ({"sub": 7}, "claims"),
    "a very long name": ({"sub": "x" * 256}, "claims"),
    "a personal identity number": ({"sub": "19121212-1212"}, "identity_number"),
}


@pytest.mark.parametrize("case", SIGNATURES)
def test_a_token_that_is_not_the_providers(walk: NewWalk, provider: Provider, case: str) -> None:
    provider.manners.sign, reason = SIGNATURES[case]
    browser = walk()
    refused(browser.sign_in(), browser, reason)
    assert db.session.query(User).count() == 0


@pytest.mark.parametrize("case", CLAIMS)
def test_a_token_that_is_not_for_us_or_not_for_now(walk: NewWalk, provider: Provider, case: str) -> None:
    wrong, reason = CLAIMS[case]
    provider.manners.change = lambda claims: claims.update(
        {name: value() if callable(value) else value for name, value in wrong.items()}
    )
    browser = walk()
    refused(browser.sign_in(), browser, reason)
    assert db.session.query(User).count() == 0


def test_clocks_may_differ_by_a_minute(walk: NewWalk, provider: Provider) -> None:
    provider.manners.change = lambda claims: claims.update(iat=NOW() + 50, exp=NOW() - 50)
    assert walk().sign_in().status_code == 303


def test_a_state_that_nobody_was_given(walk: NewWalk) -> None:
    browser = walk()
    back = browser.at_provider(browser.address())
    refused(browser.client.get(changed(back, state="x" * 64)), browser, "unknown_attempt")
    refused(browser.client.get(changed(back, state=None)), browser, "unknown_attempt")


def test_a_state_is_answered_once(walk: NewWalk) -> None:
    browser = walk()
    back = browser.at_provider(browser.address())
    cookie = browser.client.get_cookie(COOKIE)
    assert cookie is not None
    assert browser.client.get(back).status_code == 303
    browser.client.set_cookie(COOKIE, cookie.value, path="/")
    refused(browser.client.get(back), browser, "unknown_attempt", sessions=1)


def test_a_state_of_another_browser(walk: NewWalk) -> None:
    """Someone else's sign-in, sent as a link, signs nobody in; and then it is of no use to anyone."""
    browser = walk()
    back = browser.at_provider(browser.address())
    victim = browser.app.test_client()
    assert victim.get(back).status_code == 400
    assert details("sign_in_failed")[-1]["reason"] == "other_browser"
    refused(browser.client.get(back), browser, "unknown_attempt")


def test_a_state_of_another_sign_in_in_the_same_browser(walk: NewWalk) -> None:
    browser = walk()
    back = browser.at_provider(browser.address())
    browser.address()
    refused(browser.client.get(back), browser, "other_browser")


def test_a_sign_in_that_took_too_long(walk: NewWalk) -> None:
    browser = walk()
    back = browser.at_provider(browser.address())
    with writing(db.session):
        db.session.query(FederatedAttempt).one().created_at = now() - federation.LASTS - timedelta(seconds=1)
    refused(browser.client.get(back), browser, "too_old")


def test_an_answer_at_the_address_of_another_provider(
    walk: NewWalk, provider: Provider, other: Provider
) -> None:
    browser = walk(table(provider), table(other, "annan"))
    back = browser.at_provider(browser.address())
    refused(browser.client.get(back.replace("leverantoren", "annan")), browser, "other_provider")
    assert provider.count("/token") + other.count("/token") == 0


def test_an_answer_that_names_another_issuer(walk: NewWalk, provider: Provider, other: Provider) -> None:
    browser = walk()
    provider.manners.answer = {"iss": other.issuer}
    refused(browser.sign_in(), browser, "issuer")
    provider.manners.answer = {"iss": None}
    refused(browser.sign_in(), browser, "issuer")
    assert provider.count("/token") == 0


def test_an_issuer_that_is_never_named_is_not_missed(walk: NewWalk, provider: Provider) -> None:
    provider.manners.metadata = {"authorization_response_iss_parameter_supported": None}
    provider.manners.answer = {"iss": None}
    assert walk().sign_in().status_code == 303


@pytest.mark.parametrize(
    ("error", "reason", "says"),
    [
        ("access_denied", "cancelled", "Inloggningen avbröts"),
        ("server_error", "provider_error", "kunde inte logga in dig"),
        ("<script>alert(1)</script>", "provider_error", "kunde inte logga in dig"),
    ],
)
def test_an_error_of_the_provider(
    walk: NewWalk, provider: Provider, error: str, reason: str, says: str
) -> None:
    provider.manners.answer = {"error": error, "code": None, "error_description": "hemlig text"}
    browser = walk()
    response = browser.sign_in()
    refused(response, browser, reason)
    assert says in response.text
    assert "<script>alert" not in response.text
    assert "hemlig text" not in response.text
    assert "hemlig text" not in json.dumps(details("sign_in_failed"))
    assert browser.client.get_cookie(COOKIE) is None


def test_a_code_without_the_verifier(walk: NewWalk, provider: Provider) -> None:
    """The provider checks PKCE: a code that was stolen is of no use without what only we have."""
    browser = walk()
    back = browser.at_provider(browser.address())
    with writing(db.session):
        db.session.query(FederatedAttempt).one().verifier = "x" * 64
    refused(browser.client.get(back), browser, "token_refused")


def test_a_code_of_another_sign_in(walk: NewWalk) -> None:
    browser = walk()
    stolen = browser.at_provider(browser.address()).partition("code=")[2].partition("&")[0]
    back = browser.at_provider(browser.address())
    refused(browser.client.get(changed(back, code=stolen)), browser, "token_refused")


REQUIRED = f'acr_values = ["{LEVEL}"]\nrequired_acr = ["{LEVEL}"]\n'


@pytest.mark.parametrize("said", [None, "http://id.elegnamnden.se/loa/1.0/loa2", "", [LEVEL]])
def test_a_level_that_is_missing_or_too_low(walk: NewWalk, provider: Provider, said: object) -> None:
    provider.manners.person["acr"] = said
    browser = walk(table(provider, extra=REQUIRED + ORGANISATIONS))
    response = browser.sign_in()
    refused(response, browser, "assurance")
    assert "inte är säkert nog" in response.text
    assert provider.sent[-1]["acr_values"] == LEVEL


def test_the_level_that_is_required(walk: NewWalk, provider: Provider) -> None:
    provider.manners.person["acr"] = LEVEL
    assert walk(table(provider, extra=REQUIRED + ORGANISATIONS)).sign_in().status_code == 303


def sleeping(handler: BaseHTTPRequestHandler) -> bool:
    time.sleep(0.6)
    return False


def dripping(handler: BaseHTTPRequestHandler) -> bool:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass
    return True


def huge(handler: BaseHTTPRequestHandler) -> bool:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(2_000):
            handler.wfile.write(b" " * 10_000)
    except OSError:
        pass
    return True


def saying(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], bool]:
    def answer(handler: BaseHTTPRequestHandler) -> bool:
        say(handler, status, body, **headers)
        return True

    return answer


BROKEN: dict[str, tuple[Callable[[BaseHTTPRequestHandler], bool], str]] = {
    "an error": (saying(400, b'{"error": "invalid_grant"}'), "token_refused"),
    "a breakdown": (saying(500, b"oj"), "unreachable"),
    "not JSON": (saying(200, b"<html>"), "unreachable"),
    "a list": (saying(200, b"[1]"), "unreachable"),
    "no token": (saying(200, b'{"access_token": "x", "token_type": "Bearer"}'), "no_id_token"),
    "a number for a token": (saying(200, b'{"access_token": "x", "id_token": 7}'), "no_id_token"),
    "a redirect": (saying(307, b"", Location="/token"), "unreachable"),
    "a redirect elsewhere": (
        saying(302, b'{"id_token": "x"}', Location="http://127.0.0.1:1/"),
        "unreachable",
    ),
    "packed": (saying(200, b"x", Content_Encoding="gzip"), "unreachable"),
    "silence": (sleeping, "unreachable"),
    "drop by drop": (dripping, "unreachable"),
    "without end": (huge, "unreachable"),
    "nothing at all": (lambda handler: handler.connection.close() or True, "unreachable"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_token_endpoint_that_does_not_work(
    walk: NewWalk, provider: Provider, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.setattr("kb.federation.fetching.READ_SECONDS", 0.3)
    monkeypatch.setattr("kb.federation.fetching.WHOLE_SECONDS", 0.6)
    provider.manners.token, reason = BROKEN[case]
    browser = walk()
    begun = time.monotonic()
    refused(browser.sign_in(), browser, reason)
    assert time.monotonic() - begun < 3
    assert provider.count("/token") == 1, "no redirect is followed and nothing is asked twice"


PUBLISHED: dict[str, tuple[Claims, str]] = {
    "another issuer": ({"issuer": "https://login.example"}, "bad_metadata"),
    "no issuer": ({"issuer": None}, "bad_metadata"),
    "tokens elsewhere": ({"token_endpoint": "http://127.0.0.1:1/token"}, "bad_metadata"),
    "keys of the cloud": ({"jwks_uri": "http://169.254.169.254/keys"}, "bad_metadata"),
    "a file": ({"jwks_uri": "file:///etc/passwd"}, "bad_metadata"),
    "no address": ({"authorization_endpoint": None}, "bad_metadata"),
    "an address of script": ({"authorization_endpoint": "javascript:alert(1)"}, "bad_metadata"),
    "an address with a name": ({"token_endpoint": "http://a:b@127.0.0.1/token"}, "bad_metadata"),
}


@pytest.mark.parametrize("case", PUBLISHED)
def test_a_provider_that_publishes_what_it_may_not(walk: NewWalk, provider: Provider, case: str) -> None:
    """Nothing is asked but the issuer and the hosts of the file (S-37)."""
    provider.manners.metadata, reason = PUBLISHED[case]
    browser = walk()
    response = browser.start()
    refused(response, browser, reason)
    assert response.status_code == 503
    assert "Set-Cookie" not in response.headers
    assert provider.asked == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    "answer", [saying(302, b"", Location="/keys"), saying(404, b"{}"), saying(200, b"[]"), huge]
)
def test_a_provider_that_publishes_nothing(
    walk: NewWalk, provider: Provider, answer: Callable[[BaseHTTPRequestHandler], bool]
) -> None:
    provider.manners.discovery = answer
    browser = walk()
    assert browser.start().status_code == 503
    provider.manners.discovery = lambda handler: False
    assert browser.start().status_code == 503
    assert provider.asked == ["/.well-known/openid-configuration"], "left alone for a while"


def test_an_answer_that_is_right_but_too_large(walk: NewWalk, provider: Provider) -> None:
    def padded(handler: BaseHTTPRequestHandler) -> bool:
        say(handler, 200, json.dumps(provider.metadata()).encode() + b" " * LARGEST)
        return True

    provider.manners.discovery = padded
    assert walk().start().status_code == 503


def test_keys_that_are_no_keys(walk: NewWalk, provider: Provider) -> None:
    provider.manners.keys = [OctKey.generate_key(256, {"kid": "rsa-1"})]
    browser = walk()
    refused(browser.sign_in(), browser, "bad_metadata")


def test_hosts_of_the_file_may_hold_keys_and_tokens(
    walk: NewWalk, provider: Provider, other: Provider
) -> None:
    provider.manners.metadata = {"jwks_uri": f"{other.issuer}/keys"}
    host = other.issuer.removeprefix("http://")
    assert walk(table(provider, extra=f'hosts = ["{host}"]\n{ORGANISATIONS}')).sign_in().status_code == 303
    assert (provider.count("/keys"), other.count("/keys")) == (0, 1)


def test_one_place_cannot_fill_the_table(walk: NewWalk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(federation, "_LIMITS", (federation.Limit(2, 600),))
    browser = walk()
    assert [browser.start().status_code for _ in range(3)] == [200, 200, 429]


def test_attempts_that_were_never_answered_go(walk: NewWalk) -> None:
    browser = walk()
    browser.address()
    with writing(db.session):
        db.session.query(FederatedAttempt).one().created_at = now() - timedelta(hours=2)
    browser.address()
    assert db.session.query(FederatedAttempt).count() == 1
