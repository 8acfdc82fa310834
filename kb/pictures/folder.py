"""The files of the pictures: each whole or not there at all, named by us."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from kb.domain.errors import StorageUnavailable

_NAME = re.compile(r"[0-9A-Z]{26}\.(?:png|jpg|webp)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Folder:
    """``path`` is made at the first need, for the service's own user only."""

    path: Path

    def write(self, name: str, data: bytes) -> None:
        """Put a file there and see it onto the disk. Raises ``StorageUnavailable``."""
        fresh = self.path / f".{secrets.token_hex(8)}.part"
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                fresh.replace(self._of(name))
            except BaseException:
                fresh.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise StorageUnavailable(
                "Det går inte att spara bilden just nu. Inget är ändrat. Vänta en stund och försök igen."
            ) from error

    def read(self, name: str) -> bytes | None:
        """The file, or None where there is none."""
        try:
            return self._of(name).read_bytes()
        except OSError:
            return None

    def delete(self, name: str) -> None:
        with contextlib.suppress(OSError):
            self._of(name).unlink(missing_ok=True)

    def names(self, *, older_than: float = 0) -> frozenset[str]:
        """The pictures that are there and have lain there for as many seconds."""
        before = time.time() - older_than
        with contextlib.suppress(FileNotFoundError):
            return frozenset(
                file.name
                for file in self.path.iterdir()
                if _NAME.fullmatch(file.name) and file.stat().st_mtime <= before
            )
        return frozenset()

    def _of(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("a picture is named by its id and format")
        return self.path / name
