"""A mailer for development without a server: it writes the letters into a folder, where they can be read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.policy import SMTP
from pathlib import Path

from kb.mail.post import NotTaken, Post, Sender, message_of


@dataclass(frozen=True)
class FolderMailer:
    """One file for each letter, named after its Message-ID: the same letter is never there twice."""

    folder: Path
    sender: Sender

    @property
    def domain(self) -> str:
        return self.sender.domain

    def send(self, post: Post, before_end: Callable[[], None]) -> None:
        written = message_of(post, self.sender, utf8=True).as_bytes(
            policy=SMTP.clone(utf8=True, linesep="\n")
        )
        name = re.sub(r"[^\w.-]", "_", post.message_id)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = self.folder / f".{name}.{os.getpid()}"
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(written)
            before_end()
            fresh.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise NotTaken(f"Det gick inte att skriva i {self.folder}.", about_server=True) from error
