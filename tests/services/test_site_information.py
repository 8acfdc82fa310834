"""Who may set what the site says of itself, and what is missing before it may open (A-01)."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from kb.config import resource
from kb.db import db, writing
from kb.domain.errors import Invalid
from kb.domain.site_information import RULES, SitePage
from kb.domain.vocabulary import SiteField
from kb.models import SiteOrigin, SiteValue
from kb.services import seed_site, site_information
from kb.services.seed_yaml import SeedError

TODAY = date(2026, 11, 23)
PRODUCT = {SiteField.SERVICE_NAME, SiteField.ASSESSMENT_METHOD, SiteField.KNOWN_FAULTS}


def seed(*, demo: bool, folder: Path | None = None) -> None:
    with writing(db.session):
        seed_site.put(seed_site.read(folder or resource("seed"), demo=demo))


def test_a_value_is_kept_and_replaced(app: Flask) -> None:
    site_information.put(SiteField.AUTHORITY, " Skogsstyrelsen ")
    site_information.put(SiteField.ANSWERING_TIME, "inom en vecka")
    site_information.put(SiteField.ANSWERING_TIME, "within a week", "en")
    site_information.put(SiteField.AUTHORITY, "Boverket")
    assert site_information.read().values == {
        (SiteField.AUTHORITY, "sv"): "Boverket",
        (SiteField.ANSWERING_TIME, "sv"): "inom en vecka",
        (SiteField.ANSWERING_TIME, "en"): "within a week",
    }


def test_a_value_that_is_refused_changes_nothing(app: Flask) -> None:
    site_information.put(SiteField.EMAIL, "kansliet@exempel.se")
    with pytest.raises(Invalid):
        site_information.put(SiteField.EMAIL, "kansliet")
    assert site_information.read().values == {(SiteField.EMAIL, "sv"): "kansliet@exempel.se"}


def test_the_product_speaks_for_itself_and_for_nobody_else(app: Flask) -> None:
    """The operator's own fields are never invented: a production start has none."""
    seed(demo=False)
    information = site_information.read()
    assert {field for field, _ in information.values} == PRODUCT
    assert not information.untranslated()
    assert information.faults()
    assert len(information.faults("en")) == len(information.faults("sv"))
    found = site_information.shortcomings(TODAY)
    assert set(found.missing) == set(SitePage)
    assert found.made_up == ()


def test_the_demonstration_fills_every_page_and_says_that_it_is_made_up(app: Flask) -> None:
    seed(demo=True)
    found = site_information.shortcomings(TODAY)
    assert (found.missing, found.untranslated, found.contradicts_itself, found.stale) == ({}, (), False, None)
    assert SiteField.AUTHORITY in found.made_up
    assert not set(found.made_up) & PRODUCT
    information = site_information.read()
    authority = information.text(SiteField.AUTHORITY)
    assert authority
    assert "demonstration" in authority.text
    hosts = re.findall(r"@([\w.-]+)", "\n".join(information.values.values()))
    assert hosts
    assert all(host.endswith(".example") for host in hosts)


def test_the_seed_replaces_its_own_values_and_never_the_operators(app: Flask, tmp_path: Path) -> None:
    seed(demo=True)
    site_information.put(SiteField.AUTHORITY, "Skogsstyrelsen")
    site_information.put(SiteField.KNOWN_FAULTS, "hearing | Filmer saknar text. | De är gamla.")
    folder = tmp_path / "seed"
    folder.mkdir()
    (folder / "site_information.yaml").write_text(
        "- field: service_name\n  sv: Nytt namn\n", encoding="utf-8"
    )
    shutil.copy(resource("seed") / "site_information_demo.yaml", folder)
    seed(demo=True, folder=folder)
    values = site_information.read().values
    assert values[SiteField.SERVICE_NAME, "sv"] == "Nytt namn"
    assert values[SiteField.AUTHORITY, "sv"] == "Skogsstyrelsen"
    assert "Filmer" in values[SiteField.KNOWN_FAULTS, "sv"]
    row = db.session.get_one(SiteValue, (SiteField.AUTHORITY, "sv"))
    assert row.origin is SiteOrigin.OPERATOR
    assert SiteField.AUTHORITY not in site_information.shortcomings(TODAY).made_up


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("- field: motto\n  sv: Hej\n", 1, "motto"),
        ("- field: authority\n  sv: A\n- field: email\n  sv: kansliet\n", 4, "e-postadress"),
        ("- field: authority\n  sv: A\n  en: B\n", 3, "samma värde på alla språk"),
        ("- field: authority\n", 1, "sv"),
    ],
)
def test_a_seed_file_that_is_wrong_is_refused_with_its_line(
    app: Flask, tmp_path: Path, text: str, line: int, reason: str
) -> None:
    (tmp_path / "site_information.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SeedError, match=reason) as refused:
        seed_site.read(tmp_path, demo=False)
    assert refused.value.line == line


def test_a_folder_without_the_file_says_nothing(tmp_path: Path) -> None:
    assert seed_site.read(tmp_path, demo=False) == []


@pytest.mark.parametrize(("days", "is_old"), [(0, False), (366, False), (367, True)])
def test_an_old_assessment_is_said(app: Flask, days: int, is_old: bool) -> None:
    assessed = TODAY - timedelta(days=days)
    site_information.put(SiteField.ASSESSED_ON, assessed.isoformat())
    assert site_information.shortcomings(TODAY).stale == (assessed if is_old else None)


@pytest.mark.parametrize("field", [field for field, rule in RULES.items() if rule.pages])
def test_each_field_that_a_page_needs_is_missed(app: Flask, field: SiteField) -> None:
    seed(demo=True)
    with writing(db.session):
        db.session.delete(db.session.get_one(SiteValue, (field, "sv")))
    found = site_information.shortcomings(TODAY)
    assert found.missing == {page: (field,) for page in SitePage if page in RULES[field].pages}
