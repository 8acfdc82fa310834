"""Where a reader is led back to is a page of ours, whatever was sent (S-25)."""

from __future__ import annotations

import time

import pytest
from flask import Flask

from kb.web import origins
from kb.web.local_path import LONGEST, local_path


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sok",
        "/sok?q=a+b&utfall=stopped",
        "/en/om",
        "/erfarenheter/01A/b#lardomar",
        "/sok?q=100%25",
        "/a//b",
    ],
)
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sok",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/sok\\..\\evil",
        "https:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "%2f%2fevil.example",
        "/%2fevil.example",
        "/%2Fevil.example",
        "/%252fevil.example",
        "/%5cevil.example",
        "/\tevil",
        "/\t/evil.example",
        "/\n/evil.example",
        "/%09/evil.example",
        "/a b",
        "/a\x00b",
        "/\u2028",
        "/" + "a" * LONGEST,
    ],
)
def test_anything_else_is_nothing(address: str) -> None:
    assert local_path(address) == ""


def test_a_hostile_address_is_judged_at_once() -> None:
    started = time.thread_time()
    for address in ("/" + "%25" * 160, "/" * 500, "/%" * 250):
        local_path(address)
    assert time.thread_time() - started < 0.1


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Exempel.SE/sok?q=a", "https://exempel.se:443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:80/", "http://::1:80"),
        ("null", ""),
        ("", ""),
        ("/sok", ""),
        ("ftp://exempel.se", ""),
        ("https://", ""),
        ("https://exempel.se:99999", ""),
        ("https://[", ""),
    ],
)
def test_an_origin_is_written_in_one_way(address: str, origin: str) -> None:
    assert origins.origin_of(address) == origin


@pytest.mark.parametrize(
    ("referrer", "path"),
    [
        ("https://erfarenhetsbanken.example/sok?q=min+granne", "/sok"),
        ("http://localhost/en/om", "/en/om"),
        ("https://evil.example/sok", ""),
        ("https://erfarenhetsbanken.example.evil.example/sok", ""),
        ("https://erfarenhetsbanken.example@evil.example/sok", ""),
        ("https://erfarenhetsbanken.example//evil.example", ""),
        ("", ""),
    ],
)
def test_the_page_that_linked_is_remembered_by_its_path(app: Flask, referrer: str, path: str) -> None:
    with app.test_request_context("/synpunkter", headers={"Referer": referrer} if referrer else {}):
        assert origins.path_that_linked_here() == path
