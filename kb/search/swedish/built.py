"""Files built once from the data of a package, by a child process: a web process stays small."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from kb.domain.errors import SearchUnavailable, StorageUnavailable

_BUILD_SECONDS = 120


def build_in_child(module: str, file: Path) -> None:
    """Run a module that writes the file it is given. Raises ``SearchUnavailable`` when it does not."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageUnavailable(
            "Det går inte att skriva i sökindexets mapp. "
            "Kontrollera att disken inte är full eller skrivskyddad."
        ) from error
    child = subprocess.run(  # noqa: S603 - our own module, with a path that we made
        [sys.executable, "-m", module, str(file)], capture_output=True, check=False, timeout=_BUILD_SECONDS
    )
    if child.returncode != 0 or not file.exists():
        raise SearchUnavailable(
            "Sökningens ordlista kunde inte byggas. Kontrollera att disken inte är full och kör sedan "
            "kommandot kb search rebuild."
        )


def write_whole(file: Path, write: Callable[[Path], Path]) -> None:
    """Let ``write`` make a file in the folder it is given; take it over whole or not at all."""
    with tempfile.TemporaryDirectory(dir=file.parent) as own:
        written = write(Path(own))
        with written.open("rb") as stream:
            os.fsync(stream.fileno())
        written.replace(file)
