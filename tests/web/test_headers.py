"""The middlewares around the application: headers, cookies, proxies, hosts (S-21, S-22, S-23, S-35)."""

from __future__ import annotations

import pytest
from flask import Flask, request, session
from flask.testing import FlaskClient

from kb.web import auth
from kb.web.access import OPEN
from kb.web.security_headers import CACHE_CONTROL, HEADERS, guarded
from tests.web.conftest import NewApp
from tests.web.site import BASE_URL, Site


def policy() -> dict[str, list[str]]:
    parts = (part.split() for part in HEADERS["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


def test_the_policy_is_the_one_that_was_asked_for() -> None:
    assert policy() == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "report-uri": ["/csp-rapport"],
        "report-to": ["csp"],
    }
    assert HEADERS["Reporting-Endpoints"] == 'csp="/csp-rapport"'


def test_the_other_headers_are_as_strict_as_asked_for() -> None:
    age = dict(part.strip().partition("=")[::2] for part in HEADERS["Strict-Transport-Security"].split(";"))
    assert int(age["max-age"]) >= 31_536_000
    assert "includeSubDomains" in age
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["Referrer-Policy"] == "same-origin"
    assert HEADERS["Cross-Origin-Opener-Policy"] == "same-origin"
    assert HEADERS["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in HEADERS["Permissions-Policy"]


def test_headers_of_ours_take_the_place_of_others() -> None:
    got = guarded(
        [
            ("content-security-policy", "default-src *"),
            ("Server", "Werkzeug/3"),
            ("X-Powered-By", "x"),
            ("X-Kept", "a"),
            ("X-Kept", "b"),
        ]
    )
    names = [name.lower() for name, _ in got]
    assert names.count("content-security-policy") == 1
    assert dict(got)["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert not {"server", "x-powered-by"} & set(names)
    assert [value for name, value in got if name == "X-Kept"] == ["a", "b"]
    assert dict(got)["Cache-Control"] == CACHE_CONTROL


def test_a_response_may_say_more_about_caching(client: FlaskClient) -> None:
    assert client.get("/healthz").headers.getlist("Cache-Control") == ["no-store"]


def test_nothing_is_answered_to_another_origin(client: FlaskClient) -> None:
    response = client.get("/sok", headers={"Origin": "https://evil.example", "Cookie": "a=b"})
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_a_cookie_that_comes_is_not_looked_at(client: FlaskClient) -> None:
    response = client.get("/", headers={"Cookie": "session=eyJhIjoxfQ.x.y; kb=1"})
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == CACHE_CONTROL, "nobody is signed in by these"


def test_the_host_header_is_in_no_address(site: Site) -> None:
    """Links for citing come from the settings; redirects are paths."""
    client = site.app.test_client()
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    for path in (site.story, site.superseded, "/", "/sok?q=polisen", site.old_slug, "/erfarenheter", "//sok"):
        response = client.get(path, headers=evil)
        assert "evil.example" not in response.get_data(as_text=True)
        assert "evil.example" not in str(response.headers)
    assert f"{BASE_URL}{site.story}/version/1" in client.get(site.story, headers=evil).get_data(as_text=True)


@pytest.fixture(scope="module")
def app_behind(new_app: NewApp) -> dict[int, Flask]:
    apps = {}
    for proxies in (0, 2):
        app = apps[proxies] = new_app(trusted_proxies=proxies)
        app.add_url_rule(
            "/prov/adress", "prov.adress", lambda: f"{request.remote_addr} {request.scheme} {request.host}"
        )
        app.add_url_rule("/prov/session", "prov.session", write_to_session)
        for endpoint in ("prov.adress", "prov.session"):
            auth.allow(app, endpoint, OPEN)
    return apps


def write_to_session() -> str:
    session["besok"] = 1
    return "sparat"


FORWARDED = {
    "X-Forwarded-For": "6.6.6.6, 198.51.100.7, 203.0.113.9",
    "X-Forwarded-Proto": "https, https",
    "X-Forwarded-Host": "evil.example, evil.example",
}


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, "127.0.0.1 http localhost"), (2, "198.51.100.7 https localhost")]
)
def test_only_the_proxies_of_the_settings_are_believed(
    app_behind: dict[int, Flask], proxies: int, seen: str
) -> None:
    assert app_behind[proxies].test_client().get("/prov/adress", headers=FORWARDED).text == seen


def test_code_that_tries_to_keep_a_session_fails_and_sets_no_cookie(app_behind: dict[int, Flask]) -> None:
    response = app_behind[0].test_client().get("/prov/session")
    assert response.status_code == 500
    assert "Set-Cookie" not in response.headers


def test_the_secret_key_is_not_needed_for_reading(new_app: NewApp) -> None:
    assert new_app(secret_key="").test_client().get("/").status_code == 200
