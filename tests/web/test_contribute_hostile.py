"""Every form of writing survives what nobody would type: it is kept, or refused with a reason."""

from __future__ import annotations

import pytest

from kb.domain.draft_fields import Section, keys, names_of, sections_of
from kb.domain.vocabulary import EntrySize
from kb.services import writing_terms
from kb.web.forms.writing import Control
from kb.web.forms.writing_fields import groups_of, item_groups
from kb.web.writing_places import ITEMS, SLUGS
from tests.web.html import Html
from tests.web.site import BASE_URL, Site
from tests.web.test_contribute import Writer, writer

__all__ = ["writer"]

ITEM_FIELDS = {"lessons": "l1", "benefits": "n1", "sources": "k1"}
TEXTS = {
    "nothing": "",
    "spaces": " \n\t ",
    "control": "a\x00b\x07\x1b[31m\x7f",
    "emoji": "👩🏽\u200d💻🇸🇪 e\u0301\u0323 \u202eomvänt\u202c",
    "markup": '"><script>alert(1)</script>{{7*7}}{% raw %}</textarea>',
    "long word": "M" * 120,
    "formula": '=HYPERLINK("http://evil.example")',
    "amounts": "12,5 Mkr",
    "digits": "9" * 400,
    "half a pair": "\ud800",
}
SECTIONS = sections_of(EntrySize.IN_DEPTH)


def page_of(entry_id: str, section: Section) -> str:
    path = f"/bidra/{entry_id}/{SLUGS[section]}"
    key = ITEM_FIELDS.get(section.value)
    return f"{path}/{key}" if section in ITEMS else path


@pytest.mark.parametrize("name", list(TEXTS))
def test_every_field_takes_anything(writer: Writer, name: str) -> None:
    text = TEXTS[name].encode("utf-8", "replace").decode()
    entry_id = writer.draft(EntrySize.IN_DEPTH, **ITEM_FIELDS)
    fields = writer.typed(entry_id)
    for section in SECTIONS:
        path = page_of(entry_id, section)
        page = writer.get(path)
        asked = {str(one.attributes["name"]) for one in page.all("main [data-draft] [name]")}
        own = set(names_of(section, fields)) & asked
        assert own, section
        answer = writer.send(path, dict.fromkeys(own, text) | {"gor": "fortsatt"})
        assert answer.status_code in (303, 422), (section, answer.status_code)
        kept = writer.typed(entry_id)
        several = {
            one.name
            for group in _groups(writer, section)
            for one in group.fields
            if one.control in (Control.SELECTS, Control.CHECKS, Control.TICK)
        }
        for field in own - several:
            assert kept.get(field, "") == text, (section, field)
        if answer.status_code == 422:
            faults = Html(answer.text).all(".error-summary a")
            assert faults, section
    for page in ("", "/kontrollera"):
        answer = writer.browser.get(f"/bidra/{entry_id}{page}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


def _groups(writer: Writer, section: Section):  # type: ignore[no-untyped-def]
    with writer.app.test_request_context():
        terms = writing_terms.by_vocabulary()
        if section in ITEMS:
            return item_groups(ITEMS[section], ITEM_FIELDS[section.value], terms)
        return groups_of(section, terms)


def test_a_megabyte_is_shown_again(writer: Writer) -> None:
    entry_id = writer.draft(EntrySize.STORY, body="Innan")
    path = f"/bidra/{entry_id}/text"
    for text in ("å" * 500_000, "x" * 1_000_000):
        answer = writer.send(path, {"body": text, "gor": "spara"})
        assert answer.status_code == 413
        assert Html(answer.text).one("textarea[name=body]").text().strip() == text
        assert writer.typed(entry_id)["body"] == "Innan"
    assert writer.send(path, {"body": "x" * 4_000_001, "gor": "spara"}).status_code == 413
    assert writer.typed(entry_id)["body"] == "Innan"


def test_what_is_too_large_for_a_draft_stands_in_the_form(writer: Writer) -> None:
    entry_id = writer.draft(EntrySize.STORY, summary="y" * 100_000)
    answer = writer.send(f"/bidra/{entry_id}/text", {"body": "x" * 850_000})
    assert answer.status_code == 413
    page = Html(answer.text)
    assert len(page.one("textarea[name=body]").text()) >= 850_000
    assert page.all(".error-summary a")
    assert "body" not in writer.typed(entry_id)


@pytest.mark.parametrize("version", ["", "-1", "0", "9" * 40, "två", "1e3", "²"])
def test_a_version_that_is_none_writes_over_nothing(writer: Writer, version: str) -> None:
    entry_id = writer.draft(EntrySize.STORY, body="Kollegans")
    answer = writer.send(f"/bidra/{entry_id}/text", {"version": version, "body": "Min"})
    assert answer.status_code == 409
    assert writer.typed(entry_id)["body"] == "Kollegans"


def test_fields_that_the_page_does_not_ask_for_are_not_looked_at(writer: Writer) -> None:
    """S-06."""
    entry_id = writer.draft(EntrySize.STORY)
    writer.send(
        f"/bidra/{entry_id}/text", {"body": "x", "title": "Smuget", "status": "published", "size": "tip"}
    )
    assert writer.typed(entry_id) == {"body": "x"}


def test_dates_out_of_order_are_told_at_the_end(writer: Writer) -> None:
    entry_id = writer.draft(EntrySize.STORY)
    dates = {
        "fact.start.state": "known",
        "fact.start.value": "2020-05",
        "fact.actual_end.state": "known",
        "fact.actual_end.value": "mars 2019",
    }
    answer = writer.send(f"/bidra/{entry_id}/tid", dates)
    assert answer.status_code == 422
    [link] = Html(answer.text).all(".error-summary a")
    assert link.attributes["href"] == "#falt-fact-actual-end-value"


@pytest.mark.parametrize("value", ["12,5 Mkr", "12 500 000", "12.5m"])
def test_a_cost_is_written_as_people_write(writer: Writer, value: str) -> None:
    entry_id = writer.draft(EntrySize.STORY)
    sent = {"fact.outcome_cost.state": "known", "fact.outcome_cost.value": value}
    assert writer.send(f"/bidra/{entry_id}/kostnad", sent).location == f"/bidra/{entry_id}/tid"


@pytest.mark.parametrize("key", ["KEY", "a" * 81, "a..b", "-", "%00", "å"])
def test_a_key_that_cannot_be_one_is_not_found(writer: Writer, key: str) -> None:
    entry_id = writer.draft(EntrySize.STORY)
    assert writer.browser.get(f"/bidra/{entry_id}/kallor/{key}").status_code == 404
    answer = writer.browser.post(f"/bidra/{entry_id}/kallor/{key}", data={}, headers={"Origin": BASE_URL})
    assert answer.status_code == 404
    assert keys(ITEMS[Section.SOURCES], writer.typed(entry_id)) == ()


def test_sizes_and_organisations_that_are_not_the_writers_are_refused(writer: Writer, site: Site) -> None:
    assert writer.send("/bidra/ny", {"size": "roman"}).status_code == 422
    assert writer.send("/bidra/ny", {}).status_code == 422
    begun = writer.send("/bidra/ny", {"size": "tip", "organisation": "polismyndigheten"}).location
    assert "Skatteverket" in writer.get("/".join(begun.split("/")[:3])).one("main").text()
