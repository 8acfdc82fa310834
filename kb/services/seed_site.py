"""Site information in a seed folder: what is true of the product itself, and a made-up operator to look at.

What the operator has set is never replaced. A folder without the first file says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kb.domain.errors import Invalid
from kb.domain.site_information import LANGUAGES, clean
from kb.domain.vocabulary import SiteField
from kb.models import SiteOrigin
from kb.services import seed_yaml, site_information
from kb.services.seed_yaml import SeedError

PRODUCT_FILE, DEMO_FILE = "site_information.yaml", "site_information_demo.yaml"


@dataclass(frozen=True, slots=True)
class SeedSiteValue:
    """A value of a field in a language; an empty one answers that there is none."""

    field: SiteField
    language: str
    value: str
    origin: SiteOrigin


def read(folder: Path, *, demo: bool) -> list[SeedSiteValue]:
    """Read and check the files. Raises ``SeedError``."""
    found = []
    if (folder / PRODUCT_FILE).exists():
        found += _read(folder / PRODUCT_FILE, SiteOrigin.PRODUCT)
    if demo:
        found += _read(folder / DEMO_FILE, SiteOrigin.DEMO)
    return found


def put(values: list[SeedSiteValue]) -> None:
    """Set what the operator has not set, in the running transaction."""
    for value in values:
        site_information.put(value.field, value.value, value.language, value.origin)


def _read(path: Path, origin: SiteOrigin) -> list[SeedSiteValue]:
    text = seed_yaml.read(path)
    data = seed_yaml.parse(path, text, offset=0)
    seed_yaml.validate(path, "site_information", data, text, offset=0)
    found = []
    for number, row in enumerate(data):
        field = SiteField(row["field"])
        for language in LANGUAGES:
            if language in row:
                try:
                    value = clean(field, row[language], language)
                except Invalid as error:
                    line = seed_yaml.line_of(text, (number, language), offset=0)
                    raise SeedError(path, line, f"{field.value}: {error}") from error
                found.append(SeedSiteValue(field, language, value, origin))
    return found
