"""What every ``SearchIndex`` must do; run once per implementation (the fixture ``index``)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kb.domain.errors import QueryRefused
from kb.search.index import Facet, Query, SearchIndex, Sort
from tests.search.conftest import fill, found, ids, story


class TestWords:
    def test_every_word_is_optional(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="upphandling"), story("b", text="polisen"), story("c", text="skola")])
        assert set(found(index, "upphandling polisen")) == {"a", "b"}

    def test_all_words_come_before_some_in_a_short_query(self, index: SearchIndex) -> None:
        strong = story("strong", title="Journal journal journal", text="journal " * 20)
        both = story("both", text="journal " + "ord " * 300 + " region")
        others = [story(f"x{number}", text="region") for number in range(20)]
        fill(index, [strong, both, *others])
        assert found(index, "journal region")[0] == "both"

    def test_a_long_query_is_ranked_by_score_alone(self, index: SearchIndex) -> None:
        strong = story("strong", title="Alfa beta gamma delta", text="alfa beta gamma delta")
        every = story("every", text="alfa beta gamma delta epsilon " + "ord " * 400)
        fill(index, [strong, every, *(story(f"x{n}", text="epsilon") for n in range(20))])
        assert found(index, "alfa beta gamma delta epsilon")[0] == "strong"

    def test_the_exact_title_is_first(self, index: SearchIndex) -> None:
        fill(
            index,
            [
                story("other", title="Upphandling upphandling", text="upphandling av it " * 9),
                story("exact", title="Upphandling av IT", text="ord " * 500),
            ],
        )
        assert found(index, "upphandling av it!")[0] == "exact"

    def test_a_title_of_stop_words_is_found(self, index: SearchIndex) -> None:
        fill(index, [story("a", title="Vad är det?"), story("b", title="Något annat")])
        assert found(index, "vad är det") == ["a"]

    def test_stop_words_alone_find_nothing(self, index: SearchIndex) -> None:
        fill(index, [story("a", title="Och det var det")])
        assert found(index, "och") == []

    def test_inflected_forms(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="Myndigheternas städer"), story("b", text="annat")])
        assert found(index, "myndighet") == found(index, "stad") == ["a"]

    def test_it_is_a_word(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="IT-stöd"), story("b", text="det")])
        assert found(index, "it") == found(index, "IT") == ["a"]

    def test_an_empty_query_gives_all_with_the_newest_first(self, index: SearchIndex) -> None:
        fill(index, [story("old", on=date(2020, 1, 1)), story("new", on=date(2024, 1, 1))])
        assert found(index, "") == found(index, "  ") == ["new", "old"]

    def test_signs_alone_find_nothing(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="ord")])
        assert found(index, "((((") == []

    def test_names_and_keywords_are_searched(self, index: SearchIndex) -> None:
        fill(index, [story("a", names="Statistiska centralbyrån SCB"), story("b", keywords="molntjänst")])
        assert found(index, "scb") == ["a"]
        assert found(index, "molntjänster") == ["b"]

    def test_unmatched_words_are_named(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="upphandling")])
        assert index.search(Query("upphandling Qwertyzzz")).unmatched == ("Qwertyzzz",)

    def test_a_phrase_whose_words_are_all_there_is_named_as_a_whole(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="upphandling av system"), story("b", text="en skola")])
        results = index.search(Query('"upphandling av skola"'))
        assert (results.unmatched, results.unmatched_phrases) == ((), ("upphandling av skola",))

    def test_a_phrase_with_an_unknown_word_names_that_word(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="upphandling av system")])
        results = index.search(Query('"upphandling av Qwertyzzz"'))
        assert (results.unmatched, results.unmatched_phrases) == (("Qwertyzzz",), ())


class TestQueryLanguage:
    @pytest.fixture
    def filled(self, index: SearchIndex) -> SearchIndex:
        return fill(
            index,
            [
                story(
                    "journal",
                    title="Upphandling av journalsystem",
                    text="Regionen upphandlade. Agil utveckling i team.",
                    lessons="Börja med effekthemtagning.",
                    facets={Facet.ORGANISATION: ("region-skane",), Facet.KIND: ("good_example",)},
                    labels={Facet.ORGANISATION: ("Region Skåne",), Facet.KIND: ("Gott exempel",)},
                    years=(2014, 2015, 2016),
                ),
                story(
                    "polis",
                    title="Nedlagt it-stöd",
                    text="Kostnaden för systemet. Utveckling agil.",
                    facets={Facet.ORGANISATION: ("polisen",), Facet.KIND: ("lesson_learned",)},
                    labels={Facet.ORGANISATION: ("Polismyndigheten",), Facet.KIND: ("Lärdom",)},
                    years=(2010,),
                ),
            ],
        )

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('"agil utveckling"', {"journal"}),
            ('"upphandling av journalsystem"', {"journal"}),
            ('"upphandling journalsystem"', set()),
            ('"upphandlingar av journalsystemet"', {"journal"}),
            ('"agil utveckling" kostnad', {"journal"}),
            ('"journalsystem regionen"', set()),
            ('"effekthemtagning"', {"journal"}),
            ("agil -region", {"polis"}),
            ('agil -"agil utveckling"', {"polis"}),
            ("-region", {"polis"}),
            ("-upph*", {"polis"}),
            ("upph*", {"journal"}),
            ("kost*", {"polis"}),
            ("kost* upph*", {"journal", "polis"}),
            ("xyz*", set()),
            ("titel:nedlagt", {"polis"}),
            ("titel:kostnad", set()),
            ("lärdom:effekthemtagning", {"journal"}),
            ("lardom:region", set()),
            ("myndighet:polisen", {"polis"}),
            ("myndighet:Polismyndigheten", {"polis"}),
            ('myndighet:"region skåne"', {"journal"}),
            ('slag:"gott exempel"', {"journal"}),
            ("slag:good_example agil", {"journal"}),
            ("slag:okänt", set()),
            ("-slag:lärdom", {"journal"}),
            ("år:2015", {"journal"}),
            ("år:2010..2014", {"journal", "polis"}),
            ("år:..2010", {"polis"}),
            ("år:2017..", set()),
            ("agil år:2016..", {"journal"}),
            ("år:2010 OR journalsystem", {"journal", "polis"}),
            ("effekthemtagning OR kostnad", {"journal", "polis"}),
            ('"agil utveckling" OR "utveckling agil"', {"journal", "polis"}),
            ("och -region", {"polis"}),
        ],
    )
    def test_what_it_finds(self, filled: SearchIndex, text: str, expected: set[str]) -> None:
        results = filled.search(Query(text))
        assert set(ids(results)) == expected
        assert results.total == len(expected)

    def test_or_counts_as_one_word(self, index: SearchIndex) -> None:
        fill(
            index,
            [
                story("a", text="vård moln"),
                story("b", text="skola skola"),
                story("c", text="moln moln moln moln"),
            ],
        )
        assert found(index, "skola OR vård moln")[0] == "a"

    def test_a_query_over_the_limits_is_refused(self, filled: SearchIndex) -> None:
        for text in ("x" * 1001, "ord " * 65, "a\0b"):
            with pytest.raises(QueryRefused):
                filled.search(Query(text))


class TestSpaceForHyphen:
    def test_a_letter_and_a_word_are_read_as_one(self, index: SearchIndex) -> None:
        fill(
            index,
            [
                story("service", "Tjänster och tjänster", text="tjänster"),
                story("hyphen", text="En e-tjänst." + " ord" * 30),
                story("joined", text="En etjänst." + " ord" * 60),
            ],
        )
        assert found(index, "e tjänster") == found(index, "e-tjänster") == ["hyphen", "joined", "service"]
        assert found(index, "nya e tjänster")[:1] == ["hyphen"]
        assert [word.typed for word in index.explain("e tjänster").words] == ["e-tjänster"]

    @pytest.mark.parametrize("text", ['"e tjänster"', "e OR tjänster", "e, tjänster", "-e tjänster"])
    def test_only_where_they_stand_alone_and_beside_each_other(self, index: SearchIndex, text: str) -> None:
        fill(index, [story("hyphen", text="En e-tjänst."), story("service", "Tjänster")])
        assert found(index, text)[:1] != ["hyphen"]

    def test_only_where_some_story_has_the_word(self, index: SearchIndex) -> None:
        fill(index, [story("plan", text="Plan b för ett projekt."), story("other", text="projekt")])
        results = index.search(Query("plan b projekt"))
        assert ids(results) == ["plan", "other"]
        assert [word.typed for word in index.explain("plan b projekt").words] == ["plan", "b", "projekt"]

    def test_a_corrected_word_keeps_its_place(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="En e-tjänst för upphandling.")])
        suggestion = index.search(Query("e tjänst uphandling")).suggestion
        assert suggestion is not None
        assert suggestion.text == "e tjänst upphandling"


class TestSwedishLetters:
    def test_far_does_not_rank_får_first(self, index: SearchIndex) -> None:
        fill(
            index,
            [
                *(story(f"sheep{number}", title="Får", text="får får") for number in range(20)),
                story("father", text="Hans far arbetade länge. " + "ord " * 200),
            ],
        )
        results = found(index, "far")
        assert results[0] == "father"
        assert "sheep1" in results

    def test_mote_finds_möte_and_says_so(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="Ett möte hölls."), story("b", text="annat")])
        results = index.search(Query("mote"))
        assert ids(results) == ["a"]
        assert results.corrected
        assert results.suggestion is not None
        assert results.suggestion.text == "möte"

    def test_an_inflection_without_its_dots_is_found_by_its_stem(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="Åtgärden var bra.")])
        assert found(index, "atgarder") == ["a"]

    def test_a_compound_whose_parts_are_words_gets_its_dots_too(self, index: SearchIndex) -> None:
        rows = story("rows", "Rader om digitalisering", text="digitalisering i rader")
        fill(index, [rows, story("council", text="Ett digitaliseringsråd." + " ord" * 30)])
        results = index.search(Query("digitaliseringsrad"))
        assert ids(results) == ["council", "rows"]
        assert results.suggestion is not None
        assert results.suggestion.text == "digitaliseringsråd"

    def test_a_compound_that_some_story_has_is_meant(self, index: SearchIndex) -> None:
        fill(index, [story("rows", text="digitaliseringsrad"), story("council", text="digitaliseringsråd")])
        assert found(index, "digitaliseringsrad")[:1] == ["rows"]
        assert index.search(Query("digitaliseringsrad")).suggestion is None

    def test_the_parts_of_a_word_that_got_its_dots_count(self, index: SearchIndex) -> None:
        parts = story("parts", text="Åldern hade en gräns.")
        fill(index, [parts, story("whole", text="En åldersgräns." + " ord" * 30), story("x", text="annat")])
        assert found(index, "aldersgrans") == found(index, "åldersgräns")

    def test_a_frequent_word_gets_no_variant(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="mal"), story("b", text="mål")])
        results = index.search(Query("mal"))
        assert ids(results) == ["a"]
        assert results.suggestion is None

    def test_dots_typed_are_meant(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="far"), story("b", text="får")])
        assert found(index, "får") == ["b"]

    def test_other_accents_do_not_matter(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="En idé på Café Müller")])
        assert found(index, "ide") == found(index, "café") == found(index, "muller") == ["a"]

    def test_composed_and_decomposed_letters_are_the_same(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="mo\u0308te")])
        assert found(index, "möte") == ["a"]


class TestTypingErrors:
    @pytest.mark.parametrize(
        "typed", ["uphandling", "upphandlnig", "upphandlimg", "uppphandling", "upphandlingg"]
    )
    def test_one_wrong_letter_is_forgiven(self, index: SearchIndex, typed: str) -> None:
        fill(index, [story("a", text="upphandling"), story("b", text="annat")])
        results = index.search(Query(f"{typed} nu"))
        assert ids(results) == ["a"]
        assert results.corrected
        assert results.suggestion is not None
        assert results.suggestion.text == "upphandling nu"
        assert results.suggestion.pieces == (("upphandling", True), (" nu", False))

    def test_a_misspelt_inflection_that_nobody_has(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="en upphandling")])
        assert found(index, "uphandlingarna") == ["a"]

    def test_the_parts_of_a_mended_word_count_after_the_word(self, index: SearchIndex) -> None:
        parts = story("parts", text="upphandling" + " ord" * 9 + " plan plan plan")
        fill(index, [parts, story("whole", text="En upphandlingsplan." + " ord" * 60)])
        assert found(index, "uphandlingsplan") == ["whole", "parts"]

    @pytest.mark.parametrize("typed", ["gran", "granar", "hand", "handen"])
    def test_a_short_word_of_the_dictionary_is_no_slip(self, index: SearchIndex, typed: str) -> None:
        fill(index, [story("a", text="Gränsen drogs i vårt land. Så hände det, och grann var den.")])
        results = index.search(Query(typed))
        assert ids(results) == []
        assert results.suggestion is None

    def test_a_long_word_of_the_dictionary_finds_a_slip_in_a_story(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="En komunikation.")])
        assert found(index, "kommunikation") == ["a"]

    def test_a_stop_word_is_nothing_to_be_taken_for(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="Det delas in-te upp.")])
        results = index.search(Query("innte"))
        assert ids(results) == []
        assert results.suggestion is None

    def test_a_known_word_is_not_corrected(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="data"), story("b", text="datum dator")])
        assert index.search(Query("data")).suggestion is None

    def test_a_word_in_quotation_marks_is_meant(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="upphandling")])
        assert found(index, '"uphandling"') == []

    def test_numbers_are_meant(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="dnr 20181234")])
        assert found(index, "20181235") == []

    def test_the_likelier_word_is_suggested(self, index: SearchIndex) -> None:
        fill(
            index,
            [story("rare", text="testet"), *(story(f"x{number}", text="texten") for number in range(9))],
        )
        suggestion = index.search(Query("texter texxten")).suggestion
        assert suggestion is not None
        assert suggestion.text == "texter texten"


class TestFacets:
    @pytest.fixture
    def filled(self, index: SearchIndex) -> SearchIndex:
        def made(name: str, kind: str, outcome: str, *years: int) -> object:
            return story(
                name, text="moln", facets={Facet.KIND: (kind,), Facet.OUTCOME: (outcome,)}, years=years
            )

        return fill(
            index,
            [
                made("1", "good", "done", 2015, 2016),
                made("2", "good", "late", 2016),
                made("3", "bad", "late", 2016, 2017, 2018),
                made("4", "bad", "stopped", 2019),
                story("5", text="annat", facets={Facet.KIND: ("good",)}),
            ],  # type: ignore[list-item]
        )

    def test_all_are_counted(self, filled: SearchIndex) -> None:
        facets = filled.search(Query("moln")).facets
        assert set(facets) == set(Facet)
        assert facets[Facet.KIND] == (("bad", 2), ("good", 2))
        assert facets[Facet.OUTCOME] == (("late", 2), ("done", 1), ("stopped", 1))
        assert dict(facets[Facet.YEAR]) == {"2015": 1, "2016": 3, "2017": 1, "2018": 1, "2019": 1}
        assert facets[Facet.DOMAIN] == ()

    def test_counts_add_up_to_what_a_choice_gives(self, filled: SearchIndex) -> None:
        results = filled.search(Query("moln", filters={Facet.KIND: frozenset({"bad"})}))
        for facet, counts in results.facets.items():
            for value, count in counts:
                chosen = {Facet.KIND: frozenset({"bad"}), facet: frozenset({value})}
                assert filled.search(Query("moln", filters=chosen)).total == count, (facet, value)

    def test_either_within_a_facet_and_both_between(self, filled: SearchIndex) -> None:
        either = {Facet.OUTCOME: frozenset({"done", "late"})}
        assert set(found(filled, "", filters=either)) == {"1", "2", "3"}
        both = {**either, Facet.KIND: frozenset({"good"})}
        assert set(found(filled, "", filters=both)) == {"1", "2"}

    def test_a_facet_is_counted_under_the_other_choices_only(self, filled: SearchIndex) -> None:
        facets = filled.search(Query("", filters={Facet.KIND: frozenset({"bad"})})).facets
        assert facets[Facet.KIND] == (("good", 3), ("bad", 2))
        assert facets[Facet.OUTCOME] == (("late", 1), ("stopped", 1))

    def test_a_chosen_value_without_stories_is_there_with_zero(self, filled: SearchIndex) -> None:
        facets = filled.search(Query("annat", filters={Facet.KIND: frozenset({"bad", "unknown"})})).facets
        assert facets[Facet.KIND] == (("good", 1), ("bad", 0), ("unknown", 0))

    def test_no_choice_within_a_facet_is_no_filter(self, filled: SearchIndex) -> None:
        assert filled.search(Query("", filters={Facet.KIND: frozenset()})).total == 5

    @pytest.mark.parametrize(
        ("span", "expected"),
        [
            ((2016, 2016), {"1", "2", "3"}),
            ((2017, 2018), {"3"}),
            ((None, 2015), {"1"}),
            ((2018, None), {"3", "4"}),
            ((None, None), {"1", "2", "3", "4"}),
            ((2030, 2040), set()),
        ],
    )
    def test_years_overlap(
        self, filled: SearchIndex, span: tuple[int | None, int | None], expected: set[str]
    ) -> None:
        assert set(found(filled, "", years=span)) == expected

    def test_the_span_of_years_does_not_narrow_the_count_of_years(self, filled: SearchIndex) -> None:
        facets = filled.search(Query("moln", years=(2019, 2019))).facets
        assert dict(facets[Facet.YEAR])["2016"] == 3
        assert facets[Facet.OUTCOME] == (("stopped", 1),)

    def test_they_can_be_left_out(self, filled: SearchIndex) -> None:
        assert filled.search(Query("", facets=())).facets == {}


class TestOrderAndPages:
    def test_newest_first(self, index: SearchIndex) -> None:
        fill(
            index,
            [
                story("old", title="Moln", on=date(2019, 5, 1)),
                story("new", text="moln", on=date(2024, 5, 1)),
                story("between", text="moln", on=date(2021, 5, 1)),
            ],
        )
        assert found(index, "moln", sort=Sort.NEWEST) == ["new", "between", "old"]
        assert found(index, "moln")[0] == "old"

    def test_the_dearest_first_and_unknown_cost_last(self, index: SearchIndex) -> None:
        fill(
            index, [story("none"), story("free", cost=0), story("dear", cost=9_000_000), story("mid", cost=5)]
        )
        assert found(index, "", sort=Sort.COST) == ["dear", "mid", "free", "none"]

    def test_pages_hold_every_story_once(self, index: SearchIndex) -> None:
        fill(index, [story(f"{number:02}", text="moln") for number in range(25)])
        pages = [index.search(Query("moln", page=page)) for page in (1, 2, 3, 4)]
        assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
        assert {page.total for page in pages} == {25}
        assert len({entry_id for page in pages for entry_id in ids(page)}) == 25

    @pytest.mark.parametrize(("page", "per_page", "hits"), [(0, 2, 2), (-5, 2, 2), (1, 0, 1), (1, 9999, 3)])
    def test_senseless_pages_are_clamped(
        self, index: SearchIndex, page: int, per_page: int, hits: int
    ) -> None:
        fill(index, [story(name) for name in "abc"])
        assert len(index.search(Query("", page=page, per_page=per_page)).hits) == hits

    def test_the_hundredth_page_is_the_last(self, index: SearchIndex) -> None:
        fill(index, [story(f"{number:03}") for number in range(101)])
        last = index.search(Query("", page=100, per_page=1))
        assert index.search(Query("", page=10_000, per_page=1)).hits == last.hits


class TestSnippets:
    def test_inflected_words_are_marked_in_title_and_text(self, index: SearchIndex) -> None:
        fill(index, [story("a", title="Myndighetens e-tjänster", summary="Flera myndigheter deltog.")])
        (hit,) = index.search(Query("myndighet etjänst")).hits
        assert hit.title == (("Myndighetens", True), (" ", False), ("e-tjänster", True))
        assert hit.snippets == ((("Flera ", False), ("myndigheter", True), (" deltog.", False)),)

    def test_beginnings_are_marked(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="Stor upphandling nu")])
        (hit,) = index.search(Query("upph*")).hits
        assert ("upphandling", True) in hit.snippets[0]

    def test_the_corrected_word_is_marked(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="Stor upphandling nu")])
        (hit,) = index.search(Query("uphandling")).hits
        assert ("upphandling", True) in hit.snippets[0]

    def test_excluded_words_are_not_marked(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="moln och titel")])
        (hit,) = index.search(Query("moln -titel:titel")).hits
        assert [text for text, marked in hit.snippets[0] if marked] == ["moln"]

    def test_markup_is_text(self, index: SearchIndex) -> None:
        fill(index, [story("a", title="<b>Moln</b>", text="moln <script>alert(1)</script>")])
        (hit,) = index.search(Query("moln")).hits
        assert hit.title == (("<b>", False), ("Moln", True), ("</b>", False))
        assert "".join(text for text, _ in hit.snippets[0]) == "moln <script>alert(1)</script>"

    def test_they_can_be_left_out(self, index: SearchIndex) -> None:
        fill(index, [story("a", title="Moln")])
        (hit,) = index.search(Query("moln", with_snippets=False)).hits
        assert (hit.title, hit.snippets) == ((), ())


class TestWriting:
    def test_put_replaces_and_delete_takes_away(self, index: SearchIndex) -> None:
        fill(index, [story("a", text="moln"), story("b", text="moln")])
        index.apply([story("a", text="skola"), story("c", text="moln")], ["b"])
        assert set(found(index, "moln")) == {"c"}
        assert found(index, "skola") == ["a"]
        assert found(index, "")

    def test_the_last_of_two_documents_with_one_id_counts(self, index: SearchIndex) -> None:
        index.apply([story("a", text="moln"), story("a", text="skola")], [])
        assert found(index, "moln") == []
        assert found(index, "skola") == ["a"]

    def test_put_and_delete_of_the_same_id_keeps_the_document(self, index: SearchIndex) -> None:
        index.apply([story("a", text="moln")], ["a"])
        assert found(index, "moln") == ["a"]

    def test_deleting_what_is_not_there_is_nothing(self, index: SearchIndex) -> None:
        index.apply([], ["nobody"])
        assert found(index, "") == []

    def test_fingerprints_are_those_of_the_living(self, index: SearchIndex) -> None:
        fill(index, [story("a"), story("b")])
        index.apply([replace(story("a"), fingerprint="a-2")], ["b"])
        assert index.fingerprints() == {"a": "a-2"}

    def test_deleted_stories_are_in_no_count(self, index: SearchIndex) -> None:
        made = [story(name, text="moln", facets={Facet.KIND: ("good",)}, years=(2020,)) for name in "abcd"]
        fill(index, made)
        index.apply([], ["a"])
        results = index.search(Query("moln"))
        assert (results.total, results.facets[Facet.KIND]) == (3, (("good", 3),))
        assert index.search(Query("", years=(2020, 2020))).total == 3

    def test_many_small_commits_stay_right(self, index: SearchIndex) -> None:
        for number in range(25):
            index.apply([story(f"{number}", text=f"moln nummer{number}")], [str(number - 5)])
        assert set(found(index, "moln", per_page=50)) == {str(number) for number in range(20, 25)}
        assert found(index, "nummer22") == ["22"]
        assert found(index, "nummer3 -moln") == []

    def test_rebuild_replaces_everything_and_reports_its_progress(self, index: SearchIndex) -> None:
        fill(index, [story("old")])
        steps: list[int] = []
        assert index.rebuild((story(str(number)) for number in range(60)), steps.append) == 60
        assert sum(steps) == 60
        assert "old" not in index.fingerprints()
