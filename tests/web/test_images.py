"""The upload is attacked as those do who want to get a page, a program or a place through it (S-36, A-27)."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from kb.db import db
from kb.domain.pictures import UPLOAD_BYTES
from kb.models import Image
from kb.web import limits
from kb.web.security_headers import FILE_POLICY, HEADERS, guarded
from tests.accounts import make_user, sign_in
from tests.drafts import start_draft
from tests.pictures import samples
from tests.pictures.samples import opened, picture
from tests.web.site import BASE_URL

IMPOSTORS = samples.impostors()
BOMBS = samples.bombs()
POLYGLOTS = samples.polyglots()
TOKEN = re.compile(r'\d{8}T\d{6}Z\.[^"]+|data-(seconds|ends)="\d+"')
SCRIPT = {"Accept": "application/json"}


class Writer:
    """Someone who adds pictures to a draft of their own."""

    def __init__(self, app: Flask) -> None:
        person = make_user()
        self.entry_id = start_draft(person)
        self.client = sign_in(app, person)
        self.path = f"/bidra/{self.entry_id}/bilder"
        self.folder = Path(app.instance_path) / "media"

    def token(self) -> str:
        [found] = re.findall(
            r'name="intyg" value="([^"]+)"', self.client.get(self.path).text.split("<main")[1]
        )
        return str(found)

    def send(
        self,
        data: bytes,
        name: str = "bild.png",
        type: str = "image/png",  # noqa: A002
        *,
        headers: dict[str, str] | None = None,
        **fields: str,
    ) -> TestResponse:
        sent: dict[str, Any] = {"intyg": self.token(), "alt": "Ett flöde", **fields}
        sent["file"] = FileStorage(io.BytesIO(data), name, content_type=type)
        boundary, body = encode_multipart(sent)
        return self.client.post(
            self.path,
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"Origin": BASE_URL, **(headers or {})},
        )

    def files(self) -> list[bytes]:
        return [file.read_bytes() for file in self.folder.glob("*")] if self.folder.exists() else []


@pytest.fixture
def writer(app: Flask) -> Writer:
    return Writer(app)


def test_a_picture_is_added_without_a_script(writer: Writer) -> None:
    response = writer.send(picture())
    assert response.status_code == 200
    address = re.search(r"!\[Ett flöde\]\((/bilder/[0-9A-Z]{26}\.png)\)", response.text)
    assert address
    assert writer.client.get(address[1]).status_code == 200
    assert address[1] in writer.client.get(writer.path).text


def test_a_script_gets_the_line_to_put_into_the_text(writer: Writer) -> None:
    response = writer.send(picture(), headers=SCRIPT, alt="Ett [flöde] *x*")
    assert response.json is not None
    assert response.json["markdown"] == f"![Ett \\[flöde\\] \\*x\\*]({response.json['address']})"


def test_a_file_comes_as_a_picture_and_as_nothing_else(writer: Writer) -> None:
    """No page of ours, no script and no other site's page can be made of it."""
    sent = writer.send(picture("JPEG"), "a.php.jpg", "text/html", headers=SCRIPT)
    assert sent.json is not None
    response = writer.client.get(sent.json["address"])
    headers = response.headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers.getlist("Content-Security-Policy") == [FILE_POLICY]
    assert "sandbox" in FILE_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r"inline; filename=[0-9A-Z]{26}\.jpg", headers["Content-Disposition"])
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    again = writer.client.get(sent.json["address"], headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.data) in ((304, b""), (200, response.data))


def test_no_response_chooses_another_policy_than_ours() -> None:
    for given, kept in ((FILE_POLICY, FILE_POLICY), ("sandbox", HEADERS["Content-Security-Policy"])):
        assert dict(guarded([("content-security-policy", given)]))["Content-Security-Policy"] == kept


@pytest.mark.parametrize(
    "name", ["../../x.png", "a.php.jpg", "/etc/passwd", "x.svg", "CON.png", "å" * 300 + ".png"]
)
def test_the_name_of_a_file_is_not_used(writer: Writer, name: str) -> None:
    response = writer.send(picture(), name, headers=SCRIPT)
    assert response.status_code == 200
    assert [
        re.fullmatch(r"[0-9A-Z]{26}\.png", file.name) is not None for file in writer.folder.iterdir()
    ] == [True]


@pytest.mark.parametrize("name", IMPOSTORS)
def test_what_is_no_picture_is_refused_and_explained(writer: Writer, name: str) -> None:
    """SVG, HTML and the like, called a PNG; the text that was written stays."""
    response = writer.send(IMPOSTORS[name])
    assert response.status_code == 422
    assert "error-summary" in response.text
    assert "Ett flöde" in response.text
    assert writer.files() == []


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(writer: Writer, name: str) -> None:
    response = writer.send(BOMBS[name], headers=SCRIPT)
    assert response.status_code == 422
    assert response.json is not None
    assert "file" in response.json["problems"]
    assert db.session.query(Image).count() == 0
    assert writer.files() == []


@pytest.mark.parametrize("name", POLYGLOTS)
def test_nothing_of_the_other_half_of_a_polyglot_is_kept(writer: Writer, name: str) -> None:
    writer.send(POLYGLOTS[name], headers=SCRIPT)
    for kept in writer.files():
        assert b"<?php" not in kept
        assert b"<script" not in kept
        assert opened(kept).size == (60, 40)


