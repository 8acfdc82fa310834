"""The English of the interface is whole, and that of the sources as they are. A failure says what to run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.mofile import read_mo

from tests import catalogue
from tests.shared import ROOT

RUN = "run make messages, translate what it names in kb/translations/en/LC_MESSAGES/messages.po, run it again"


@pytest.fixture(scope="module")
def english() -> Catalog:
    return catalogue.committed()


@pytest.fixture(scope="module")
def sources() -> Catalog:
    return catalogue.extracted()


def translations(of: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {catalogue.forms(message.id): catalogue.forms(message.string) for message in messages(of)}


def messages(of: Catalog) -> Iterator[Message]:
    return (message for message in of if message.id)


def test_the_catalogue_has_the_messages_of_the_sources_and_no_others(
    english: Catalog, sources: Catalog
) -> None:
    there, wanted = catalogue.identities(english), catalogue.identities(sources)
    assert wanted - there == set(), f"not in the catalogue: {RUN}"
    assert there - wanted == set(), f"no longer in the sources: {RUN}"


def test_everything_is_translated(english: Catalog) -> None:
    assert list(catalogue.untranslated(english)) == [], f"without English: {RUN}"


def test_nothing_is_guessed(english: Catalog) -> None:
    """``msgmerge`` and its like mark a guess as fuzzy; we have none."""
    fuzzy = [message.id for message in messages(english) if message.fuzzy]
    assert fuzzy == [], "translate them anew and take away '#, fuzzy'"
    assert not english.obsolete, f"translations without a source: {RUN}"


def test_the_compiled_file_is_that_of_the_catalogue(english: Catalog) -> None:
    with catalogue.MO.open("rb") as file:
        compiled = read_mo(file)
    assert translations(compiled) == translations(english), f"the .mo is not of this .po: {RUN}"


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|%%", text))


def test_values_have_the_same_places_in_both_languages(english: Catalog) -> None:
    wrong = []
    for message in messages(english):
        both = zip(catalogue.forms(message.id), catalogue.forms(message.string), strict=True)
        for at, (swedish, translated) in enumerate(both):
            differ = placeholders(swedish) ^ placeholders(translated)
            # A singular may say its number in words: "för en vecka sedan".
            if differ - ({"%(num)s"} if message.pluralizable and at == 0 else set()):
                wrong.append(swedish)
    assert wrong == [], "other %(places)s in English than in Swedish"


def test_what_counts_has_a_singular_and_a_plural(english: Catalog) -> None:
    wrong = [
        message.id
        for message in messages(english)
        if message.pluralizable != (len(catalogue.forms(message.string)) == english.num_plurals == 2)
    ]
    assert wrong == [], "give both msgstr[0] and msgstr[1]"


def test_no_translation_is_left_in_swedish(english: Catalog) -> None:
    """The Swedish query words that a text shows as examples are the exception."""
    examples = re.compile(r"ärendehantering")
    left = [
        form
        for message in messages(english)
        for form in catalogue.forms(message.string)
        if re.search(r"[åäöÅÄÖ]", examples.sub("", form))
    ]
    assert left == []


def test_quotation_marks_and_spaces_are_those_of_the_language(english: Catalog) -> None:
    for message in messages(english):
        for swedish, form in zip(catalogue.forms(message.id), catalogue.forms(message.string), strict=True):
            assert "'" not in form, f"write ’ in: {form}"
            assert not re.search(r"”[^“]*”", form), f"write “ ” in: {form}"
            assert form.strip() == form or swedish.strip() != swedish, f"take away the space around: {form!r}"


def forbidden() -> list[str]:
    [line] = re.findall(
        r"^Ord som inte används i gränssnittets engelska: (.+)$",
        (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return re.findall(r"\*([^*]+)\*", line)


def test_each_thing_has_one_english_word(english: Catalog) -> None:
    pattern = re.compile(rf"\b({'|'.join(forbidden())})s?\b(?! map)", re.IGNORECASE)
    found = {
        form: words.group()
        for message in messages(english)
        for form in catalogue.forms(message.string)
        if (words := pattern.search(re.sub(r"%\(\w+\)s", "", form)))
    }
    assert found == {}, "docs/glossary.md has the word to use"


def raised_messages(path: Path) -> Iterator[tuple[int, ast.expr]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") in catalogue.ERRORS:
            yield node.lineno, node.args[0]


def marked_constants(path: Path) -> set[str]:
    """Names that are given a translatable text in the module."""
    return {
        target.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "translatable"
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def test_every_message_of_an_error_can_be_found_by_the_extraction() -> None:
    hidden = []
    for path in sorted((ROOT / "kb").rglob("*.py")):
        marked = marked_constants(path)
        for line, message in raised_messages(path):
            literal = isinstance(message, ast.Constant) and isinstance(message.value, str)
            passed_on = isinstance(message, ast.Name) and (message.id in marked or message.id == "message")
            if not (literal or passed_on or "cli" in path.parts):
                hidden.append(f"{path.relative_to(ROOT)}:{line}")
    assert hidden == [], "write the sentence where it is raised, or in a constant marked by translatable()"


def test_the_words_of_the_tables_are_there(english: Catalog) -> None:
    for table in catalogue.TABLES.values():
        assert table
        assert [label for label in table.values() if label not in english] == []
