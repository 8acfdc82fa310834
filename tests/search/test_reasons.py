"""Why a hit matched: said when the story has not the word as typed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.domain.wordlists import SynonymRole, SynonymSet, WordLists
from kb.search.index import Query, SearchIndex
from kb.search.reasons import Reason, ReasonKind
from kb.search.swedish import Analyzer
from kb.search.swedish.synonyms import Thesaurus
from kb.search.whoosh_index import WhooshIndex
from tests.search.conftest import found, story

S, L, A, R, W = (
    *(SynonymRole.SHORT, SynonymRole.LONG, SynonymRole.ALSO, SynonymRole.READING),
    SynonymRole.WORD,
)
LISTS = WordLists(
    (
        SynonymSet(((S, "LOU"), (L, "lagen om offentlig upphandling"), (A, "upphandlingslagen"))),
        SynonymSet(((S, "SVA"), (L, "Statens veterinäranstalt"), (R, "svenska som andraspråk"))),
        SynonymSet(((S, "HaV"), (L, "Havsmyndigheten")), case_sensitive=True),
        SynonymSet(((W, "agil"), (W, "scrum"), (W, "kanban")), oneway=True),
        SynonymSet(((W, "vårdnadshavare"), (W, "förälder"))),
    )
)
STORIES = [
    story("fordon", "Fordonsregistrering på nätet"),
    story("register", "Registrering av företag"),
    story("lagen", "Domstolen", "Lagen om offentlig upphandling följdes."),
    story("lag", "Andra ord", "En lag är en lag. Ett offentligt möte. En upphandling."),
    story("djur", "Laboratorium", "Statens veterinäranstalt tog emot proverna."),
    story("skolan", "Undervisning", "Svenska som andraspråk är ett ämne."),
    story("scrum", "Teamet", "De arbetade med scrum."),
    story("agil", "Arbetssätt", "De hade agila arbetssätt."),
    story("foralder", "Skolan", "Föräldrarna fick besked."),
    story("hav", "Vatten", "Ett hav av möjligheter."),
    story("havet", "Tillsyn", "Havsmyndigheten beslutade."),
    story("boarding", "Onboarding", "Nya medarbetare."),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, lemma_folder: Path) -> SearchIndex:
    made = WhooshIndex(
        tmp_path_factory.mktemp("reasons") / "index", lemma_folder=lemma_folder, word_lists=lambda: LISTS
    )
    made.rebuild(STORIES)
    return made


def reasons(index: SearchIndex, text: str) -> dict[str, tuple[Reason, ...]]:
    return {hit.entry_id: hit.reasons for hit in index.search(Query(text)).hits}


def test_the_word_itself_needs_no_reason_and_a_part_says_the_compound(index: SearchIndex) -> None:
    assert reasons(index, "registreringar") == {
        "register": (),
        "fordon": (Reason(ReasonKind.COMPOUND, "registreringar", ("fordon", "registrering")),),
    }


def test_a_typed_compound_says_its_own_parts(index: SearchIndex) -> None:
    said = reasons(index, "företagsregistrering")["register"]
    assert said == (Reason(ReasonKind.COMPOUND, "företagsregistrering", ("företag", "registrering")),)


@pytest.mark.parametrize(
    ("text", "entry_id", "word"),
    [
        ("LOU", "lagen", "lagen om offentlig upphandling"),
        ("upphandlingslagen", "lagen", "lagen om offentlig upphandling"),
        ("vårdnadshavarnas", "foralder", "förälder"),
        ("agila", "scrum", "scrum"),
        ("HaV", "havet", "Havsmyndigheten"),
    ],
)
def test_a_synonym_says_which(index: SearchIndex, text: str, entry_id: str, word: str) -> None:
    assert Reason(ReasonKind.SYNONYM, text, (word,)) in reasons(index, text)[entry_id]


def test_a_spelling_says_what_it_was_read_as(index: SearchIndex) -> None:
    assert reasons(index, "uphandling")["lag"] == (
        Reason(ReasonKind.SPELLING, "uphandling", ("upphandling",)),
    )


def test_a_longer_word_is_the_last_resort(index: SearchIndex) -> None:
    assert reasons(index, "boarding") == {
        "boarding": (Reason(ReasonKind.CONTAINS, "boarding", ("onboarding",)),)
    }


def test_without_snippets_there_are_no_reasons(index: SearchIndex) -> None:
    hits = index.search(Query("LOU", with_snippets=False)).hits
    assert [hit.reasons for hit in hits] == [()] * len(hits)


class TestTheThesaurus:
    def test_words_must_stand_beside_each_other(self, index: SearchIndex) -> None:
        assert found(index, "LOU") == ["lagen"]

    def test_several_words_lead_to_the_abbreviation(self, tmp_path: Path, lemma_folder: Path) -> None:
        made = WhooshIndex(tmp_path / "i", lemma_folder=lemma_folder, word_lists=lambda: LISTS)
        made.rebuild([story("lou", "Enligt LOU"), story("lag", "En lag")])
        assert found(made, "lagen om offentlig upphandling")[0] == "lou"

    def test_the_widest_word_leads_to_the_others_and_not_back(self, index: SearchIndex) -> None:
        assert found(index, "agil") == ["agil", "scrum"]
        assert found(index, "scrum") == ["scrum"]

    def test_readings_do_not_lead_to_each_other(self, index: SearchIndex) -> None:
        assert set(found(index, "SVA")) == {"djur", "skolan"}
        assert "djur" not in found(index, '"svenska som andraspråk"')
        assert "djur" not in found(index, "svenska som andraspråk")

    def test_a_short_form_may_hold_only_as_written(self, index: SearchIndex) -> None:
        assert found(index, "HaV")[0] == "hav"
        assert reasons(index, "hav")["havet"][0].kind is ReasonKind.COMPOUND
        assert "lag" not in found(index, "HaV")

    def test_quoted_words_are_meant_as_typed(self, index: SearchIndex) -> None:
        assert found(index, '"LOU"') == []

    def test_of_two_rules_the_longer_goes_first(self, lemma_folder: Path) -> None:
        sets = (SynonymSet(((W, "moln"), (W, "cloud"))), SynonymSet(((W, "moln tjänst"), (W, "saas"))))
        asked = list(Thesaurus(sets, Analyzer(lemma_folder)).expansions(["moln", "tjänst"]))
        assert [(each.start, each.end, each.meanings[0].text) for each in asked] == [
            (0, 2, "saas"),
            (0, 1, "cloud"),
        ]

    def test_a_changed_list_counts_within_a_minute(
        self, tmp_path: Path, lemma_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lists = [WordLists()]
        made = WhooshIndex(tmp_path / "i", lemma_folder=lemma_folder, word_lists=lambda: lists[0])
        made.rebuild(STORIES)
        assert found(made, "LOU") == []
        lists[0] = LISTS
        assert found(made, "LOU") == []
        monkeypatch.setattr("kb.search.swedish.chain._SECONDS", -1.0)
        assert found(made, "LOU") == ["lagen"]