def test_the_place_of_a_photograph_is_gone(writer: Writer) -> None:
    writer.send(samples.with_place(), headers=SCRIPT)
    [kept] = writer.files()
    assert not opened(kept).getexif()
    assert b"Exif" not in kept


def test_half_a_picture_is_refused(writer: Writer) -> None:
    assert writer.send(picture(size=(300, 200))[:-200], headers=SCRIPT).status_code == 422


def test_a_picture_may_be_as_large_as_we_say_and_a_page_may_not(writer: Writer) -> None:
    """S-31: only this page reads more than a megabyte, and not much more than a picture."""
    noise = samples.noise(1_200)
    assert limits.BODY_BYTES < len(noise) < UPLOAD_BYTES
    assert writer.send(noise, headers=SCRIPT).status_code == 200
    over = picture() + b"\x00" * UPLOAD_BYTES
    assert writer.send(over, headers=SCRIPT).status_code == 422
    assert writer.send(over + b"\x00" * 200_000, headers=SCRIPT).status_code == 413
    elsewhere = writer.client.post(
        "/kontakt", data={"message": "a" * 1_100_000}, headers={"Origin": BASE_URL}
    )
    assert elsewhere.status_code == 413


def test_a_text_that_never_ends_is_refused_here_too(writer: Writer) -> None:
    assert writer.send(picture(), alt="a" * 2_000_000, headers=SCRIPT).status_code == 413


@pytest.mark.parametrize(
    ("alt", "decorative", "status"),
    [
        ("Köerna blev hälften så långa", "", 200),
        ("", "1", 200),
        ("", "", 422),
        ("   ", "", 422),
        ("bild1.png", "", 422),
        ("IMG_2034", "", 422),
        ("Skärmavbild 2026-11-23", "", 422),
        ("Namnlös.JPG", "", 422),
        ("...", "", 422),
        ("Både text", "1", 422),
        ("å" * 301, "", 422),
    ],
)
def test_a_picture_says_in_words_what_it_shows(
    writer: Writer, alt: str, decorative: str, status: int
) -> None:
    """A-27: a text, or the express word that it is decoration; never the name of a file."""
    response = writer.send(picture(), headers=SCRIPT, alt=alt, decorative=decorative)
    assert response.status_code == status
    if status == 422:
        assert response.json is not None
        assert list(response.json["problems"]) == ["alt"]
        assert writer.files() == []


def test_without_a_file_everything_that_is_missing_is_said(writer: Writer) -> None:
    response = writer.client.post(writer.path, data={"intyg": writer.token()}, headers={"Origin": BASE_URL})
    assert response.status_code == 422
    assert "Välj en bild." in response.text
    assert 'href="#falt-alt"' in response.text


def test_nothing_is_taken_without_the_form(writer: Writer) -> None:
    assert writer.send(picture(), intyg="x").status_code == 400
    assert writer.send(picture(), intyg="x", headers=SCRIPT).status_code == 400
    assert writer.send(picture(), headers={"Origin": "https://evil.example"}).status_code == 400
    assert writer.files() == []


def test_a_picture_of_a_draft_is_there_for_its_writers_only(app: Flask, writer: Writer) -> None:
    sent = writer.send(picture(), headers=SCRIPT)
    assert sent.json is not None
    address = sent.json["address"]
    stranger = sign_in(app, make_user())
    unknown = "/bilder/01ARZ3NDEKTSV4RRFFQ69G5FAV.png"
    for other in (app.test_client(), stranger):
        assert other.get(address).status_code == 404
        hidden, absent = (
            TOKEN.sub("", other.get(path).text.replace(path, "x")) for path in (address, unknown)
        )
        assert hidden == absent
        assert other.get(f"{address}?nyckel=abc").status_code == 404
    assert stranger.get(writer.path).status_code == 404
    assert writer.client.get(address.replace(".png", ".jpg")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/bilder/", "/bilder/..%2f..%2fsigning.key", "/bilder/x.png", "/bilder/" + "I" * 26 + ".png"]
)
def test_no_other_file_is_reached(client_of: FlaskClient, path: str) -> None:
    assert client_of.get(path).status_code == 404


@pytest.fixture
def client_of(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_preview_is_the_servers_own_rendering(writer: Writer) -> None:
    path = f"/bidra/{writer.entry_id}/forhandsvisa"

    def shown(text: str, **changes: str) -> TestResponse:
        return writer.client.post(
            path, data={"intyg": writer.token(), "text": text, **changes}, headers={"Origin": BASE_URL}
        )

    made = shown("## Läget\n\n<script>alert(1)</script> [a](javascript:alert(1)) **fet**")
    assert made.status_code == 200
    assert '<h3 id="avsnitt-laget">Läget</h3>' in made.text
    assert "<script" not in made.text
    assert "javascript:" not in made.text.replace("javascript:alert(1))", "")
    assert "<strong>fet</strong>" in made.text
    assert "<html" not in made.text
    assert shown("x" * 100_001).status_code == 422
    assert shown("x", intyg="fel").status_code == 400
    assert "Här visas texten" in shown(" ").text
