"""Subjects, organisations, the first page and the list of stories, as a reader goes through them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kb.search.index import Facet
from kb.services import stories, subjects
from tests.factories import TODAY
from tests.web.html import Html, words
from tests.web.site import Site


def get(client: FlaskClient, path: str) -> Html:
    response = client.get(path)
    assert response.status_code == 200, path
    return Html(response.get_data(as_text=True))


def links(page: Html, selector: str) -> list[str]:
    return [link.attributes["href"] or "" for link in page.all(f"{selector} a")]


def titles(page: Html) -> list[str]:
    return page.texts(".entry-card-title")


class TestSubjects:
    def test_every_term_has_a_page_that_says_what_it_means(self, client: FlaskClient, site: Site) -> None:
        with site.app.app_context():
            terms = [each for found in subjects.index() for each in found]
        index = get(client, "/amnen")
        for each in terms[::7]:
            path = f"/amnen/{each.term.vocabulary_slug}/{each.term.slug}"
            assert path in links(index, "main")
            page = get(client, path)
            assert (page.h1, words(page.all(".lead")[0])) == (each.term.label, each.description)

    def test_the_number_beside_a_subject_is_that_of_its_page(self, client: FlaskClient) -> None:
        index = get(client, "/amnen")
        item = next(li for li in index.all(".column-list li") if words(li).startswith("Införande"))
        promised = int(re.findall(r"\d+", words(item))[0])
        page = get(client, "/amnen/fas/inforande")
        assert words(page.one("#erfarenheter")).startswith(str(promised))

    def test_its_pages_together_have_every_story_once(self, client: FlaskClient) -> None:
        path, seen = "/amnen/fas/inforande", []
        while path:
            page = get(client, path)
            seen += titles(page)
            following = page.all(".pagination a[rel=next]")
            path = (following[0].attributes["href"] or "") if following else ""
        promised = int(words(get(client, "/amnen/fas/inforande").one("#erfarenheter")).split()[0])
        assert len(seen) == len(set(seen)) == promised > subjects.PER_PAGE

    def test_its_numbers_lead_to_searches_that_find_as_many(self, client: FlaskClient) -> None:
        page = get(client, "/amnen/fas/inforande")
        rows = page.all(".tally > div")
        assert len(rows) > 3
        for row in rows:
            count = int(words(row.css_first("dd")).split()[0])
            found = get(client, row.css_first("a").attributes["href"] or "")
            assert words(found.one("#antal")).startswith(str(count))

    def test_the_working_list_says_that_it_is_one_and_why(self, client: FlaskClient) -> None:
        notice = words(get(client, "/amnen/analysperspektiv").one(".notice-attention"))
        assert "Arbetslista, ej officiell." in notice
        assert "Vi har inte kunnat läsa den listan" in notice
        assert not get(client, "/amnen/verksamhetsomrade").all(".notice")

    def test_one_without_stories_says_so_and_leads_on(self, client: FlaskClient) -> None:
        page = get(client, "/amnen/verksamhetsomrade/miljoskydd")
        assert words(page.one("#tomt")) == "Ännu ingen erfarenhet"
        asked = [link for link in links(page, ".actions") if "/efterlys" in link]
        assert len(asked) == 1
        assert not page.all(".tally")
        near = links(page, ".side")
        assert near
        assert titles(get(client, near[0]))

    def test_few_stories_are_not_counted_by_outcome(self, client: FlaskClient) -> None:
        page = get(client, "/amnen/verksamhetsomrade/forsvar")
        assert len(titles(page)) == 1
        assert not page.all(".tally")

    def test_a_page_after_the_first_says_which_it_is(self, client: FlaskClient) -> None:
        page = get(client, "/amnen/fas/inforande?sida=2")
        assert "sida 2 av" in page.title
        assert page.title.startswith(page.h1)
        assert not page.all("#lardomar")

    def test_the_lessons_lead_to_themselves(self, client: FlaskClient) -> None:
        page = get(client, "/amnen/fas/inforande")
        for link in page.all("#lardomar + ul a"):
            path, _, anchor = (link.attributes["href"] or "").partition("#")
            lesson = get(client, path).one(f"article#{anchor}")
            assert words(link) in words(lesson)

    @pytest.mark.parametrize(
        ("path", "target"),
        [
            ("/amnen/phase", "/amnen/fas"),
            ("/amnen/phase/rollout", "/amnen/fas/inforande"),
            ("/en/amnen/domain/police", "/en/amnen/verksamhetsomrade/polis-och-brottsutredning"),
        ],
    )
    def test_a_code_leads_to_the_address_for_good(self, client: FlaskClient, path: str, target: str) -> None:
        response = client.get(path)
        assert (response.status_code, response.headers["Location"]) == (301, target)

    def test_in_english_it_has_english_words(self, client: FlaskClient) -> None:
        page = get(client, "/en/amnen/fas/inforande")
        assert page.h1 == "Roll-out"
        assert words(page.one(".lead")).startswith("The solution is put into use")

    def test_the_terms_of_a_story_lead_to_their_subjects(self, client: FlaskClient, site: Site) -> None:
        page = get(client, site.story)
        facts = [link for link in links(page, ".story-facts") if link.startswith("/amnen/")]
        taught = [link for link in links(page, ".lesson-foot") if link.startswith("/amnen/")]
        assert len(facts) > 4
        assert taught
        for path in {*facts, *taught}:
            assert client.get(path).status_code == 200, path

    def test_a_choice_in_the_search_leads_to_its_subject(self, client: FlaskClient) -> None:
        page = get(client, "/sok?fas=procurement&utfall=stopped")
        assert links(page, ".results-list > p.small") == ["/amnen/fas/upphandling"]


class TestOrganisations:
    def test_the_letter_and_the_name_keep_what_was_asked_for(self, client: FlaskClient) -> None:
        named = get(client, "/myndigheter?q=malmo")
        assert named.one("#namn").attributes["value"] == "malmo"
        assert [words(link) for link in named.all(".column-list a")] == ["Malmö stad"]
        lettered = get(client, "/myndigheter?bokstav=Ö")
        assert words(lettered.one(".letters [aria-current]")) == "Ö"
        assert lettered.h1.endswith("på Ö")
        assert all(words(link).startswith("Ö") for link in lettered.all(".column-list a"))

    def test_those_with_stories_come_first(self, client: FlaskClient) -> None:
        page = get(client, "/myndigheter")
        assert page.texts("main h2") == ["Med erfarenheter", "Utan erfarenheter än så länge"]
        first = page.all("section")[0]
        assert all("erfarenhet" in words(row) or "föregångare" in words(row) for row in first.css("li"))

    def test_it_tells_what_its_stories_are_about_and_with_whom(self, client: FlaskClient) -> None:
        page = get(client, "/myndigheter/rikspolisstyrelsen")
        side = links(page, ".side")
        assert "/amnen/verksamhetsomrade/polis-och-brottsutredning" in side
        assert "/myndigheter/aklagarmyndigheten" in side

    def test_the_one_that_took_over_and_the_one_before_show_each_others_stories(
        self, client: FlaskClient
    ) -> None:
        before, after = (
            get(client, f"/myndigheter/{slug}") for slug in ("rikspolisstyrelsen", "polismyndigheten")
        )
        assert before.all("#eftertradare")
        assert after.all("#foregangare")

    def test_one_without_stories_leads_on(self, client: FlaskClient) -> None:
        page = get(client, "/myndigheter/statistiska-centralbyran")
        assert words(page.one("#tomt")) == "Ännu ingen erfarenhet"
        for path in links(page, ".actions"):
            assert client.get(path).status_code == 200


class TestHome:
    def test_search_and_planning_have_equal_weight(self, client: FlaskClient) -> None:
        page = get(client, "/")
        doors = page.all(".home-doors > section")
        assert [words(door.css_first("h2")) for door in doors] == ["Sök", "Planerar du något?"]
        assert [len(door.css("form button[type=submit]")) for door in doors] == [1, 1]

    def test_every_choice_of_the_planner_finds_what_it_promises(self, client: FlaskClient) -> None:
        page = get(client, "/")
        assert {box.attributes["name"] for box in page.all(".home-doors select")} == {
            Facet.INVESTMENT_TYPE.value,
            Facet.PHASE.value,
        }
        for box in page.all(".home-doors select"):
            for option in box.css("option")[1:]:
                promised = int(re.findall(r"\((\d+)\)", words(option))[0])
                query = {str(box.attributes["name"]): option.attributes["value"], "okand": ""}
                found = Html(client.get("/sok", query_string=query).get_data(as_text=True))
                assert int(words(found.one("#antal")).split()[0]) == promised > 0

    def test_every_number_says_of_how_many(self, client: FlaskClient, site: Site) -> None:
        with site.app.app_context():
            total = len(stories.newest(1_000, TODAY))
        page = get(client, "/")
        for part in page.all(".figures > section"):
            assert f"av {total}." in words(part)
        assert "inte ett urval" in words(page.one("#siffror").parent)  # type: ignore[arg-type]

    def test_what_few_stories_tell_is_listed_and_not_counted(self, client: FlaskClient) -> None:
        plan = next(each for each in get(client, "/").all(".figures > section") if each.css("#siffror-plan"))
        assert "För få har uppgift" in words(plan)
        assert "procent" not in words(plan)
        assert plan.css("li a")


class TestList:
    def test_without_a_query_the_page_is_the_list(self, client: FlaskClient) -> None:
        page = get(client, "/sok")
        assert page.h1 == "Alla erfarenheter"
        assert words(page.one("#antal")).endswith(" erfarenheter")
        assert page.texts(".sorting a") == ["Nyast", "Högst kostnad"]
        assert words(page.one(".sorting [aria-current]")) == "Nyast"

    def test_the_title_says_what_was_chosen_and_which_page(self, client: FlaskClient) -> None:
        assert get(client, "/sok?fas=procurement&fran=2012").h1 == "Erfarenheter: Upphandling, från 2012"
        assert get(client, "/sok?sida=2").title.startswith("Alla erfarenheter, sida 2 av ")
        assert get(client, "/sok?q=system&sida=2").title.startswith("Sökning: ”system”, sida 2 av ")

    def test_the_years_are_drawn_and_said_in_a_table(self, client: FlaskClient) -> None:
        page = get(client, "/sok?fran=2012&till=2015")
        drawing = page.one(".histogram svg")
        rows = page.all(".histogram tbody tr")
        assert len(drawing.css("rect")) == len(rows) > 10
        assert len(drawing.css("rect.chosen")) == 4
        for row in rows[::5]:
            year, count = words(row).split()
            found = get(client, f"/sok?fran={year}&till={year}")
            assert words(found.one("#antal")).split()[0] == count

    def test_one_year_is_not_drawn(self, client: FlaskClient) -> None:
        assert not get(client, "/sok?q=xyzzyqwrt").all(".histogram")
