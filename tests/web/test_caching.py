"""What has not changed is not sent again, and what is sent is packed (ADR 9)."""

from __future__ import annotations

import gzip
import secrets

import brotli
import pytest
from flask import Flask, make_response
from flask.testing import FlaskClient

from kb.web import auth
from kb.web.access import OPEN
from kb.web.caching import varying
from tests.web.conftest import NewApp
from tests.web.site import Site

PACKED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture(scope="module")
def app(new_app: NewApp) -> Flask:
    app = new_app()
    app.add_url_rule("/prov/formular", "prov.form", lambda: f"<p>Lika {varying(secrets.token_hex(8))}</p>")
    app.add_url_rule("/prov/olika", "prov.other", lambda: f"<p>Olika {secrets.token_hex(8)}</p>")
    app.add_url_rule("/prov/hemlig", "prov.secret", secret)
    for endpoint in ("prov.form", "prov.other", "prov.secret"):
        auth.allow(app, endpoint, OPEN)
    return app


def secret() -> object:
    response = make_response("hemligt")
    response.headers["Cache-Control"] = "no-store"
    return response


@pytest.mark.parametrize("path", ["/", "/sok", "/sok?q=polisen", "/myndigheter", "/om"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient, path: str, method: str) -> None:
    first = client.get(path)
    again = client.open(path, method=method, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert client.get(path, headers={"If-None-Match": '"annat"'}).status_code == 200


def test_a_story_that_has_not_changed_is_not_sent_again_packed_or_not(site: Site) -> None:
    client = site.app.test_client()
    tag = client.get(site.story, headers=PACKED).headers["ETag"]
    assert client.get(site.story, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(site.story, headers={"If-None-Match": tag, **PACKED}).status_code == 304
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_what_differs_each_time_and_means_nothing_is_left_out_of_the_tag(app: Flask) -> None:
    client = app.test_client()
    first, second = client.get("/prov/formular"), client.get("/prov/formular")
    assert first.data != second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    assert client.get("/prov/olika").headers["ETag"] != client.get("/prov/olika").headers["ETag"]


def test_what_may_not_be_kept_and_what_is_an_error_has_no_tag(app: Flask) -> None:
    client = app.test_client()
    assert "ETag" not in client.get("/prov/hemlig").headers
    assert "ETag" not in client.get("/finns-inte").headers
    assert "ETag" not in client.post("/sok").headers


@pytest.mark.parametrize(
    ("accepted", "used"), [("gzip", "gzip"), ("br;q=1.0, gzip;q=0.5", "br"), ("identity", None), ("", None)]
)
@pytest.mark.parametrize("path", ["/", "/static/css/components.css"])
def test_text_is_packed_as_the_reader_can_read_it(
    client: FlaskClient, path: str, accepted: str, used: str | None
) -> None:
    plain = client.get(path, buffered=True)
    packed = client.get(path, headers={"Accept-Encoding": accepted}, buffered=True)
    assert packed.headers.get("Content-Encoding") == used
    varies = {"Accept-Encoding"} if path.startswith("/static") else {"Accept-Encoding", "Cookie"}
    assert packed.vary.as_set() == {name.lower() for name in varies}
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(used or "", bytes)
    assert unpack(packed.data) == plain.data
    assert used is None or len(packed.data) < len(plain.data) / 2


def test_a_packed_file_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/static/css/base.css", headers=PACKED, buffered=True)
    again = client.get(
        "/static/css/base.css", headers={**PACKED, "If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_a_file_is_the_bytes_that_it_says(client: FlaskClient) -> None:
    whole = client.get("/static/css/base.css", buffered=True).data
    part = client.get("/static/css/base.css", headers={**PACKED, "Range": "bytes=10-99"}, buffered=True)
    assert part.status_code == 206
    assert "Content-Encoding" not in part.headers
    assert part.data == whole[10:100]


def test_a_font_is_packed_already(client: FlaskClient) -> None:
    font = "/static/vendor/source-sans-3/source-sans-3-latin-wght-normal.woff2"
    assert "Content-Encoding" not in client.get(font, headers=PACKED, buffered=True).headers
