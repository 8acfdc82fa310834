"""How long a browser may keep a file."""

from __future__ import annotations

import os
import re
from pathlib import Path

from flask.testing import FlaskClient

from kb.web.static_files import ASK_EACH_TIME, KEEP_FOR_A_MONTH, KEEP_FOR_A_YEAR, asset, content_hash
from tests.web.html import Html
from tests.web.site import Site


def test_an_asset_is_named_by_what_it_holds(site: Site) -> None:
    with site.app.test_request_context():
        assert re.fullmatch(r"/static/css/tokens\.css\?v=[0-9a-f]{12}", asset("css/tokens.css"))
        assert asset("css/tokens.css") == asset("css/tokens.css")
        assert asset("css/finns-inte.css") == "/static/css/finns-inte.css"


def test_a_changed_file_has_another_name(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("a")
    first = content_hash(file, file.stat().st_mtime_ns)
    file.write_text("b")
    os.utime(file, ns=(1, 1))
    assert content_hash(file, 1) != first


def test_only_a_file_asked_for_by_its_own_hash_is_kept_for_a_year(site: Site, client: FlaskClient) -> None:
    with site.app.test_request_context():
        named = asset("css/tokens.css")
    assert kept(client, named) == KEEP_FOR_A_YEAR
    assert kept(client, "/static/css/tokens.css") == ASK_EACH_TIME
    assert kept(client, "/static/css/tokens.css?v=000000000000") == ASK_EACH_TIME
    assert kept(client, "/static/css/tokens.css?v=") == ASK_EACH_TIME


def test_a_font_is_kept_for_a_month(client: FlaskClient) -> None:
    font = "/static/vendor/source-sans-3/source-sans-3-latin-wght-normal.woff2"
    assert kept(client, font) == KEEP_FOR_A_MONTH


def test_a_file_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/static/css/tokens.css", buffered=True)
    again = client.get(
        "/static/css/tokens.css", headers={"If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_file_that_is_missing_is_not_kept(client: FlaskClient) -> None:
    assert kept(client, "/static/css/finns-inte.css?v=1") == "private, no-cache"


def test_every_file_that_a_page_loads_is_there_and_kept(site: Site, client: FlaskClient) -> None:
    page = Html(client.get(site.story).get_data(as_text=True))
    addresses = {
        node.attributes.get("href") or node.attributes.get("src")
        for node in page.all("link[rel=stylesheet], link[rel=icon], link[rel=preload], script[src], img[src]")
    }
    assert len(addresses) >= 5
    for address in addresses:
        assert address is not None
        assert kept(client, address) in (KEEP_FOR_A_YEAR, KEEP_FOR_A_MONTH), address


def kept(client: FlaskClient, address: str) -> str:
    return client.get(address, buffered=True).headers["Cache-Control"]
