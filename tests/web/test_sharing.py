"""A draft for other eyes: read as readers will, shared by a link, commented, and written together."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.db import db, writing
from kb.domain.vocabulary import EntrySize
from kb.models import User
from kb.services import co_authors, preview_links, submissions
from tests import factories
from tests.accounts import make_user, sign_in
from tests.drafts import actor_of, complete_story_fields, complete_tip_fields, start_draft
from tests.web.html import Html
from tests.web.site import BASE_URL

HERE = {"Origin": BASE_URL}


@dataclass
class Writers:
    """A draft of Cilla's, her colleague, and someone of another authority."""

    app: Flask
    entry_id: str
    cilla: User
    kalle: User
    stranger: User
    browser: FlaskClient

    def path(self, what: str) -> str:
        return f"/bidra/{self.entry_id}/{what}"

    def send(self, path: str, browser: FlaskClient | None = None, **data: str) -> TestResponse:
        """Open a page and send its last form."""
        browser = browser or self.browser
        token = re.findall(r'name="intyg" value="([^"]+)"', browser.get(path).text)[-1]
        return browser.post(path, data={"intyg": token, **data}, headers=HERE)

    def share(self) -> str:
        """The path of a new link."""
        page = self.send(self.path("dela"), label="Styrgruppen", days="14").text
        found = re.search(r"/utkast/[\w-]+", page)
        assert found
        return found[0]


@pytest.fixture
def writers(app: Flask) -> Writers:
    cilla = make_user(name="Cilla Ceder")
    kalle = make_user(name="Kalle Kollega", organisations=tuple(cilla.organisations))
    stranger = make_user(name="Frida Främling")
    entry_id = start_draft(cilla, EntrySize.STORY, **complete_story_fields())
    return Writers(app, entry_id, cilla, kalle, stranger, sign_in(app, cilla))


@pytest.mark.parametrize("what", ["las", "andringar", "medforfattare", "dela"])
def test_others_are_told_that_there_is_no_such_page(writers: Writers, what: str) -> None:
    assert writers.browser.get(writers.path(what)).status_code == 200
    other = sign_in(writers.app, writers.stranger)
    told = other.get(writers.path(what))
    unknown = other.get(f"/bidra/01ARZ3NDEKTSV4RRFFQ69G5FAV/{what}")
    assert (told.status_code, unknown.status_code) == (404, 404)
    assert writers.app.test_client().get(writers.path(what)).status_code == 302, "a reader is asked to log in"


class TestReading:
    def test_a_draft_is_shown_as_its_readers_will_see_it(self, writers: Writers) -> None:
        page = Html(writers.browser.get(writers.path("las")).text)
        assert page.one("h1").text() == "Låt handläggarna testa varje vecka"
        assert "Handläggarna skrev på papper." in page.text
        assert page.one("#lardomar") is not None
        assert not page.all("#citera"), "nobody can refer to it yet"

    def test_a_draft_that_is_hardly_begun_is_shown_too(self, writers: Writers) -> None:
        entry_id = start_draft(writers.cilla, **{"fact.first_budget.value": "många", "title": ""})
        page = writers.browser.get(f"/bidra/{entry_id}/las")
        assert page.status_code == 200
        assert "Utan titel" in page.text

    def test_what_is_anonymous_is_so_here_too(self, writers: Writers) -> None:
        fields = complete_story_fields() | {"anonymised": "1"}
        entry_id = start_draft(writers.cilla, EntrySize.STORY, **fields)
        page = Html(writers.browser.get(f"/bidra/{entry_id}/las").text)
        assert writers.cilla.organisations[0].name not in page.one(".story").text()


class TestLinks:
    def test_whoever_has_the_link_reads_the_draft_and_takes_nothing_along(self, writers: Writers) -> None:
        answer = writers.app.test_client().get(writers.share())
        assert answer.status_code == 200
        assert "Handläggarna skrev på papper." in answer.text
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        page = Html(answer.text)
        assert page.one('meta[name="referrer"]').attributes["content"] == "no-referrer"
        assert "noindex" in (page.one('meta[name="robots"]').attributes["content"] or "")

    def test_its_address_is_shown_once(self, writers: Writers) -> None:
        token = writers.share().removeprefix("/utkast/")
        page = writers.browser.get(writers.path("dela")).text
        assert token not in page
        assert "Styrgruppen" in page

    def test_a_link_that_is_closed_works_no_more(self, writers: Writers) -> None:
        path = writers.share()
        [link] = preview_links.of(writers.entry_id, actor_of(writers.cilla))
        assert writers.send(writers.path("dela"), **{"ta-bort": link.id}).status_code == 303
        reader = writers.app.test_client()
        assert reader.get(path).status_code == 404
        assert reader.get("/utkast/hittepå").status_code == 404
        assert reader.get("/utkast/" + "x" * 500).status_code == 404

    @pytest.mark.parametrize("days", ["0", "91", "", "många", "9" * 40, "-3"])
    def test_days_that_may_not_be_are_told_at_the_field(self, writers: Writers, days: str) -> None:
        answer = writers.send(writers.path("dela"), label="x", days=days)
        assert answer.status_code in (400, 422)
        assert Html(answer.text).one("title").text().startswith("Fel:")
        assert preview_links.of(writers.entry_id, actor_of(writers.cilla)) == ()

    def test_what_has_been_sent_in_cannot_be_shared(self, writers: Writers) -> None:
        path = writers.share()
        entry_id = _submitted(writers)
        assert "inte att dela" in writers.browser.get(f"/bidra/{entry_id}/dela").text
        assert writers.app.test_client().get(path).status_code == 200, "the other draft is still one"


