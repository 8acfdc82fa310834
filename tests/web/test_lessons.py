"""The page of lessons in its states, and the ways to it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.web.html import Html


def page(client: FlaskClient, path: str, status: int = 200) -> Html:
    answer = client.get(path)
    assert answer.status_code == status, path
    return Html(answer.get_data(as_text=True))


def count(found: Html) -> int:
    return int(found.texts("#antal")[0].split()[0])


class TestTheList:
    def test_without_a_query_it_lists_all_and_says_what_they_are(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar")
        assert found.h1 == "Lärdomar"
        assert count(found) > 40
        assert len(found.all(".entry-card")) == 10
        assert "Varje lärdom leder till" in found.texts(".lead")[0]

    def test_a_hit_leads_to_the_story_at_the_lesson(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar?q=leverant%C3%B6ren")
        link = found.all(".entry-card h3 a")[0]
        path, _, anchor = (link.attributes["href"] or "").partition("#")
        story = page(client, path)
        lesson = story.one(f'.lesson[id="{anchor}"]')
        heading = found.texts(".entry-card h3")[0]
        assert heading in lesson.text()

    def test_a_hit_says_phase_perspective_basis_and_where_it_comes_from(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar?fas=procurement&perspektiv=supplier_procurement")
        for card in found.all(".entry-card"):
            meta = card.css_first(".entry-card-meta").text()
            assert "Upphandling" in meta
            assert "Leverantörsstyrning och upphandling" in meta
            assert "källan" in meta
            assert card.css_first('p a[href^="/erfarenheter/"]:not(h3 a)') is not None
            assert card.css(".tags .tag")

    def test_words_that_matched_are_marked(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar?q=leverant%C3%B6r")
        assert all("leverantör" in mark.lower() for mark in found.texts(".entry-card mark"))
        assert found.texts(".entry-card mark")

    def test_the_perspectives_are_said_to_be_a_working_list(self, client: FlaskClient) -> None:
        """DESIGN section 2: the page that shows them says so."""
        found = page(client, "/lardomar")
        [group] = [node for node in found.all(".facet") if node.css('input[name="perspektiv"]')]
        assert "Arbetslista, ej officiell." in group.text()
        [link] = group.css("p a")
        assert page(client, link.attributes["href"] or "").h1 == "Analysperspektiv"

    @pytest.mark.parametrize("name", ["fas", "perspektiv", "omrade", "slag", "utfall"])
    def test_it_is_narrowed_by(self, client: FlaskClient, name: str) -> None:
        found = page(client, "/lardomar")
        [choice] = found.all(f'input[name="{name}"]')[:1]
        number = int((choice.parent.css_first(".check-count").text(deep=False)).strip())
        value = choice.attributes["value"]
        narrowed = page(client, f"/lardomar?{name}={value}")
        assert count(narrowed) == number
        assert narrowed.all(f'input[name="{name}"][value="{value}"][checked]')
        assert narrowed.all(".chip")

    def test_choices_are_taken_away_one_by_one_or_all(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar?q=system&fas=development&perspektiv=risk")
        chips = [node.attributes["href"] or "" for node in found.all(".chip")]
        assert [parse_qs(urlsplit(chip).query) for chip in chips] == [
            {"q": ["system"], "perspektiv": ["risk"]},
            {"q": ["system"], "fas": ["development"]},
        ]
        assert found.one(".chip-clear").attributes["href"] == "/lardomar?q=system"


class TestAddresses:
    def test_paging_is_by_links_that_keep_the_search(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar?q=system&sortering=nyast&perspektiv=leadership_governance")
        assert count(found) > 10
        [second] = {node.attributes["href"] or "" for node in found.all('.pagination a[href$="sida=2"]')}
        assert parse_qs(urlsplit(second).query) == {
            "q": ["system"],
            "perspektiv": ["leadership_governance"],
            "sortering": ["nyast"],
            "sida": ["2"],
        }
        assert page(client, second).all(".entry-card")

    def test_a_page_after_the_last_leads_to_the_last(self, client: FlaskClient) -> None:
        answer = client.get("/lardomar?fas=procurement&sida=77")
        assert answer.status_code == 302
        assert page(client, answer.headers["Location"]).all(".entry-card")

    @pytest.mark.parametrize(
        "query",
        [
            "fas=%00&perspektiv=%ff",
            "perspektiv=finns-inte",
            "perspektiv=" + "a" * 500,
            "&".join(f"perspektiv=p{number}" for number in range(400)),
            "sida=-1&sortering=kostnad",
            "sida=99999999999999999999&fas=idea",
            "fran=abc&till=1",
            "q=%22%22&q=b&fas",
            "q=%3Cscript%3Ealert(1)%3C/script%3E",
            "q=((((%20OR%20AND%20-",
            "q=%C3%A5r:2015..2020+utfall:stopped",
            "q=*&utfall=stopped%27%20OR%201=1",
        ],
    )
    def test_whatever_is_asked_is_answered(self, client: FlaskClient, query: str) -> None:
        answer = client.get(f"/lardomar?{query}", follow_redirects=True)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.get_data(as_text=True)

    def test_what_only_stories_can_be_narrowed_by_is_left_out(self, client: FlaskClient) -> None:
        assert count(page(client, "/lardomar?kostnad=gt_200m&fran=2010&ar=2011")) == count(
            page(client, "/lardomar")
        )

    def test_and_the_stories_are_not_narrowed_by_what_lessons_are(self, client: FlaskClient) -> None:
        assert count(page(client, "/sok?perspektiv=risk")) == count(page(client, "/sok"))


class TestNothing:
    def test_no_hit_helps_on(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar?q=xyzzyqwrt")
        assert count(found) == 0
        assert "Ingen lärdom innehåller ordet" in found.texts(".nothing p")[0]
        links = [node.attributes["href"] for node in found.all(".nothing a")]
        assert "/lardomar" in links
        assert "/efterlys?q=xyzzyqwrt" in links

    def test_choices_that_leave_nothing_can_be_loosened(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar?q=leverant%C3%B6ren&fas=decommission&perspektiv=effects")
        assert count(found) == 0
        wider = [node.attributes["href"] or "" for node in found.all(".nothing ul a")]
        assert count(page(client, wider[0])) > 0

    def test_a_slip_is_mended_and_said(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar?q=leverant%C3%B6rrn")
        assert found.texts(".suggestion")
        assert count(found) > 0

    def test_a_refused_query_keeps_what_was_written(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar?q=" + "a" * 1001, status=400)
        field = found.one("#sok-lardomar-q")
        assert (field.attributes["value"], field.attributes["aria-invalid"]) == ("a" * 1001, "true")
        assert found.title.startswith("Fel:")
        assert found.one(".error-summary a").attributes["href"] == "#sok-lardomar-q"


class TestWaysHere:
    def test_from_the_menu_and_back(self, client: FlaskClient) -> None:
        found = page(client, "/lardomar")
        assert found.one('.site-nav a[aria-current="page"]').attributes["href"] == "/lardomar"

    def test_from_a_search_among_stories_and_to_it(self, client: FlaskClient) -> None:
        stories, lessons = page(client, "/sok?q=upphandling"), page(client, "/lardomar?q=upphandling")
        assert stories.all('main a[href="/lardomar?q=upphandling"]')
        assert lessons.all('main a[href="/sok?q=upphandling"]')

    def test_from_a_story_to_those_of_the_same_domain(self, client: FlaskClient) -> None:
        found = page(client, "/sok?q=Pust+Siebel")
        story = page(client, found.all(".entry-card h3 a")[0].attributes["href"] or "")
        [link] = story.all('section[aria-labelledby="lardomar"] > p a')
        assert (link.attributes["href"] or "").startswith("/lardomar?omrade=")
        assert count(page(client, link.attributes["href"] or "")) > 1

    def test_in_english_too(self, client: FlaskClient) -> None:
        found = page(client, "/en/lardomar?q=upphandling")
        assert all(
            (node.attributes["href"] or "").startswith("/en/")
            for node in found.all(".entry-card a, .pagination a, .sorting a")
        )
