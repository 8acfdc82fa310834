"""Doors for the reader: what is sent is stored, receipted, and never lost (A-02, A-23, L-32, S-06, S-24)."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from kb.domain.reader_messages import FIELDS, LIMITS
from kb.domain.vocabulary import MessageKind
from kb.services import reader_messages
from kb.services.rate_limits import Limit
from kb.web.form_guard import FIELD, TRAP
from tests.installation import DATABASE
from tests.web import doors as sites
from tests.web.conftest import NewApp
from tests.web.doors import FILLED, Doors
from tests.web.html import Html, words
from tests.web.site import BASE_URL
from tests.web.test_hostile_input import IMAGE, TEMPLATE

KINDS = list(FILLED)


@pytest.fixture(scope="module")
def site_with_doors(new_app: NewApp) -> Doors:
    return sites.build(new_app())


@pytest.fixture
def doors(site_with_doors: Doors) -> Iterator[Doors]:
    yield site_with_doors
    site_with_doors.empty()


def page(response: object) -> Html:
    return Html(response.get_data(as_text=True))  # type: ignore[attr-defined]


class TestSending:
    @pytest.mark.parametrize("kind", KINDS)
    def test_what_was_written_is_stored_and_receipted(self, doors: Doors, kind: str) -> None:
        response = doors.send(doors.paths[kind], **FILLED[kind])
        assert response.status_code == 303
        assert "Set-Cookie" not in response.headers
        (row,) = doors.messages()
        assert row.kind == kind
        assert {name: getattr(row, name) for name in FILLED[kind]} == FILLED[kind]
        receipt = doors.get(response.headers["Location"])
        shown = words(receipt.one("main"))
        assert reader_messages.reference(row.id) in shown
        assert f"{row.received_at:%Y-%m-%d}" in shown
        assert receipt.faults() == []
        typed = set(FILLED[kind].values()) - {"/om"}
        assert not any(text in receipt.text for text in typed), "a receipt says nothing of what was written"

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_answer_is_promised_to_an_address_and_to_nobody_else(self, doors: Doors, kind: str) -> None:
        with_address = doors.send(
            doors.paths[kind], **FILLED[kind], **{"email": "asa@exempel.se"} if kind != "contact" else {}
        )
        assert "Vi svarar till den e-postadress" in doors.get(with_address.headers["Location"]).text
        if kind != "contact":
            without = doors.send(doors.paths[kind], **FILLED[kind])
            assert "Du får inget svar" in doors.get(without.headers["Location"]).text

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_is_missing_is_said_first_and_at_the_field(self, doors: Doors, kind: str) -> None:
        response = doors.send(doors.paths[kind], email="inte en adress")
        assert response.status_code == 422
        shown = page(response)
        assert shown.title.startswith("Fel: ")
        assert shown.faults() == []
        links = [link.attributes["href"] or "" for link in shown.all(".error-summary a")]
        wrong = [node.attributes["id"] for node in shown.all("[aria-invalid=true]")]
        assert links == [f"#{name}" for name in wrong]
        assert {"falt-message", "falt-email"} <= set(wrong)
        for name in wrong:
            field = shown.one(f"[id='{name}']")
            assert f"{name}-error" in (field.attributes["aria-describedby"] or "")
        summary = shown.one(".error-summary").attributes
        assert {"autofocus", "tabindex"} <= summary.keys()
        assert summary["role"] == "alert"
        assert shown.one("#falt-email").attributes["value"] == "inte en adress"
        assert doors.messages() == []

    def test_a_correction_is_about_the_version_that_was_read(self, doors: Doors) -> None:
        link = doors.get(f"{doors.story}/version/1").one(".helpful a").attributes["href"] or ""
        assert link.endswith("?version=1")
        doors.send(link, **FILLED["correction"])
        doors.send(f"{doors.story}/ratta", **FILLED["correction"])
        first, second = doors.messages()
        assert first.entry_id == second.entry_id
        assert first.revision_id != second.revision_id

    def test_a_search_without_hits_leads_to_a_request_that_begins_with_the_query(self, doors: Doors) -> None:
        found = doors.get("/sok?q=rymdhiss+%22till+m%C3%A5nen%22")
        link = found.one(".nothing a[href^='/efterlys']").attributes["href"] or ""
        assert words(doors.get(link).one("#falt-message")) == 'rymdhiss "till månen"'
        receipt = doors.get(doors.send(link, **FILLED["story_request"]).headers["Location"])
        back = receipt.one("main .button:not(.button-quiet)").attributes["href"] or ""
        assert doors.get(back).h1 == found.h1

    def test_feedback_remembers_the_page_it_came_from_and_nothing_of_its_query(self, doors: Doors) -> None:
        form = doors.opened("/synpunkter", Referer=f"{BASE_URL}/sok?q=min+granne")
        response = doors.post("/synpunkter", {**form, **FILLED["feedback"]})
        (row,) = doors.messages()
        assert row.page == "/sok"
        assert doors.get(response.headers["Location"]).all("main a[href='/sok']")

    def test_a_report_on_accessibility_begins_with_the_page_it_came_from(self, doors: Doors) -> None:
        shown = doors.get(doors.paths["accessibility"], Referer=f"{BASE_URL}/om")
        assert shown.one("#falt-page").attributes["value"] == f"{BASE_URL}/om"

    @pytest.mark.parametrize(
        "back",
        ["//evil.example", "/\\evil.example", "https:evil.example", "%2f%2fevil", "javascript:alert(1)"],
    )
    def test_nobody_is_led_away(self, doors: Doors, back: str) -> None:
        """S-25."""
        for kind in ("feedback", "contact", "story_request"):
            form = {**doors.opened(doors.paths[kind]), **FILLED[kind], "tillbaka": back}
            receipt = doors.get(doors.post(doors.paths[kind], form).headers["Location"])
            assert "evil" not in receipt.text
            assert "javascript:" not in receipt.text
        assert {row.page for row in doors.messages()} == {""}

    def test_in_english_the_reader_stays_in_english(self, doors: Doors) -> None:
        response = doors.send("/en/synpunkter", **FILLED["feedback"])
        assert response.headers["Location"].startswith("/en/kvitto/")
        assert [row.language for row in doors.messages()] == ["en"]
        vote = doors.post(f"/en{doors.story}/hjalpte", {**doors.opened(f"/en{doors.story}"), "svar": "ja"})
        assert vote.headers["Location"].startswith(f"/en{doors.story}/hjalpte/")


class TestVoting:
    def test_a_vote_is_stored_thanked_for_and_may_be_explained(self, doors: Doors) -> None:
        response = doors.post(f"{doors.story}/hjalpte", {**doors.opened(doors.story), "svar": "ja"})
        assert response.status_code == 303
        thanks = response.headers["Location"]
        assert doors.get(thanks).h1 == "Tack för ditt svar"
        assert [(row.helped, row.why) for row in doors.votes()] == [(True, "")]
        done = doors.send(thanks, why="Vi slapp samma fel.")
        assert done.status_code == 303
        assert [(row.helped, row.why) for row in doors.votes()] == [(True, "Vi slapp samma fel.")]
        receipt = doors.get(done.headers["Location"])
        assert receipt.all(f"main a[href='{doors.story}']")

    def test_the_question_is_other_for_the_one_whom_it_did_not_help(self, doors: Doors) -> None:
        asked = set()
        for answer in ("ja", "nej"):
            sent = doors.send(f"{doors.story}/hjalpte", svar=answer)
            asked |= {words(doors.get(sent.headers["Location"]).one("label[for=falt-why]"))}
        assert asked == {"Vad hjälpte dig? (frivilligt)", "Vad saknade du? (frivilligt)"}

    def test_a_vote_belongs_to_the_version_that_was_read(self, doors: Doors) -> None:
        old = doors.get(f"{doors.story}/version/1").one("form.vote").attributes["action"] or ""
        doors.post(old, {**doors.opened(f"{doors.story}/version/1"), "svar": "nej"})
        doors.post(f"{doors.story}/hjalpte?version=2", {**doors.opened(doors.story), "svar": "ja"})
        first, second = doors.votes()
        assert first.revision_id != second.revision_id

    def test_back_and_again_is_one_vote_with_the_last_answer(self, doors: Doors) -> None:
        form = doors.opened(doors.story)
        thanked = {
            doors.post(f"{doors.story}/hjalpte", {**form, "svar": answer}).status_code
            for answer in ("ja", "ja", "nej")
        }
        assert thanked == {303}
        assert [row.helped for row in doors.votes()] == [False]

    @pytest.mark.parametrize("answer", ["", "kanske", "JA", "true"])
    def test_no_answer_is_asked_for_again(self, doors: Doors, answer: str) -> None:
        response = doors.send(f"{doors.story}/hjalpte", svar=answer)
        assert response.status_code == 422
        assert words(page(response).one(".error-summary li")) == "Välj Ja eller Nej."
        assert doors.votes() == []

    def test_a_reason_that_is_too_long_is_kept_in_the_form(self, doors: Doors) -> None:
        thanks = doors.send(f"{doors.story}/hjalpte", svar="ja").headers["Location"]
        response = doors.send(thanks, why="x" * 1001)
        assert response.status_code == 422
        assert words(page(response).one("#falt-why")) == "x" * 1001
        assert doors.send(thanks, why="x" * 1000).status_code == 303

    def test_counts_are_not_shown_to_readers(self, doors: Doors) -> None:
        """No scores, ever: the page of a story is the same after a hundred votes."""
        token = re.compile(r'name="intyg" value="[^"]*"')
        before = token.sub("", doors.get(doors.story).text)
        for _ in range(3):
            doors.send(f"{doors.story}/hjalpte", svar="ja")
        assert token.sub("", doors.get(doors.story).text) == before


class TestOnce:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_form_sent_twice_gives_the_same_receipt_and_one_row(self, doors: Doors, kind: str) -> None:
        form = {**doors.opened(doors.paths[kind]), **FILLED[kind]}
        receipts = {doors.post(doors.paths[kind], form).headers["Location"] for _ in range(3)}
        assert len({words(doors.get(one).one(".fact-list")) for one in receipts}) == 1
        assert len(doors.messages()) == 1

    def test_back_and_other_words_are_not_lost(self, doors: Doors) -> None:
        form = doors.opened("/synpunkter")
        doors.post("/synpunkter", {**form, "message": "Det första."})
        response = doors.post("/synpunkter", {**form, "message": "Det andra."})
        assert response.status_code == 409
        shown = page(response)
        assert words(shown.one("#falt-message")) == "Det andra."
        assert "redan skickat" in words(shown.one(".error-summary"))
        again = shown.one(f"input[name={FIELD}]").attributes["value"] or ""
        assert doors.post("/synpunkter", {FIELD: again, "message": "Det andra."}).status_code == 303
        assert [row.message for row in doors.messages()] == ["Det första.", "Det andra."]

    def test_sent_at_once_by_many_it_is_one_row(self, doors: Doors) -> None:
        form = {**doors.opened("/synpunkter"), **FILLED["feedback"]}
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: doors.post("/synpunkter", form), range(16)))
        assert {answer.status_code for answer in answers} == {303}
        assert len(doors.messages()) == 1


class TestTrap:
    @pytest.mark.parametrize("kind", KINDS)
    def test_what_fills_it_gets_a_receipt_and_is_thrown_away(self, doors: Doors, kind: str) -> None:
        caught = doors.send(doors.paths[kind], **FILLED[kind], **{TRAP: "https://spam.example"})
        passed = doors.send(doors.paths[kind], **FILLED[kind])
        assert len(doors.messages()) == 1
        number = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}|\d\d:\d\d")
        first, second = (
            number.sub("", words(doors.get(answer.headers["Location"]).one("main")))
            for answer in (caught, passed)
        )
        assert first == second, "nothing tells the two apart"

    def test_a_trapped_vote_and_its_reason_are_thrown_away(self, doors: Doors) -> None:
        thanks = doors.send(f"{doors.story}/hjalpte", svar="ja", **{TRAP: "x"}).headers["Location"]
        assert doors.send(thanks, why="Spam").status_code == 303
        assert doors.votes() == []

    @pytest.mark.parametrize("path", ["/synpunkter", "story"])
    def test_no_person_and_no_browser_fills_it(self, doors: Doors, path: str) -> None:
        shown = doors.get(doors.story if path == "story" else path)
        field = shown.one(f"#{TRAP}").attributes
        assert (field["autocomplete"], field["tabindex"]) == ("off", "-1")
        assert "Lämna tom" in words(shown.one(".left-empty"))
        assert not re.search(r"name|mail|url|web|phone|tel|address", TRAP)


class TestLimits:
    @pytest.fixture
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader_messages, "MESSAGES_PER_PLACE", (Limit(2, 3600),))
        monkeypatch.setattr(reader_messages, "VOTES_PER_PLACE", (Limit(2, 3600),))

    @pytest.mark.usefixtures("few")
    @pytest.mark.parametrize("kind", KINDS)
    def test_over_the_limit_the_text_is_kept_and_the_wait_is_told(self, doors: Doors, kind: str) -> None:
        answers = [doors.send(doors.paths[kind], **FILLED[kind]) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [303, 303, 429]
        assert 0 < int(answers[2].headers["Retry-After"]) <= 3600
        shown = page(answers[2])
        assert shown.title.startswith("Fel: ")
        assert shown.faults() == []
        assert "Vänta en stund" in words(shown.one(".error-summary"))
        for name, text in FILLED[kind].items():
            field = shown.one(f"#falt-{name}")
            assert text in (field.attributes.get("value") or words(field))
        assert len(doors.messages()) == 2

    @pytest.mark.usefixtures("few")
    def test_votes_are_limited_too(self, doors: Doors) -> None:
        codes = [doors.send(f"{doors.story}/hjalpte", svar="ja").status_code for _ in range(3)]
        assert codes == [303, 303, 429]

    @pytest.mark.usefixtures("few")
    @pytest.mark.parametrize(("proxies", "passed"), [(0, 2), (1, 2), (2, 5)])
    def test_an_address_that_the_client_makes_up_does_not_reset_the_count(
        self, new_app: NewApp, proxies: int, passed: int
    ) -> None:
        """S-35: the proxies of the settings are believed, and with one too many of them the client too."""
        behind = sites.build(new_app(trusted_proxies=proxies))
        codes = [
            behind.post(
                "/synpunkter",
                {**behind.opened("/synpunkter"), **FILLED["feedback"]},
                **{"X-Forwarded-For": f"6.6.6.{number}, 198.51.100.7", "X-Real-IP": f"6.6.6.{number}"},
            ).status_code
            for number in range(5)
        ]
        assert codes.count(303) == passed
        assert codes.count(429) == 5 - passed

    @pytest.mark.usefixtures("few")
    def test_another_place_has_a_count_of_its_own(self, doors: Doors) -> None:
        for address in ("2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:3::1"):
            doors.environ["REMOTE_ADDR"] = address
            assert doors.send("/synpunkter", **FILLED["feedback"]).status_code == 303
        doors.environ["REMOTE_ADDR"] = "2001:db8:1:2::3"
        assert doors.send("/synpunkter", **FILLED["feedback"]).status_code == 429
        doors.environ.clear()


class TestHostile:
    @pytest.mark.parametrize("kind", KINDS)
    def test_fields_that_are_not_of_the_form_are_not_looked_at(self, doors: Doors, kind: str) -> None:
        """S-06."""
        doors.send(
            doors.paths[kind],
            **FILLED[kind],
            id="01ARZ3NDEKTSV4RRFFQ69G5FAV",
            kind="contact",
            state="handled",
            entry_id="E",
            revision_id="R",
            submission_key="nyckel",
            received_at="2001-01-01",
            language="de",
            helped="1",
        )
        (row,) = doors.messages()
        assert (row.kind, row.state, row.language) == (kind, "received", "sv")
        assert row.submission_key != "nyckel"
        assert row.id != "01ARZ3NDEKTSV4RRFFQ69G5FAV"
        assert (row.entry_id is None) == (kind != "correction")

    @pytest.mark.parametrize("payload", [IMAGE, TEMPLATE, "</textarea><script>alert(1)</script>", "%(x)s %s"])
    @pytest.mark.parametrize("kind", KINDS)
    def test_what_was_typed_is_shown_verbatim(self, doors: Doors, kind: str, payload: str) -> None:
        """S-02, S-03: in each field of the form that comes back."""
        fields = [name for name in FIELDS[MessageKind(kind)] if name in LIMITS]
        response = doors.send(doors.paths[kind], **dict.fromkeys(fields, payload))
        shown = page(response)
        if kind != "feedback":
            assert response.status_code == 422
        for field in shown.all("main .field .input"):
            assert payload == (field.attributes.get("value") if field.tag == "input" else field.text())
        assert not shown.all("main img, main script, [onerror]")

    def test_texts_with_an_address_and_payload_are_stored_as_they_are(self, doors: Doors) -> None:
        doors.send("/synpunkter", message=IMAGE + TEMPLATE)
        assert [row.message for row in doors.messages()] == [IMAGE + TEMPLATE]

    def test_bytes_that_are_no_text(self, doors: Doors) -> None:
        token = doors.opened("/synpunkter")[FIELD]
        for body in (b"message=a%00b%ff%fe%1b[31m", b"message=a\x00b\xff\xfe", b"message=%ED%A0%80x"):
            response = doors.app.test_client().post(
                "/synpunkter",
                data=body + f"&{FIELD}=".encode() + token.encode() + b"x",
                content_type="application/x-www-form-urlencoded",
                headers={"Origin": BASE_URL},
            )
            assert response.status_code == 400
            assert page(response).faults() == []
        doors.send(
            "/synpunkter", message="a\x00b\ud83d\ude80".encode("utf-16", "surrogatepass").decode("utf-16")
        )
        assert [row.message for row in doors.messages()] == ["ab🚀"]

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b'{"message": "x"}', "application/json"),
            (b"message=x", "text/plain"),
            (
                b'--x\r\nContent-Disposition: form-data; name="message"\r\n\r\nx',
                "multipart/form-data; boundary=x",
            ),
            (b"", "multipart/form-data"),
            (b"&".join(b"p%d=a" % number for number in range(5000)), "application/x-www-form-urlencoded"),
        ],
    )
    def test_bodies_that_are_no_form_of_ours(self, doors: Doors, body: bytes, content_type: str) -> None:
        response = doors.app.test_client().post(
            "/synpunkter", data=body, content_type=content_type, headers={"Origin": BASE_URL}
        )
        assert response.status_code in (400, 413)
        assert page(response).faults() == []
        assert doors.messages() == []

    def test_a_file_in_place_of_a_text_is_no_text(self, doors: Doors) -> None:
        form = doors.opened("/synpunkter")
        response = doors.post("/synpunkter", {**form, "message": (io.BytesIO(b"fil"), "fil.txt")})
        assert response.status_code == 422

    def test_a_text_as_large_as_a_request_may_be_comes_back_whole(self, doors: Doors) -> None:
        response = doors.send("/synpunkter", message="x" * 900_000)
        assert response.status_code == 422
        assert "900000 tecken" in words(page(response).one("#falt-message-error"))
        assert words(page(response).one("#falt-message")) == "x" * 900_000
        assert doors.send("/synpunkter", message="x" * 1_000_000).status_code == 413

    @pytest.mark.parametrize(
        "reference", ["x", "W10.abc.def", "..", "%2e%2e", "a" * 4000, "å", "'; --", "W10"]
    )
    def test_a_receipt_that_is_not_ours_is_not_found(self, doors: Doors, reference: str) -> None:
        for path in (f"/kvitto/{reference}", f"{doors.story}/hjalpte/{reference}"):
            assert doors.app.test_client().get(path).status_code == 404

    def test_a_receipt_is_no_reference_to_a_vote_and_the_other_way_round(self, doors: Doors) -> None:
        receipt = doors.send("/synpunkter", **FILLED["feedback"]).headers["Location"]
        thanks = doors.send(f"{doors.story}/hjalpte", svar="ja").headers["Location"]
        client = doors.app.test_client()
        assert client.get(receipt.replace("/kvitto/", f"{doors.story}/hjalpte/")).status_code == 404
        assert client.get(f"/kvitto/{thanks.rpartition('/')[2]}").status_code == 404


def test_when_the_database_is_locked_the_text_is_kept(
    new_app: NewApp, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kb.db.BUSY_TIMEOUT_SECONDS", 0.1)
    doors = sites.build(new_app())
    form = doors.opened("/synpunkter")
    with closing(sqlite3.connect(Path(doors.app.instance_path) / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        response = doors.post("/synpunkter", {**form, **FILLED["feedback"]})
        other.execute("ROLLBACK")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "form_not_stored" in capsys.readouterr().err
    assert words(page(response).one("#falt-message")) == "Sökrutan är bra."
    assert doors.post("/synpunkter", {**form, **FILLED["feedback"]}).status_code == 303


def test_the_page_of_a_story_is_not_sent_again_for_the_sake_of_its_token(doors: Doors) -> None:
    client = doors.app.test_client()
    first = client.get(doors.story)
    again = client.get(doors.story, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    tokens = {doors.opened(doors.story)[FIELD] for _ in range(2)}
    assert len(tokens) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_a_form_is_new_each_time(doors: Doors, kind: str) -> None:
    """Or the second message of a reader would carry the token of the first."""
    client = doors.app.test_client()
    first = client.get(doors.paths[kind])
    kept = {"If-None-Match": first.headers["ETag"]} if "ETag" in first.headers else {}
    assert client.get(doors.paths[kind], headers=kept).status_code == 200


def test_reading_needs_no_key_of_production(new_app: NewApp) -> None:
    app: Flask = new_app(environment="development", secret_key="")
    assert sites.build(app).get("/synpunkter")


def test_the_log_of_a_failure_holds_nothing_that_was_written(
    new_app: NewApp, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even when the database itself refuses the row."""
    doors = sites.build(new_app())
    form = doors.opened("/kontakt")
    with closing(sqlite3.connect(Path(doors.app.instance_path) / DATABASE)) as other:
        other.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON reader_message BEGIN SELECT RAISE(ABORT, 'nej'); END"
        )
    response = doors.post("/kontakt", {**form, **FILLED["contact"]})
    assert response.status_code == 500
    logged = capsys.readouterr().err
    assert "INSERT INTO reader_message" in logged
    assert not any(text in logged for text in FILLED["contact"].values())
