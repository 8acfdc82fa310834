"""Writing, page by page: what was typed is saved whatever is wrong with it, and sent in once."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from kb.db import db
from kb.domain.vocabulary import EntrySize, RevisionStatus
from kb.models import Entry, Organisation, Revision, User
from kb.services import drafts
from tests.accounts import make_user, sign_in
from tests.drafts import actor_of, complete_story_fields, complete_tip_fields, start_draft
from tests.web.html import Html
from tests.web.site import BASE_URL, Site


@dataclass
class Writer:
    """Someone who writes, with a browser without scripts."""

    app: Flask
    user: User
    browser: FlaskClient

    def draft(self, size: EntrySize = EntrySize.TIP, **fields: str) -> str:
        with self.app.app_context():
            return start_draft(db.session.merge(self.user), size, **fields)

    def typed(self, entry_id: str) -> dict[str, str]:
        with self.app.app_context():
            return drafts.read(entry_id, actor_of(db.session.merge(self.user))).fields

    def get(self, path: str) -> Html:
        answer = self.browser.get(path)
        assert answer.status_code == 200, path
        return Html(answer.text)

    def send(self, page: str, data: dict[str, object], path: str = "") -> TestResponse:
        """Fill in the form of a page as a browser does: what it hides goes along."""
        form = self.get(page).one("main form[method=post]")
        hidden = {
            str(one.attributes["name"]): str(one.attributes["value"])
            for one in form.css("input[type=hidden]")
        }
        action = path or str(form.attributes["action"])
        return self.browser.post(action, data=hidden | data, headers={"Origin": BASE_URL})


@pytest.fixture
def writer(site: Site) -> Writer:
    with site.app.app_context():
        owner = db.session.scalars(select(Organisation).where(Organisation.slug == "skatteverket")).one()
        user = make_user(name="Cilla Ceder", organisations=(owner,))
        _ = user.organisations
        browser = sign_in(site.app, user)
        db.session.expunge_all()
    return Writer(site.app, user, browser)


def errors(answer: TestResponse) -> list[str]:
    return [node.text(strip=True) for node in Html(answer.text).all(".field-error")]


def test_a_tip_from_the_first_page_to_the_receipt(writer: Writer) -> None:
    fields = complete_tip_fields()
    begun = writer.send("/bidra/ny", {"size": "tip"})
    about = begun.location
    assert re.fullmatch(r"/bidra/\w+/om", about)
    entry_id = about.split("/")[2]
    context = writer.send(about, {name: fields[name] for name in ("title", "summary", "kind")}).location
    assert context == f"/bidra/{entry_id}/sammanhang"
    lessons = writer.send(context, {"term.domain": [fields["term.domain"], ""]}).location
    assert lessons == f"/bidra/{entry_id}/lardomar"
    lesson = {name: text for name, text in fields.items() if name.startswith("lesson.")}
    check = writer.send(lessons, lesson).location
    assert check == f"/bidra/{entry_id}/kontrollera"
    receipt = writer.send(check, {}).location
    assert receipt == f"/bidra/{entry_id}/kvitto"
    assert re.search(r"EB-\d{4}-\d{4}", writer.get(receipt).one("main").text())
    with writer.app.app_context():
        entry = db.session.get_one(Entry, entry_id)
        [revision] = entry.revisions
        assert revision.status is RevisionStatus.SUBMITTED
        assert revision.title == fields["title"]
    for path in ("", "/om", "/kontrollera"):
        assert writer.browser.get(f"/bidra/{entry_id}{path}").location == receipt


def test_the_same_form_twice_begins_one_draft(writer: Writer) -> None:
    form = writer.get("/bidra/ny").one("main form")
    token = {"intyg": str(form.css_first("input[name=intyg]").attributes["value"]), "size": "story"}
    first, second = (
        writer.browser.post("/bidra/ny", data=token, headers={"Origin": BASE_URL}).location for _ in range(2)
    )
    assert first == second


def test_sent_in_twice_it_is_sent_in_once(writer: Writer) -> None:
    entry_id = writer.draft(**complete_tip_fields())
    path = f"/bidra/{entry_id}/kontrollera"
    form = writer.get(path).one("main form")
    hidden = {
        str(one.attributes["name"]): str(one.attributes["value"]) for one in form.css("input[type=hidden]")
    }
    answers = [
        writer.browser.post(f"/bidra/{entry_id}/skicka", data=hidden, headers={"Origin": BASE_URL})
        for _ in range(2)
    ]
    assert {answer.location for answer in answers} == {f"/bidra/{entry_id}/kvitto"}
    with writer.app.app_context():
        count = select(func.count()).where(Revision.entry_id == entry_id)
        assert db.session.scalar(count) == 1


def test_what_is_wrong_is_saved_and_told_at_its_field(writer: Writer) -> None:
    """A-23."""
    entry_id = writer.draft(EntrySize.STORY)
    path = f"/bidra/{entry_id}/kostnad"
    answer = writer.send(path, {"fact.outcome_cost.state": "known", "fact.outcome_cost.value": "mycket"})
    assert answer.status_code == 422
    page = Html(answer.text)
    assert page.one("title").text().startswith("Fel:")
    [link] = page.all(".error-summary a")
    target = page.one(str(link.attributes["href"]))
    assert target.attributes["value"] == "mycket"
    assert target.attributes["aria-invalid"] == "true"
    assert "Det du skrev är sparat" in page.one("main").text()
    assert writer.typed(entry_id)["fact.outcome_cost.value"] == "mycket"


def test_an_empty_section_is_no_fault(writer: Writer) -> None:
    entry_id = writer.draft(EntrySize.STORY)
    assert writer.send(f"/bidra/{entry_id}/kostnad", {}).location == f"/bidra/{entry_id}/tid"


def test_the_check_leads_to_each_field_that_is_left(writer: Writer) -> None:
    entry_id = writer.draft(EntrySize.STORY, title="En början")
    page = writer.get(f"/bidra/{entry_id}/kontrollera")
    assert page.all("form[action*=skicka]") == []
    links = [str(link.attributes["href"]) for link in page.all("main .notice a")]
    assert len(links) > 5
    for link in links:
        path, _, anchor = link.partition("#")
        found = writer.get(path)
        if anchor:
            assert found.all(f"[id='{anchor}']"), link
    answer = writer.browser.post(f"/bidra/{entry_id}/skicka", data={}, headers={"Origin": BASE_URL})
    assert answer.status_code == 400


def test_a_text_is_kept_character_for_character(writer: Writer) -> None:
    typed = "\n  Rad ett\r\n\r\n\tRad två 🧑‍🚒 e\u0301 \u202e \x07 </textarea><b>  \r\n"
    entry_id = writer.draft(EntrySize.STORY)
    path = f"/bidra/{entry_id}/text"
    assert writer.send(path, {"body": typed, "gor": "spara"}).location == f"{path}?klart=spara"
    assert writer.typed(entry_id)["body"] == typed.replace("\r\n", "\n")


def test_items_are_added_written_and_taken_away(writer: Writer) -> None:
    entry_id = writer.draft(EntrySize.STORY)
    path = f"/bidra/{entry_id}/kallor"
    added = writer.send(path, {}).location
    assert added == f"{path}/kalla-1"
    answer = writer.send(added, {"source.kalla-1.title": "Slutrapport"})
    assert errors(answer) == ["Skriv adressen till källan."]
    assert writer.send(added, {"source.kalla-1.url": "https://exempel.se/"}).location == path
    assert "Slutrapport" in writer.get(path).one(".task-list").text()
    assert writer.send(f"{added}/ta-bort", {}).location == path
    assert not any(text for name, text in writer.typed(entry_id).items() if name.startswith("source"))
    assert writer.browser.get(added).status_code == 404


def test_choices_that_no_list_offers_are_not_lost(writer: Writer) -> None:
    entry_id = writer.draft(EntrySize.STORY, **{"term.domain": "hittepå\ntax", "term.phase": "hittepå"})
    page = writer.get(f"/bidra/{entry_id}/sammanhang")
    selected = [str(node.attributes["value"]) for node in page.all("[name='term.domain'] option[selected]")]
    assert selected[:2] == ["hittepå", "tax"]
    assert page.all("[name='term.phase'][value=hittepå][checked]")


def test_a_stale_token_keeps_the_text(writer: Writer) -> None:
    entry_id = writer.draft(EntrySize.STORY)
    data = {"intyg": "gammalt", "version": "1", "body": "Det jag skrev"}
    path = f"/bidra/{entry_id}/text"
    answer = writer.browser.post(path, data=data, headers={"Origin": BASE_URL})
    assert answer.status_code == 400
    page = Html(answer.text)
    assert page.one("textarea[name=body]").text() == "Det jag skrev"
    assert "inte sparat" in page.one("main").text()
    assert "body" not in writer.typed(entry_id)
    again = {
        one: str(page.one(f"main form [name={one}]").attributes["value"]) for one in ("intyg", "version")
    }
    writer.browser.post(path, data=data | again, headers={"Origin": BASE_URL})
    assert writer.typed(entry_id)["body"] == "Det jag skrev"


def test_two_who_write_at_once_lose_nothing(writer: Writer) -> None:
    entry_id = writer.draft(EntrySize.STORY, body="Från början")
    path = f"/bidra/{entry_id}/text"
    with writer.app.app_context():
        drafts.save(entry_id, {"body": "Kollegans text"}, 2, actor_of(db.session.merge(writer.user)))
    page = {"version": "2", "body": "Min text"}
    answer = writer.send(path, page)
    assert answer.status_code == 409
    assert "Min text" in answer.text
    assert "Kollegans text" in answer.text
    assert writer.typed(entry_id)["body"] == "Kollegans text"


def test_a_draft_grows_with_nothing_lost(writer: Writer) -> None:
    fields = complete_tip_fields()
    entry_id = writer.draft(**fields)
    tasks = f"/bidra/{entry_id}"
    assert len(writer.get(tasks).all(".task-list li")) == 3
    assert writer.send(tasks, {"size": "in_depth"}).location == f"{tasks}?klart=storlek"
    assert len(writer.get(tasks).all(".task-list li")) == 10
    assert writer.typed(entry_id) == fields
    assert writer.send(tasks, {"size": "roman"}).status_code == 422


def test_a_draft_is_thrown_away_and_taken_back(writer: Writer) -> None:
    entry_id = writer.draft(title="Kastas")
    path = f"/bidra/{entry_id}/kasta"
    assert writer.send(path, {}).location == path
    assert writer.browser.get(f"/bidra/{entry_id}").status_code == 404
    assert writer.send(path, {}).location == f"/bidra/{entry_id}?klart=aterstallt"
    assert writer.get(f"/bidra/{entry_id}").one("h1").text() == "Kastas"


def test_what_was_sent_in_is_taken_back(writer: Writer) -> None:
    entry_id = writer.draft(**complete_story_fields())
    writer.send(f"/bidra/{entry_id}/kontrollera", {})
    assert writer.send(f"/bidra/{entry_id}/ta-tillbaka", {}).location == f"/bidra/{entry_id}?klart=tillbaka"
    assert writer.typed(entry_id)["title"] == complete_story_fields()["title"]
    assert writer.browser.get(f"/bidra/{entry_id}/kvitto").status_code == 404


def test_somebody_else_has_no_such_page(writer: Writer, site: Site) -> None:
    """S-27."""
    entry_id = writer.draft()
    with site.app.app_context():
        stranger = sign_in(site.app, make_user(name="Sven Svensson"))
    for path in (
        "",
        "/om",
        "/lardomar/lardom-1",
        "/kontrollera",
        "/kvitto",
        "/kasta",
        "/ta-tillbaka",
        "/andra",
    ):
        assert stranger.get(f"/bidra/{entry_id}{path}").status_code == 404, path


def test_who_writes_for_nobody_is_told_what_to_do(site: Site) -> None:
    with site.app.app_context():
        browser = sign_in(site.app, make_user(name="Ensam", organisations=()))
    answer = browser.get("/bidra/ny")
    assert answer.status_code == 403
    assert "kansliet" in answer.text
