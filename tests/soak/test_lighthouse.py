"""Lighthouse on the pages that readers meet first: at least 95 of 100 in every category.

It imitates a middling telephone on a slow network. Its count for speed suffers when the machine does other
work meanwhile, so speed may be tried three times and the best counts; the other counts are tried once.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import server
from tests.journeys.browser import ARGUMENTS
from tests.journeys.server import Site
from tests.shared import ROOT

pytestmark = pytest.mark.soak

PROGRAM = ROOT / "tests" / "tools" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
LEAST = 0.95
TRIES = 3
CATEGORIES = {"performance", "accessibility", "best-practices", "seo"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    instance = tmp_path_factory.mktemp("lighthouse")
    server.kb(instance, "db", "upgrade")
    server.kb(instance, "seed", "--demo")
    with server.serving(instance) as running:
        yield running


def judged(url: str, folder: Path) -> tuple[dict[str, float], list[str]]:
    """The counts, and what cost something."""
    assert PROGRAM.exists(), (
        "Lighthouse is missing. make soak fetches it (tests/tools/install.sh lighthouse)."
    )
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "Chromium is missing. make setup installs it (tests/tools/install.sh)."
    report = folder / "report.json"
    subprocess.run(
        [
            PROGRAM,
            url,
            "--output=json",
            f"--output-path={report}",
            "--quiet",
            "--no-enable-error-reporting",
            f"--chrome-flags=--headless {' '.join(flag for flag in ARGUMENTS if ' ' not in flag)}",
        ],
        env={**os.environ, "CHROME_PATH": chromium},
        check=True,
        capture_output=True,
        timeout=180,
    )
    found = json.loads(report.read_text())
    counts = {name: category["score"] for name, category in found["categories"].items()}
    weak = [f"{audit['id']}: {audit['title']}" for audit in found["audits"].values() if audit["score"] == 0]
    return counts, weak


def first_story(site: Site, language: str) -> str:
    page = server.ask(site.url, f"{language}/sok").body.decode()
    found = re.search(r'href="((?:/en)?/erfarenheter/[0-9A-Z]{26}/[a-z0-9-]+)', page)
    assert found
    return found[1]


@pytest.mark.parametrize("kind", ["home", "list", "results", "story", "home-en"])
def test_lighthouse_finds_little_to_mend(site: Site, tmp_path: Path, kind: str) -> None:
    path = {
        "home": "/",
        "list": "/sok",
        "results": "/sok?q=upphandling",
        "story": first_story(site, ""),
        "home-en": "/en/",
    }[kind]
    counts, weak = judged(site.url + path, tmp_path)
    assert counts.keys() == CATEGORIES
    for _ in range(TRIES - 1):
        if counts["performance"] < LEAST:
            again, _weak = judged(site.url + path, tmp_path)
            counts["performance"] = max(counts["performance"], again["performance"])
    # The results of a query ask not to be indexed (O-04), which Lighthouse counts as a fault of its own.
    wanted = CATEGORIES - {"seo"} if kind == "results" else CATEGORIES
    low = {name: count for name, count in counts.items() if name in wanted and count < LEAST}
    assert not low, f"{low}: {weak}"
