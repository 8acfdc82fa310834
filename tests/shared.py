"""Where the shared evaluation data lies: beside the checkout, in CI too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared_path(relative: str) -> Path:
    """The path of a shared data file; skips the test, saying why, where it is not beside the checkout."""
    base = Path(os.environ.get("KB_SHARED", ROOT.parent / "shared"))
    path = base / relative
    if not path.exists():
        pytest.skip(f"the shared evaluation data is not beside this checkout: {relative}")
    return path
