"""What is on the pages: the walk of a reader, asked for without a browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from kb.search.index import Facet
from tests.web.html import Html, words
from tests.web.site import BASE_URL, OLD_TITLE, Site


def get(client: FlaskClient, path: str) -> Html:
    response = client.get(path)
    assert response.status_code == 200, path
    return Html(response.get_data(as_text=True))


def titles(page: Html) -> list[str]:
    return page.texts(".entry-card-title")


def count(page: Html) -> int:
    return int(words(page.one("#antal")).split()[0])


def test_home_leads_to_searching_and_to_the_newest(client: FlaskClient) -> None:
    page = get(client, "/")
    assert len(titles(page)) == 6
    newest = page.all("section[aria-labelledby=nyast] .tag-filled")
    assert [words(tag) for tag in newest] == ["Gott exempel", "Lärdom"] * 3
    assert len(page.all("#lagen + ul a")) == 6
    assert len(page.all(".examples a")) == 3


def test_every_way_in_on_the_first_page_finds_something(client: FlaskClient) -> None:
    page = get(client, "/")
    empty = [
        words(link)
        for link in page.all("#lagen + ul a, .examples a, .tally a")
        if not titles(get(client, link.attributes["href"] or ""))
    ]
    assert not empty


@pytest.mark.parametrize(
    "query", ["upphandling av journalsystem", "polisen nedlagt", "effekthemtagning", "uphandling"]
)
def test_what_a_colleague_would_type_finds_stories(client: FlaskClient, query: str) -> None:
    response = client.get("/sok", query_string={"q": query})
    page = Html(response.get_data(as_text=True))
    assert titles(page)
    assert query in page.h1
    assert page.one("#sok-q").attributes["value"] == query


def test_the_exact_title_is_first(client: FlaskClient, site: Site) -> None:
    title = get(client, site.story).h1
    page = Html(client.get("/sok", query_string={"q": title}).get_data(as_text=True))
    assert titles(page)[0] == title


def test_a_choice_narrows_by_the_number_that_was_promised(client: FlaskClient) -> None:
    """Every facet adds up: the count beside a choice is the number of hits after it."""
    page = get(client, "/sok?q=system")
    options = [
        (
            box.attributes["name"],
            box.attributes["value"],
            int(words(label.css_first(".check-count")).split()[0]),
        )
        for label in page.all("label.check")
        for box in [label.css_first("input")]
    ]
    assert len({name for name, _, _ in options}) >= len(Facet) - 2
    wrong = []
    for name, value, promised in options[::3]:
        got = Html(client.get("/sok", query_string={"q": "system", name: value}).get_data(as_text=True))
        if count(got) != promised:
            wrong.append((name, value, promised, count(got)))
    assert not wrong


def test_a_choice_can_be_taken_away_again(client: FlaskClient) -> None:
    page = get(client, "/sok?q=system&utfall=stopped&fran=2000&till=2020")
    chips = {words(link).removeprefix("Ta bort "): link.attributes["href"] for link in page.all(".chip")}
    assert chips == {
        "Avbruten": "/sok?q=system&fran=2000&till=2020",
        "2000–2020": "/sok?q=system&utfall=stopped",
    }
    assert page.one(".chip-clear").attributes["href"] == "/sok?q=system"


def test_zero_hits_say_which_word_failed_and_what_to_loosen(client: FlaskClient) -> None:
    page = get(client, "/sok?q=polisen+xyzzyqwrt&utfall=succeeded&organisationstyp=region")
    assert count(page) == 0
    wider = [link.attributes["href"] or "" for link in page.all(".nothing a[href^='/sok?']")]
    assert wider
    assert all(titles(get(client, address)) for address in wider)


def test_a_story_has_its_parts(client: FlaskClient, site: Site) -> None:
    page = get(client, site.story)
    headings = page.texts("h2")
    for expected in ("Fakta", "Läget", "Lärdomar", "Källor", "Version och hänvisning"):
        assert expected in headings
    assert page.all("article.lesson[id]")
    assert page.all("figure.range-plot svg[role=img] title")
    assert page.all(".story-toc a")
    assert "Redaktionell sammanfattning" in page.text


def test_every_lesson_can_be_cited_by_the_version_that_was_read(client: FlaskClient, site: Site) -> None:
    page = get(client, site.story)
    for lesson in page.all("article.lesson"):
        link = lesson.css_first(".lesson-actions a")
        assert link.attributes["href"] == f"{BASE_URL}{site.story}/version/1#{lesson.attributes['id']}"


def test_a_citation_holds_author_year_title_version_and_address(client: FlaskClient, site: Site) -> None:
    page = get(client, site.story)
    text = words(page.one(".cite"))
    assert text.startswith("Erfarenhetsbankens redaktion (20")
    assert page.h1 in text
    assert "version 1" in text
    assert text.endswith(f"{BASE_URL}{site.story}/version/1")


def test_a_superseded_version_stays_readable_and_points_at_the_one_that_holds(
    client: FlaskClient, site: Site
) -> None:
    old, now = get(client, site.superseded), get(client, site.revised)
    assert old.h1 == OLD_TITLE
    assert now.h1 != OLD_TITLE
    notice = old.one(".notice-attention")
    assert "version 1" in words(notice)
    assert "ersatts av version 2" in words(notice)
    assert notice.css_first("a").attributes["href"] == site.revised
    assert not now.all(".notice-attention")
    assert f"{BASE_URL}{site.superseded}" in old.text


def test_all_versions_are_listed(client: FlaskClient, site: Site) -> None:
    links = [link.attributes["href"] for link in get(client, site.revised).all(".timeline a")]
    assert links == [f"{site.revised}/version/2", f"{site.revised}/version/1"]


@pytest.mark.parametrize(
    "path",
    ["/erfarenheter/{id}", "/erfarenheter/{id}/fel", "/erfarenheter/{id}/", "/erfarenheter/{id}/fel/"],
)
def test_a_story_has_one_address(client: FlaskClient, site: Site, path: str) -> None:
    response = client.get(path.format(id=site.story_id))
    assert (response.status_code, response.headers["Location"]) == (301, site.story)


def test_an_old_slug_leads_to_the_new_one(client: FlaskClient, site: Site) -> None:
    assert client.get(site.old_slug).headers["Location"] == site.revised
    version = client.get(f"{site.old_slug}/version/1")
    assert (version.status_code, version.headers["Location"]) == (301, site.superseded)


def test_an_organisation_is_found_by_its_other_names(client: FlaskClient) -> None:
    response = client.get("/myndigheter/scb", follow_redirects=True)
    assert Html(response.get_data(as_text=True)).h1 == "Statistiska centralbyrån"


def test_an_organisation_lists_its_stories(client: FlaskClient, site: Site) -> None:
    page = get(client, "/myndigheter/rikspolisstyrelsen")
    assert get(client, site.story).h1 in titles(page)


def test_a_withdrawn_story_is_nowhere(client: FlaskClient, site: Site) -> None:
    for path in ("/", "/sok", "/sok?sida=2", "/sok?q=upphandling", "/myndigheter/region-stockholm"):
        response = client.get(path)
        assert site.withdrawn not in response.get_data(as_text=True), path


def test_health_is_for_machines(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert response.mimetype == "application/json"
    assert response.get_json() == {"ok": True, "database": True, "search": True, "search_detail": ""}


def test_no_link_of_the_site_leads_nowhere(client: FlaskClient) -> None:
    """Every page that can be reached is asked for once, and its anchors are where links say."""
    waiting, pages = ["/"], dict[str, Html]()
    anchors: set[tuple[str, str]] = set()
    while waiting:
        path = waiting.pop()
        response = client.get(path, follow_redirects=True, buffered=True)
        assert response.status_code == 200, f"a page links to {path}, which answers {response.status_code}"
        pages[path] = page = Html(response.get_data(as_text=True))
        for link in page.all("a[href]"):
            address = urlsplit((link.attributes["href"] or "").removeprefix(BASE_URL))
            if address.scheme or address.netloc:
                continue
            target = address.path or path
            searches = sum(1 for seen in pages if seen.startswith("/sok?"))
            query = f"?{address.query}" if address.query else ""
            if query and searches + len([one for one in waiting if "?" in one]) > 40:
                continue
            anchors |= {(target + query, address.fragment)} if address.fragment else set()
            if address.path and target + query not in pages and target + query not in waiting:
                waiting.append(target + query)
    assert len(pages) > 60
    missing = [
        f"{path}#{name}" for path, name in anchors if path in pages and not pages[path].all(f'[id="{name}"]')
    ]
    assert not missing
