"""What browsers report of the policy becomes a short line in the log and nothing more (S-21, S-39)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from kb.web.views import reports
from tests.web.conftest import NewApp

PATH = "/csp-rapport"
OLD, NEW = "application/csp-report", "application/reports+json"


@pytest.fixture
def reader(new_app: NewApp) -> FlaskClient:
    return new_app().test_client()


def old(**changes: str) -> dict[str, Any]:
    report = {
        "document-uri": "https://erfarenhetsbanken.example/sok?q=hemligt",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example:8443/x.js?user=anna",
    }
    return {"csp-report": report | changes}


def new(**changes: object) -> dict[str, Any]:
    body = {
        "documentURL": "https://a.example/en/sok",
        "effectiveDirective": "img-src",
        "blockedURL": "inline",
    }
    return {"type": "csp-violation", "body": body | changes}


def lines(reader: FlaskClient, report: object, kind: str = OLD) -> list[dict[str, Any]]:
    body = report if isinstance(report, bytes) else json.dumps(report).encode()
    with capture_logs() as logged:
        response = reader.post(PATH, data=body, content_type=kind)
    assert (response.status_code, response.data) == (204, b"")
    return [dict(line) for line in logged if line["event"] == "policy_violation"]


def test_a_report_is_a_line_without_queries(reader: FlaskClient) -> None:
    assert lines(reader, old()) == [
        {
            "event": "policy_violation",
            "log_level": "warning",
            "directive": "script-src-elem",
            "blocked": "https://evil.example:8443",
            "page": "search.show",
            "path": "/sok",
        }
    ]


def test_the_newer_form_is_a_list_of_all_sorts(reader: FlaskClient) -> None:
    found = lines(reader, [new(), {"type": "deprecation", "body": {}}, 7, {"type": "csp-violation"}], NEW)
    assert [(line["directive"], line["blocked"], line["page"]) for line in found] == [
        ("img-src", "inline", "search.show")
    ]


def test_an_address_that_is_a_secret_is_not_written_down(reader: FlaskClient) -> None:
    (line,) = lines(reader, old(**{"document-uri": "https://a.example/lank/hemligtmynt"}))
    assert (line["page"], line["path"]) == ("auth.link", "")


def test_nobody_writes_lines_of_their_own_into_the_log(reader: FlaskClient) -> None:
    text = "x\r\n2026-01-01 [info] allt väl\x1b[2J\u2028" + "y" * 1_000
    (line,) = lines(reader, old(**{"effective-directive": text, "blocked-uri": text, "document-uri": text}))
    values = "".join(str(value) for value in line.values())
    assert values.isprintable()
    assert " " not in values
    assert len(values) < 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"csp-report": 7}',
        b"[" * 9_999,
        b"\xff\xfe",
        b" " * (reports.BODY_BYTES + 1),
    ],
)
def test_what_is_no_report_is_taken_and_thrown_away(reader: FlaskClient, body: bytes) -> None:
    assert lines(reader, body) == lines(reader, body, NEW) == []


def test_a_report_that_is_too_long_is_thrown_away(reader: FlaskClient) -> None:
    assert lines(reader, old(**{"original-policy": "x" * reports.BODY_BYTES})) == []


def test_only_what_browsers_send_is_read(reader: FlaskClient) -> None:
    assert lines(reader, old(), "application/json") == lines(reader, old(), "text/plain") == []


def test_one_request_and_one_address_write_only_so_much(reader: FlaskClient) -> None:
    assert len(lines(reader, [new()] * 40, NEW)) == reports.MOST_LINES
    written = sum(len(lines(reader, old())) for _ in range(reports.LIMIT.count + 5))
    assert written == reports.LIMIT.count - 1


def test_it_is_only_for_sending(reader: FlaskClient) -> None:
    assert reader.get(PATH).status_code == 405
