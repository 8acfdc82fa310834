"""The domain is plain Python (invariant 12): shown in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.shared import ROOT

HEAVY = ("flask", "sqlalchemy", "whoosh", "werkzeug", "jinja2", "numpy", "click", "alembic", "structlog")
MODULES = sorted(
    ".".join(("kb", *path.relative_to(ROOT / "kb").with_suffix("").parts)).removesuffix(".__init__")
    for path in (ROOT / "kb" / "domain").rglob("*.py")
)


def loaded_by(module: str) -> set[str]:
    """The top-level packages that a process has loaded after importing this one."""
    code = f"import json, sys, {module}; print(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", ["kb", "kb.config"])
def test_the_package_and_its_settings_load_no_framework(module: str) -> None:
    assert loaded_by(module) & set(HEAVY) == set(), f"importing {module} must stay cheap and plain"


def test_the_whole_domain_loads_no_framework() -> None:
    assert loaded_by(", ".join(MODULES)) & set(HEAVY) == set(), "the domain is plain Python (DESIGN.md 3.12)"


def test_this_test_sees_what_a_process_loads() -> None:
    assert "sqlalchemy" in loaded_by("kb.db")
    assert {"kb.domain.facts", "kb.domain.published", "kb.domain.workflow"} <= set(MODULES)
