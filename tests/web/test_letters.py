"""The administrator's pages of letters, and the words of the letters themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.config import resource
from kb.db import db, writing
from kb.domain.accounts import LinkPurpose
from kb.domain.letters import LetterKind, LetterState
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.mail import Post
from kb.mail.post import Sender, message_of
from kb.models import Letter, now
from kb.services import letters, links
from kb.services.posting import Taken, Unwritable
from kb.web import letters_text
from tests.accounts import make_user, sign_in
from tests.web.html import Html

PATH = "/administration/brev"
ANNA = "anna@exempel.example"
ORIGIN = {"Origin": "https://erfarenhetsbanken.example"}
ADMIN = Actor(user_id="x", role=Role.ADMIN)
UNTIL = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
LINK = "https://erfarenhetsbanken.example/lank/01M84YENKVXXY7H07B4BSFWBX0.1AiytsLFAiLx1cDmBodNxw8V0DHZQ"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return sign_in(app, make_user(Role.ADMIN))


def put(state: LetterState = LetterState.UNSENT, **changes: object) -> str:
    with writing(db.session):
        letters.put(LetterKind.RESET, ANNA, user_id=None, link_id="01M84YENKVXXY7H07B4BSFWBX0")
        letter = db.session.query(Letter).order_by(Letter.id.desc()).first()
        assert letter is not None
        letter.state = state
        for name, value in changes.items():
            setattr(letter, name, value)
        return letter.id


def get(client: FlaskClient, path: str, status: int = 200) -> Html:
    response = client.get(path)
    assert response.status_code == status
    return Html(response.get_data(as_text=True))


class TestPages:
    def test_nothing_yet(self, client: FlaskClient) -> None:
        assert "Tjänsten har inte skrivit något brev ännu." in get(client, PATH).text

    def test_failures_are_first_counted_and_explained(self, client: FlaskClient) -> None:
        put()
        put(LetterState.SENT, sent_at=now())
        put(LetterState.UNCERTAIN, problem="Servern svarade inte.")
        put(LetterState.REFUSED, problem="550 ingen sådan <b>här</b>")
        page = get(client, PATH)
        rows = [row.text(separator=" ") for row in page.all("tbody tr")]
        assert [
            next(word for word in ("Ovisst", "Gick inte", "Väntar", "Skickat") if word in row) for row in rows
        ] == ["Ovisst", "Gick inte", "Väntar", "Skickat"]
        assert "550 ingen sådan <b>här</b>" in rows[1], "the server's words are text"
        assert "Ovisst betyder att e-postservern fick hela brevet" in page.text
        assert "Gick inte att skicka (1)" in page.text

    def test_one_state(self, client: FlaskClient) -> None:
        put()
        put(LetterState.REFUSED)
        assert len(get(client, f"{PATH}?lage=refused").all("tbody tr")) == 1
        assert "Inget brev är i det läget." in get(client, f"{PATH}?lage=sent").text
        assert len(get(client, f"{PATH}?lage=finns-inte&sida=hej").all("tbody tr")) == 2

    def test_the_link_is_shown_nowhere(self, client: FlaskClient) -> None:
        """(S-14)"""
        user = make_user()
        link_id = links.make(user.id, LinkPurpose.RESET)
        secret = links.address_of(link_id).rpartition(".")[2]
        letters.put(LetterKind.RESET, ANNA, user_id=user.id, link_id=link_id)
        letter_id = letters.listed(ADMIN).rows[0].id
        for path in (PATH, f"{PATH}/{letter_id}", f"{PATH}/{letter_id}/skicka-igen"):
            text = client.get(path, follow_redirects=True).get_data(as_text=True)
            assert secret not in text
            assert link_id not in text

    @pytest.mark.parametrize("state", [LetterState.UNCERTAIN, LetterState.REFUSED])
    def test_sent_again_after_a_question(self, app: Flask, client: FlaskClient, state: LetterState) -> None:
        letter_id = put(state, problem="550 nej")
        page = get(client, f"{PATH}/{letter_id}")
        ask = page.one("a.button").attributes["href"]
        assert ask == f"{PATH}/{letter_id}/skicka-igen"
        form = get(client, str(ask))
        assert ("kan redan ha kommit fram" in form.text) is (state is LetterState.UNCERTAIN)
        assert stored(letter_id).state is state, "a question changes nothing"
        fields = {
            str(one.attributes["name"]): one.attributes.get("value") or ""
            for one in form.all("form.door input")
        }
        done = client.post(
            f"{ask}?skicka=1",
            data=fields,
            headers=ORIGIN,
            follow_redirects=True,
        )
        assert done.status_code == 200
        assert "Brevet skickas igen inom någon minut." in done.get_data(as_text=True)
        assert stored(letter_id).state is LetterState.UNSENT

    def test_not_without_the_forms_token(self, client: FlaskClient) -> None:
        """(S-24)"""
        letter_id = put(LetterState.REFUSED)
        done = client.post(f"{PATH}/{letter_id}/skicka-igen", headers=ORIGIN)
        assert done.status_code in {400, 403}
        assert stored(letter_id).state is LetterState.REFUSED

    def test_what_is_on_its_way_has_no_button(self, client: FlaskClient) -> None:
        for letter_id in (put(), put(LetterState.REFUSED, not_after=now() - timedelta(hours=1))):
            assert get(client, f"{PATH}/{letter_id}").all("a.button") == []
            assert client.get(f"{PATH}/{letter_id}/skicka-igen").status_code == 302

    def test_an_unknown_letter(self, client: FlaskClient) -> None:
        get(client, f"{PATH}/01M84YENKVXXY7H07B4BSFWBX0", 404)

    @pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.MODERATOR])
    def test_for_others_there_is_no_such_page(self, app: Flask, role: Role) -> None:
        """(S-27)"""
        letter_id = put(LetterState.REFUSED)
        other = sign_in(app, make_user(role))
        for path in (PATH, f"{PATH}/{letter_id}", f"{PATH}/{letter_id}/skicka-igen"):
            get(other, path, 404)


def stored(letter_id: str) -> Letter:
    db.session.expire_all()
    return db.session.get_one(Letter, letter_id)


def a_letter(kind: LetterKind, language: str = "sv", **values: str) -> Taken:
    given = {"role": Role.MODERATOR.value} | values
    return Taken("id", "lease", "m@x.example", kind, ANNA, language, given, 1, UNTIL, UNTIL)


@pytest.mark.usefixtures("app")
class TestWords:
    @pytest.mark.parametrize("kind", LetterKind)
    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_every_kind_of_letter(self, kind: LetterKind, language: str) -> None:
        text = letters_text.render(a_letter(kind, language), LINK)
        assert "\n" not in text.subject
        assert 10 < len(text.subject) < 80
        lines = text.body.splitlines()
        assert "&" not in text.body
        assert "  " not in text.body
        assert "\n\n\n" not in text.body
        assert not re.search(r"[{}%<>]|None", text.body)
        assert lines.count(LINK) == (1 if kind in letters_text.WITH_LINK else 0), "on a line of its own"
        assert "https://erfarenhetsbanken.example/" in text.body
        assert lines[0] == ("Hej!" if language == "sv" else lines[0])
        assert message_of(Post("m@x", ANNA, text.subject, text.body, UNTIL), Sender("B", "b@x.example"))

    @pytest.mark.parametrize("kind", sorted(letters_text.WITH_LINK))
    def test_how_long_a_link_works_is_told_in_swedish_time(self, kind: LetterKind) -> None:
        assert "2026-11-23 kl. 23.30" in letters_text.render(a_letter(kind), LINK).body.replace("\xa0", " ")

    def test_the_role_in_words(self) -> None:
        assert "granskare" in letters_text.render(a_letter(LetterKind.ROLE_CHANGED), "").body

    def test_a_letter_without_what_it_needs_is_not_written(self) -> None:
        with pytest.raises(Unwritable):
            letters_text.render(a_letter(LetterKind.RESET), "")
        with pytest.raises(Unwritable):
            letters_text.render(a_letter(LetterKind.ROLE_CHANGED, role="hövding"), "")

    def test_addresses_come_from_the_settings_alone(self, app: Flask) -> None:
        """Asked for over another host, the letter has ours (S-14)."""
        with app.test_request_context("/", base_url="https://ond.example"):
            text = letters_text.render(a_letter(LetterKind.RESET_IMPOSSIBLE), "")
        assert "ond.example" not in text.body
        assert "https://erfarenhetsbanken.example/logga-in" in text.body

    def test_every_kind_has_a_template_and_no_template_is_left_over(self) -> None:
        there = {path.stem for path in (resource("templates") / "emails").glob("*.txt")} - {"_letter"}
        assert there == {kind.value for kind in LetterKind}


@pytest.fixture(autouse=True)
def _close(app: Flask) -> Iterator[None]:
    yield
    db.session.rollback()
