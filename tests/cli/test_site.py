"""``kb site``: setting what the site says of itself, and hearing what is missing."""

from __future__ import annotations

import io
import sys

import pytest

from kb.domain import clock
from kb.domain.vocabulary import LABELS, SiteField
from tests.cli.conftest import Run, is_one_swedish_line


def test_every_field_is_shown_with_its_name(run: Run) -> None:
    done = run("site", "show")
    assert done.returncode == 0
    for field in SiteField:
        assert f"{field.value} – {LABELS[field]}" in done.stdout
    assert done.stdout.count("(inte ifyllt)") >= len(SiteField)


def test_a_value_is_set_shown_and_replaced(run: Run) -> None:
    assert run("site", "set", "authority", "Skogsstyrelsen").returncode == 0
    assert run("site", "set", "answering_time", "inom en vecka").returncode == 0
    assert run("site", "set", "answering_time", "within a week", "--language", "en").returncode == 0
    assert run("site", "set", "organisation_number", "--nothing").returncode == 0
    shown = run("site", "show").stdout
    assert "    Skogsstyrelsen\n" in shown
    assert "    sv  inom en vecka\n    en  within a week\n" in shown
    assert f"{LABELS[SiteField.ORGANISATION_NUMBER]}\n    (finns inte)\n" in shown


def test_a_text_of_several_lines_comes_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Gatan 1\n123 45 Staden\n"))
    assert run("site", "set", "postal_address", "-").returncode == 0
    assert "    Gatan 1\n    123 45 Staden\n" in run("site", "show").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("email", "kansliet"), 1),
        (("authority", "--nothing"), 1),
        (("authority", "The Forest Agency", "--language", "en"), 1),
        (("authority",), 2),
        (("authority", "Skogsstyrelsen", "--nothing"), 2),
        (("motto", "Framåt"), 2),
        (("authority", "Metsähallitus", "--language", "fi"), 2),
    ],
)
def test_what_cannot_be_set_is_refused(run: Run, arguments: tuple[str, ...], code: int) -> None:
    done = run("site", "set", *arguments)
    assert done.returncode == code
    assert code == 2 or is_one_swedish_line(done)
    assert "(finns inte)" not in run("site", "show").stdout


def test_the_check_says_which_page_waits_for_what(run: Run) -> None:
    assert run("seed").returncode == 0
    waiting = run("site", "check")
    assert waiting.returncode == 1
    assert "/tillganglighetsredogorelse väntar på:\n    authority – " in waiting.stdout
    assert "service_name" not in waiting.stdout
    assert run("seed", "--demo").returncode == 0
    done = run("site", "check")
    assert done.returncode == 0
    assert "Ingen sida väntar på en uppgift." in done.stdout
    assert "Påhittade för demonstration: authority, email" in done.stdout
    assert run("site", "set", "conformity", "full").returncode == 0
    assert run("site", "set", "answering_time", "inom en vecka").returncode == 0
    done = run("site", "check")
    assert done.returncode == 1
    assert "säger emot varandra" in done.stdout


def test_the_check_speaks_of_english_and_of_age(run: Run) -> None:
    run("site", "set", "assessment_method", "Själva.")
    run("site", "set", "assessed_on", "2020-02-29")
    said = run("site", "check").stdout
    assert "Saknas på engelska: assessment_method." in said
    assert "är från 2020-02-29" in said


def test_the_doctor_warns_of_what_is_missing_old_or_made_up(run: Run) -> None:
    key = {"KB_SECRET_KEY": "x" * 48}  # the same from the first: the audit log is anchored with it
    waiting = run("doctor", **key).stdout
    assert "VARNING Uppgifter om webbplatsen: De här sidorna väntar på uppgifter: " in waiting
    assert run("seed", "--demo", **key).returncode == 0
    run("site", "set", "assessed_on", clock.today().isoformat(), **key)
    assert "OK      Uppgifter om webbplatsen" in run("doctor", **key).stdout
    production = {"KB_ENVIRONMENT": "production", "KB_BASE_URL": "https://erfarenhetsbanken.example"}
    in_production = run("doctor", **key, **production)
    assert "VARNING Uppgifter om webbplatsen: Webbplatsen visar påhittade uppgifter: " in in_production.stdout
    assert in_production.returncode == 0
    run("site", "set", "assessed_on", "2020-02-29", **key)
    assert "är från 2020-02-29 och äldre än ett år" in run("doctor", **key).stdout
