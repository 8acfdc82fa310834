"""Whatever is put into an address is answered in time and shown as text (S-02, S-03, S-31, S-32)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from kb.search.index import Facet
from tests.web.html import Html, words
from tests.web.site import Site

IMAGE = '"><img src=x onerror=alert(1)>'
TEMPLATE = "{{7*7}}{%print(7*7)%}${7*7}#{7*7}"
PAYLOADS = [
    IMAGE,
    TEMPLATE,
    "<script>alert(1)</script>",
    "' OR 1=1--",
    "javascript:alert(1)",
    "%(value)s %s %d",
    "\x00\x07\x1b[31m",
    "\u202eabc\u2066",
    "å" * 200,
]
PARAMETERS = ["q", "fran", "till", "sortering", "sida", "okand", *(facet.value for facet in Facet)]
SECONDS = 2.0


@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: ascii(payload)[:24])
def test_a_parameter_is_text_and_nothing_else(client: FlaskClient, parameter: str, payload: str) -> None:
    response = client.get("/sok", query_string={parameter: payload})
    assert response.status_code in (200, 400)
    page = Html(response.get_data(as_text=True))
    assert page.h1
    assert not page.all("img, [onerror], main script")


@pytest.mark.parametrize("payload", [IMAGE, TEMPLATE, "' OR 1=1--", "%(value)s %s", "<b>x</b>"])
def test_what_was_searched_for_is_shown_as_it_was_written(client: FlaskClient, payload: str) -> None:
    page = Html(client.get("/sok", query_string={"q": payload}).get_data(as_text=True))
    assert payload in page.h1
    assert page.one("#sok-q").attributes["value"] == payload
    assert payload in unescape(page.text)


def test_a_year_that_cannot_be_read_is_shown_as_it_was_written(client: FlaskClient) -> None:
    page = Html(client.get("/sok", query_string={"fran": "<b>{{7*7}}</b>"}).get_data(as_text=True))
    assert "”<b>{{7*7}}</b>”" in words(page.one(".notice-attention"))


@pytest.mark.parametrize(
    "payload", [IMAGE, TEMPLATE, "<script>alert(1)</script>", "..%2f..%2fetc", "%00", "\u202e"]
)
@pytest.mark.parametrize(
    "path", ["/{}", "/erfarenheter/{}", "/erfarenheter/{}/x", "/myndigheter/{}", "/static/{}"]
)
def test_a_part_of_a_path_is_not_found(client: FlaskClient, path: str, payload: str) -> None:
    response = client.get(path.format(quote(payload, safe="%")))
    assert response.status_code == 404
    assert Html(response.get_data(as_text=True)).faults() == []


@pytest.mark.parametrize("payload", [IMAGE, "//evil.example", "https:evil.example", "x\r\nSet-Cookie: a=b"])
def test_a_wrong_slug_leads_to_the_right_page_of_ours(site: Site, client: FlaskClient, payload: str) -> None:
    response = client.get(f"/erfarenheter/{site.story_id}/{quote(payload, safe='')}")
    assert response.status_code in (301, 404)
    assert response.headers.get("Location", site.story) == site.story
    assert "Set-Cookie" not in response.headers


QUERIES = [
    "*",
    "a* b* c* d* e*",
    "????~",
    " OR ".join(["x"] * 200),
    "(" * 400,
    "/.*/",
    '"',
    '"' * 900,
    "-" * 900,
    "-a -b -c",
    "år:",
    "år:2015..",
    "år:99999999999999999999..0",
    "titel:",
    ":" * 500,
    "NOT AND OR",
    "a" * 1000,
    "å " * 500,
    "e-" * 450,
    "\ud83d\ude80".encode("utf-16", "surrogatepass").decode("utf-16") * 300,
    "1-1-1-" * 160,
    "\\" * 900,
    "%" * 900,
    "' OR 1=1--",
    "\u0301" * 900,
    "ﷺ" * 900,
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: ascii(query)[:24])
def test_a_hostile_query_is_answered_in_time(client: FlaskClient, query: str) -> None:
    """Seconds of work and not of waiting: other tests run beside this one."""
    started = time.thread_time()
    response = client.get("/sok", query_string={"q": query})
    assert time.thread_time() - started < SECONDS
    assert response.status_code in (200, 400)
    assert Html(response.get_data(as_text=True)).faults() == []


@pytest.mark.parametrize("length", [1001, 2000, 10_000])
def test_a_query_that_is_too_long_is_kept_in_the_form_and_explained(client: FlaskClient, length: int) -> None:
    response = client.get("/sok", query_string={"q": "ab " * (length // 3 + 1)})
    assert response.status_code == 400
    page = Html(response.get_data(as_text=True))
    field = page.one("#sok-q")
    assert field.attributes["value"] == ("ab " * (length // 3 + 1)).strip()
    assert field.attributes["aria-invalid"] == "true"
    assert page.title.startswith("Fel: ")


def test_a_query_at_the_limit_is_run(client: FlaskClient) -> None:
    assert client.get("/sok", query_string={"q": ("system " * 143)[:1000].strip()}).status_code in (200, 400)
    assert client.get("/sok", query_string={"q": "x" * 1000}).status_code == 200


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/sok", "q=\xff\xfe", 200),
        ("/sok", "q=%ff%fe", 200),
        ("/sok", "q=\xc3\xa5", 200),
        ("/sok", "q=%ED%A0%80", 200),
        ("/sok", "q=%", 200),
        ("/sok", "%00=%00", 200),
        ("/sok", "=&&&;=;?", 200),
        ("/sok", "&".join("q=a" for _ in range(2000)), 200),
        ("/sok", "&".join(f"p{n}=a" for n in range(1500)), 200),
        ("/\xff\xfe", "", 404),
        ("/erfarenheter/\xff/x", "", 404),
        ("/erfarenheter/a\x00b/x", "", 404),
        ("/myndigheter/a\x00b", "", 404),
        ("/myndigheter/a\nb", "", 404),
        ("//sok", "", 200),
        ("//evil.example/%2e%2e", "", 404),
        ("/erfarenheter/../sok", "", 404),
        ("/static/../kb/config.py", "", 404),
        ("/static/%2e%2e/kb/config.py", "", 404),
        ("/static/", "", 404),
        ("", "", 200),
        ("/" + "a" * 15_000, "", 404),
        ("/" + "a" * 17_000, "", 414),
        ("/erfarenheter/01ARZ3NDEKTSV4RRFFQ69G5FAV/x/version/99999999999999999999", "", 404),
        ("/erfarenheter/01ARZ3NDEKTSV4RRFFQ69G5FAV/x/version/-1", "", 404),
    ],
)
def test_raw_bytes_in_an_address_are_answered(site: Site, path: str, query: str, status: int) -> None:
    environ = EnvironBuilder().get_environ()
    environ["PATH_INFO"], environ["QUERY_STRING"] = path, query
    body, answer, headers = run_wsgi_app(site.app, environ, buffered=True)
    assert answer.split()[0] == str(status)
    assert "Content-Security-Policy" in headers
    assert b"".join(body)


def test_a_query_in_raw_utf8_is_understood(site: Site) -> None:
    environ = EnvironBuilder(path="/sok").get_environ()
    environ["QUERY_STRING"] = "q=" + "år".encode().decode("latin-1")
    body, _, _ = run_wsgi_app(site.app, environ, buffered=True)
    assert Html(b"".join(body).decode()).one("#sok-q").attributes["value"] == "år"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "HITTEPA"])
@pytest.mark.parametrize("path", ["/", "/sok", "/om", "/healthz"])
def test_other_methods_are_refused_by_a_page_that_says_which_work(
    client: FlaskClient, path: str, method: str
) -> None:
    response = client.open(path, method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "OPTIONS"}
    assert Html(response.get_data(as_text=True)).faults() == []


@pytest.mark.parametrize(("size", "status"), [(1_000_000, 405), (1_000_001, 413)])
def test_a_body_over_1_mb_is_refused(client: FlaskClient, size: int, status: int) -> None:
    assert client.post("/sok", data=b"x" * size).status_code == status


def test_the_next_page_after_the_last_is_the_last(client: FlaskClient) -> None:
    response = client.get("/sok?utfall=stopped&sida=100")
    assert response.status_code == 302
    last = client.get(response.headers["Location"])
    assert last.status_code == 200
    assert Html(last.get_data(as_text=True)).all(".entry-card")


def test_hostile_searches_in_parallel_leave_the_site_awake(site: Site) -> None:
    with ThreadPoolExecutor(8) as pool:
        searches = [
            pool.submit(
                lambda query=query: site.app.test_client().get("/sok", query_string={"q": query}).status_code
            )
            for query in QUERIES
        ]
        started = time.monotonic()
        assert site.app.test_client().get("/healthz").status_code == 200
        assert time.monotonic() - started < SECONDS
        assert {search.result() for search in searches} <= {200, 400}
