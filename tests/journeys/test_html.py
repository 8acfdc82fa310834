"""The Nu HTML checker on every kind of page (A-11), in one run."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.pages import LANGUAGES, empty_kinds, every_kind_in
from tests.journeys.server import Site
from tests.journeys.stocking import Stock
from tests.shared import ROOT

pytestmark = pytest.mark.journey

VNU = ROOT / "tests" / "tools" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

GAPS: dict[str, str] = {}
"""Messages that are gaps of the checker and no faults of ours: the message, and why."""


def check(folder: Path, *, seconds: int = 110) -> list[str]:
    java = shutil.which("java")
    assert java, "Java is missing. make setup installs it (tests/tools/install.sh)."
    assert VNU.exists(), "vnu-jar is missing. make setup fetches it (tests/tools/install.sh)."
    command = [java, "-jar", str(VNU), "--format", "json", "--stdout", "--exit-zero-always"]
    pages = [str(path) for path in sorted(folder.glob("*.html"))]
    result = subprocess.run([*command, *pages], capture_output=True, text=True, check=False, timeout=seconds)
    assert result.returncode == 0, result.stderr
    return [_line(message) for message in json.loads(result.stdout)["messages"] if _counts(message)]


def _counts(message: dict[str, Any]) -> bool:
    is_remark = message["type"] == "info" and message.get("subType") != "warning"
    return not is_remark and message["message"] not in GAPS


def _line(message: dict[str, Any]) -> str:
    place = f"{Path(message['url']).name}:{message.get('lastLine')}"
    return f"{place}: {message['message']} [{message.get('extract', '').strip()[:200]}]"


def test_every_page_is_valid_html(stocked: Site, bare: Site, stock: Stock, tmp_path: Path) -> None:
    """A-11: in each language, and with the Markdown of stories in them.

    The catalogue of parts is Swedish content whatever its address says, so it is asked for in Swedish only.
    """
    kinds = [(stocked, kind) for language in LANGUAGES for kind in every_kind_in(language, stock)]
    kinds += [(bare, kind) for language in LANGUAGES for kind in empty_kinds(language)]
    kinds = [(site, kind) for site, kind in kinds if kind.name != "components-en"]
    for site, kind in kinds:
        answer = kind.fetch(site)
        assert answer.header("content-type") == "text/html; charset=utf-8", kind.name
        (tmp_path / f"{kind.name}.html").write_bytes(answer.body)
    fault = tmp_path / "fault.html"
    fault.write_text("<!doctype html><html lang=sv><title>Fel</title><p id=a><p id=a><img src=x>")
    said = check(tmp_path)
    known, found = ([line for line in said if line.startswith("fault.html") is own] for own in (True, False))
    assert known, "the checker finds what is wrong"
    assert not found, "\n".join(found)