class TestComments:
    def test_a_comment_reaches_those_who_write(self, writers: Writers) -> None:
        path, reader = writers.share(), writers.app.test_client()
        sent = writers.send(path, reader, writer="Åsa", message="Vad kostade det?\n<b>Skriv</b> det.")
        assert sent.status_code == 303
        assert "Tack!" in reader.get(sent.location).text
        page = writers.browser.get(writers.path("dela")).text
        assert "Åsa" in page
        assert "&lt;b&gt;Skriv&lt;/b&gt;" in page

    def test_the_same_form_twice_is_one_comment(self, writers: Writers) -> None:
        path, reader = writers.share(), writers.app.test_client()
        token = re.findall(r'name="intyg" value="([^"]+)"', reader.get(path).text)[-1]
        form = {"intyg": token, "message": "Bra!"}
        codes = [reader.post(path, data=form, headers=HERE).status_code for _ in range(2)]
        assert codes == [303, 303]
        assert len(preview_links.comments(writers.entry_id, actor_of(writers.cilla))) == 1

    def test_an_empty_one_is_told_and_what_was_typed_is_kept(self, writers: Writers) -> None:
        answer = writers.send(writers.share(), writers.app.test_client(), writer="Åsa", message=" ")
        assert answer.status_code in (400, 422)
        assert 'value="Åsa"' in answer.text

    def test_a_machine_is_thanked_and_not_heard(self, writers: Writers) -> None:
        reader = writers.app.test_client()
        sent = writers.send(writers.share(), reader, message="Köp!", **{"fyll-ej": "x"})
        assert sent.status_code == 303
        assert preview_links.comments(writers.entry_id, actor_of(writers.cilla)) == ()

    def test_a_browser_that_says_nothing_of_where_it_was_is_believed_if_it_was_here(
        self, writers: Writers
    ) -> None:
        path, reader = writers.share(), writers.app.test_client()
        token = re.findall(r'name="intyg" value="([^"]+)"', reader.get(path).text)[-1]
        form = {"intyg": token, "message": "Bra!"}
        for site, status in (("cross-site", 400), ("same-origin", 303)):
            headers = {"Origin": "null", "Sec-Fetch-Site": site}
            assert reader.post(path, data=form, headers=headers).status_code == status


class TestPeople:
    def test_a_colleague_is_added_and_taken_away(self, writers: Writers) -> None:
        path = writers.path("medforfattare")
        assert writers.send(path, user_id=writers.kalle.id).status_code == 303
        browser = sign_in(writers.app, writers.kalle)
        assert browser.get(writers.path("las")).status_code == 200
        assert writers.send(path, **{"ta-bort": writers.kalle.id}).status_code == 303
        assert browser.get(writers.path("las")).status_code == 404

    def test_only_colleagues_can_be_chosen(self, writers: Writers) -> None:
        answer = writers.send(writers.path("medforfattare"), user_id=writers.stranger.id)
        assert answer.status_code in (400, 422)
        assert "Frida" not in answer.text
        assert co_authors.of(writers.entry_id, actor_of(writers.cilla)).co_authors == ()

    def test_one_who_leaves_is_led_to_what_is_theirs(self, writers: Writers) -> None:
        co_authors.add(writers.entry_id, writers.kalle.id, actor_of(writers.cilla))
        browser = sign_in(writers.app, writers.kalle)
        gone = writers.send(writers.path("medforfattare"), browser, **{"ta-bort": writers.kalle.id})
        assert gone.location == "/mina-erfarenheter"


class TestChanges:
    def test_one_version_has_nothing_to_be_compared_with(self, writers: Writers) -> None:
        assert "bara en version" in writers.browser.get(writers.path("andringar")).text

    def test_a_draft_is_compared_with_what_was_sent_in(self, writers: Writers) -> None:
        entry_id = _submitted(writers)
        submissions.recall(entry_id, actor_of(writers.cilla))
        page = Html(writers.browser.get(f"/bidra/{entry_id}/andringar").text)
        assert "är lika" in page.text
        assert writers.browser.get(f"/bidra/{entry_id}/andringar?fran=1&till=9").status_code == 404


def test_published_versions_are_compared_by_anyone(app: Flask) -> None:
    entry = factories.published("Nytt ärendesystem", body="## Läget\n\nDet kostade 12 Mkr.")
    here = f"/erfarenheter/{entry.id}/{entry.slug}"
    reader = app.test_client()
    assert "bara en version" in reader.get(f"{here}/andringar").text
    factories.new_version(entry, title="Nytt ärendesystem", body="## Läget\n\nDet kostade 14 Mkr.")
    page = Html(reader.get(f"{here}/andringar?fran=1&till=2").text)
    assert [one.text() for one in page.all("del")] == ["Borttaget: 12"]
    assert [one.text() for one in page.all("ins")] == ["Tillagt: 14"]
    assert len(page.all(".change")) == 1, "only what differs"
    assert reader.get(f"{here}/andringar?fran=1&till=3").status_code == 404
    assert reader.get(f"{here}/andringar?fran=a&till=%C2%B2").status_code == 200
    moved = reader.get(f"/erfarenheter/{entry.id}/annat/andringar?fran=2&till=1")
    assert (moved.status_code, moved.location) == (301, f"{here}/andringar?fran=2&till=1")
    assert f"{here}/andringar" in reader.get(here).text


def _submitted(writers: Writers) -> str:
    with writing(db.session):
        factories.term("domain", "internal_administration", "Intern administration")
    entry_id = start_draft(writers.cilla, EntrySize.TIP, **complete_tip_fields())
    submissions.submit(entry_id, 2, actor_of(writers.cilla))
    return entry_id
