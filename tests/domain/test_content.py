"""Rules for text: addresses, headings, limits, and the hash that an approval names."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain import content
from kb.domain.errors import Invalid
from kb.domain.vocabulary import EntrySize


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Nytt ärendesystem på Åland", "nytt-arendesystem-pa-aland"),
        ("E-deklaration: genombrottet", "e-deklaration-genombrottet"),
        ("  Två   ord  ", "tva-ord"),
        ("Café Übersicht Ærø", "cafe-ubersicht-aro"),
        ("100 % digitalt – eller?", "100-digitalt-eller"),
        ("åäö", "aao"),
        ("日本", "erfarenhet"),
        ("", "erfarenhet"),
        ("!!!", "erfarenhet"),
        ("Łódź", "odz"),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert content.slugify(title) == slug


def test_a_slug_is_cut_without_a_hyphen_at_its_end() -> None:
    assert content.slugify("a" * 79 + " b") == "a" * 79
    assert len(content.slugify("ord " * 100)) <= 80


@given(st.text(max_size=200))
def test_any_title_gives_a_part_of_an_address(title: str) -> None:
    slug = content.slugify(title)
    assert slug.strip("-") == slug
    assert 1 <= len(slug) <= 80
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert content.slugify(slug) == slug


def test_a_decomposed_letter_gives_the_same_slug() -> None:
    assert content.slugify(unicodedata.normalize("NFD", "Åtgärder för ökad säkerhet")) == (
        "atgarder-for-okad-sakerhet"
    )


class TestHash:
    def test_the_order_of_keys_and_the_form_of_letters_do_not_matter(self) -> None:
        one = {"title": "Läget", "facts": {"low": 1, "high": 2}}
        two = {"facts": {"high": 2, "low": 1}, "title": unicodedata.normalize("NFD", "Läget")}
        assert content.canonical_hash(one) == content.canonical_hash(two)

    def test_every_value_matters(self) -> None:
        source = {"title": "Läget", "low": 1, "day": date(2026, 1, 1), "outcomes": ["a", "b"]}
        changes = [
            {"title": "Läge"},
            {"low": 2},
            {"low": None},
            {"low": "1"},
            {"day": date(2026, 1, 2)},
            {"outcomes": ["b", "a"]},
        ]
        hashes = {content.canonical_hash({**source, **change}) for change in [{}, *changes]}
        assert len(hashes) == 1 + len(changes)

    def test_it_is_the_same_in_every_release(self) -> None:
        """Approvals are stored with it: another figure here makes every stored one worthless."""
        assert content.canonical_hash({"title": "Läget", "body": "Text", "low": 1}) == (
            "6f9bd68ca593b24c41c5cf3a8b3702544c12c5f5267f4d2c335dd19e345d2056"
        )


def test_the_template_has_its_headings_in_order() -> None:
    names = [name for names in content.SECTIONS for name in names]
    assert [content.section_rank(f" {name} ") for name in names] == [0, 1, 1, 2, 3, 4, 5]
    assert content.section_rank("Övrigt") is None


@pytest.mark.parametrize(
    "headings",
    [
        [],
        ["Läget"],
        ["Läget", "Effekter"],
        [names[0] for names in content.SECTIONS],
        [names[-1] for names in content.SECTIONS],
    ],
)
def test_headings_in_the_order_of_the_template_pass(headings: list[str]) -> None:
    content.check_headings(headings)


@pytest.mark.parametrize(
    ("headings", "says"),
    [
        (["Effekter", "Läget"], "”Läget” kommer i fel ordning"),
        (["Läget", "Läget"], "”Läget” kommer i fel ordning"),
        (["Vad vi gjorde", "Vad som gjordes"], "”Vad som gjordes” kommer i fel ordning"),
        (["Läget", "Slutord"], "”Slutord” finns inte i mallen. Använd någon av: Läget, Vad vi gjorde"),
        (["läget"], "”läget” finns inte"),
        (["100 % klart"], "”100 % klart” finns inte"),
    ],
)
def test_other_headings_are_refused_by_name(headings: list[str], says: str) -> None:
    with pytest.raises(Invalid) as caught:
        content.check_headings(headings)
    assert says in str(caught.value)
    assert caught.value.field == "body"


GOOD = ("Titel", "Sammanfattning", "Text")


@pytest.mark.parametrize(
    ("title", "summary", "body"),
    [GOOD, ("t" * 120, "s" * 400, "b" * 100_000), ("ö" * 120, "ö" * 400, "ö" * 50_000)],
)
def test_text_up_to_the_limits_passes(title: str, summary: str, body: str) -> None:
    content.check_text(title, summary, body)


def test_only_a_tip_may_be_without_a_text() -> None:
    content.check_text("Titel", "Sammanfattning", "", EntrySize.TIP)
    for size in (EntrySize.STORY, EntrySize.IN_DEPTH):
        with pytest.raises(Invalid, match="minst ett stycke"):
            content.check_text("Titel", "Sammanfattning", "", size)


@pytest.mark.parametrize(
    ("title", "summary", "body", "field", "says"),
    [
        (" \n", *GOOD[1:], "title", "Skriv en titel"),
        ("t" * 121, *GOOD[1:], "title", "högst 120 tecken"),
        ("Titel", " ", "Text", "summary", "Skriv en sammanfattning"),
        ("Titel", "s" * 401, "Text", "summary", "högst 400 tecken"),
        ("Titel", "Sammanfattning", "\n\n", "body", "minst ett stycke"),
        ("Titel", "Sammanfattning", "b" * 100_001, "body", "för lång"),
        ("Titel", "Sammanfattning", "ö" * 50_001, "body", "för lång"),
    ],
)
def test_text_over_the_limits_is_refused_by_field(
    title: str, summary: str, body: str, field: str, says: str
) -> None:
    with pytest.raises(Invalid) as caught:
        content.check_text(title, summary, body)
    assert caught.value.field == field
    assert says in str(caught.value)
