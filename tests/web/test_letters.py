"""The administrator's pages of letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.db import db, writing
from kb.domain.accounts import LinkPurpose
from kb.domain.letters import LetterKind, LetterState
from kb.domain.predicates import Actor
from kb.domain.vocabulary import Role
from kb.models import Letter, now
from kb.services import letters, links
from tests.accounts import make_user, sign_in
from tests.web.html import Html

PATH = "/administration/brev"
ANNA = "anna@exempel.example"
ORIGIN = {"Origin": "https://erfarenhetsbanken.example"}
ADMIN = Actor(user_id="x", role=Role.ADMIN)


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


@pytest.fixture(autouse=True)
def _close(app: Flask) -> Iterator[None]:
    yield
    db.session.rollback()
