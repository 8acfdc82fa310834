"""Where a link may lead and which images are shown; the holes of bleach's own check stay closed (T6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bleach.sanitizer import Cleaner
from structlog.testing import capture_logs

from kb.markdown import render, sanitize
from kb.markdown.policy import url_allowed

KNOWN_HOLES = [
    "javascript:123",
    "vbscript:1",
    "data:1",
    "feed:1",
    "javascript:`1`",
    "javascript:`ÅÄÖ ＬＯＧＧＡ １２３ 4`",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
]
CLOSED_BY_BLEACH = ["javascript:1/alert(1)", "javascript:alert(1)", "java\u200bscript:alert(1)"]


@pytest.mark.parametrize("url", KNOWN_HOLES)
def test_bleach_alone_keeps_it(url: str) -> None:
    """Positive control: when this fails, bleach has changed and the ADR is to be read again."""
    alone = Cleaner(tags={"a"}, attributes=["href"], protocols={"http", "https", "mailto", "tel"})
    assert "href" in alone.clean(f'<a href="{url}">x</a>')


@pytest.mark.parametrize("url", KNOWN_HOLES + CLOSED_BY_BLEACH)
@pytest.mark.parametrize(
    "disguise",
    [
        lambda url: url,
        lambda url: f" \x01{url}",
        lambda url: "".join(f"&#{ord(letter)};" for letter in url),
        lambda url: "".join(f"&#x{ord(letter):x};" for letter in url),
        lambda url: url.replace(":", "&colon;"),
        lambda url: url.replace("a", "&Tab;a", 1) if "a" in url else f"&NewLine;{url}",
        lambda url: url.upper() if url.isascii() else url,
    ],
)
def test_it_is_removed_from_html(url: str, disguise: Callable[[str], str]) -> None:
    assert sanitize(f'<a href="{disguise(url)}">ord</a>') == "<a>ord</a>"


@pytest.mark.parametrize("url", KNOWN_HOLES + CLOSED_BY_BLEACH)
def test_it_is_removed_from_markdown(url: str, decorated: Callable[[str], list[str]]) -> None:
    html = str(render(f"[ord](<{url}>) <{url}>\n\n[ord][a]\n\n[a]: {url}"))
    assert "ord" in html
    assert decorated(html) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://www.esv.se/rapport?a=1&b=2#s3",
        "http://exempel.se",
        "HTTPS://EXEMPEL.SE",
        "https://räksmörgås.se/å",
        "mailto:kansli@exempel.se",
        "tel:+4681234567",
        "/erfarenheter/01ARZ/namn",
        "kapitel/2",
        "?sida=2",
        "#avsnitt-laget",
        "/sok?q=kl:12",
        "",
        " https://exempel.se\n",
    ],
)
def test_allowed_url(url: str) -> None:
    assert url_allowed(url)


@pytest.mark.parametrize(
    "url",
    [
        *KNOWN_HOLES,
        *CLOSED_BY_BLEACH,
        "java\nscript:alert(1)",
        "\x00javascript:alert(1)",
        "ftp://exempel.se",
        "blob:https://exempel.se/1",
        "a:b",
        ":javascript",
        "1x:y",
        "/\t/evil.example",
        "https://exempel.se/\u202egnp.exe",
        "https://exempel.se/\xad",
        "https:\\\\evil.example",
    ],
)
def test_refused_url(url: str) -> None:
    assert not url_allowed(url)


@pytest.mark.parametrize("reference", ["&#" + "1" * 5_000 + ";", "&#x" + "f" * 5_000 + ";", "&#99999999;"])
def test_an_absurd_character_number_is_no_crash(reference: str) -> None:
    assert sanitize(f'<a href="/x" title="{reference}">ord</a>') == '<a href="/x">ord</a>'
    assert sanitize(f'<a href="/x{reference}">ord</a>') == "<a>ord</a>"
    assert "ord" in render(f'[ord](/x{reference} "{reference}") {reference}')


PICTURE = "/bilder/01JD0000000000000000000000"


def test_own_image_is_shown() -> None:
    assert render(f"![Ett flöde]({PICTURE}.png)") == (
        f'<p><img src="{PICTURE}.png" alt="Ett flöde" loading="lazy"></p>\n'
    )


def test_whoever_reads_a_draft_by_a_link_is_let_to_its_pictures() -> None:
    """The key is added after cleaning, to pictures and nothing else, and can be no markup."""
    shown = render(f"![a]({PICTURE}.jpg) [b](/sok)", picture_key='x"&>ö')
    assert shown == (
        f'<p><img src="{PICTURE}.jpg?nyckel=x%22%26%3E%C3%B6" alt="a" loading="lazy"> '
        '<a href="/sok">b</a></p>\n'
    )


@pytest.mark.parametrize(
    "src",
    [
        "https://evil.example/x.png",
        "//evil.example/x.png",
        f"https://evil.example{PICTURE}.png",
        f"/bilder/../{PICTURE}.png",
        "/bilder/01ARZ3/flode.png",
        "/static/x.png",
        f"{PICTURE[1:]}.png",
        f"{PICTURE}.png?a=1",
        f"{PICTURE}.png#a",
        f"{PICTURE}%2epng",
        f"{PICTURE}.svg",
        f"{PICTURE}.png/",
        PICTURE,
        "/bilder/",
    ],
)
def test_another_image_is_its_alternative_text(src: str) -> None:
    assert render(f'![Ett *fint* & "stort" <b>]({src})') == '<p>Ett fint &amp; "stort" &lt;b&gt;</p>\n'
    html = f'<p><img src="{src}" alt="Ett &lt;b&gt; &amp;amp; &quot;x&quot;" onerror="x()"></p>'
    assert sanitize(html) == '<p>Ett &lt;b&gt; &amp;amp; "x"</p>'


def test_the_second_judge_is_heard() -> None:
    """bleach keeps an address with an impossible host, nh3 does not: its result is kept, and logged."""
    with capture_logs() as logs:
        assert sanitize('<a href="https://a%3Eb">hemligt</a>') == "<a>hemligt</a>"
    assert [entry["event"] for entry in logs] == ["sanitisers_differ"]
    assert "hemligt" not in str(logs)
