"""A letter as it leaves: its headers and text, and what a mailer can say became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol

from kb.config import ConfigurationError

_SENDER_NAME = "Erfarenhetsbanken"


class NotTaken(Exception):
    """The server does not have the letter, and it may be tried again.

    ``about_server``: nothing was said of this letter, so that others would fare the same. The text of this
    and the other two is a Swedish sentence for the administrator, without secrets.
    """

    def __init__(self, problem: str, *, about_server: bool = False) -> None:
        super().__init__(problem)
        self.about_server = about_server


class Refused(Exception):
    """The server does not have the letter and does not want it."""


class Unheard(Exception):
    """The server was told the end of the letter, and its answer was not heard: it may have taken it."""


@dataclass(frozen=True, slots=True)
class Post:
    """A letter in plain text, ready to go. ``message_id`` is without angle brackets."""

    message_id: str
    recipient: str
    subject: str
    body: str
    date: datetime


class Mailer(Protocol):
    """Where letters go. ``domain`` is that of the sender."""

    @property
    def domain(self) -> str: ...

    def send(self, post: Post, before_end: Callable[[], None]) -> None:
        """Hand over a letter; when this returns, it has been taken.

        Raises ``NotTaken``, ``Refused``, ``Unheard``, or what ``before_end`` raised: then it is not taken.
        """


@dataclass(frozen=True, slots=True)
class Sender:
    name: str
    address: str

    @classmethod
    def parse(cls, text: str) -> Sender:
        """``Namn <adress>`` or an address. Raises ``ConfigurationError``."""
        name, address = parseaddr(text)
        local, at, domain = address.rpartition("@")
        if not (at and local and domain and text.isprintable() and address.isascii()) or " " in address:
            raise ConfigurationError(
                "KB_MAIL_FROM ska vara en e-postadress, till exempel "
                "Erfarenhetsbanken <erfarenhetsbanken@myndigheten.example>."
            )
        return cls(name or _SENDER_NAME, address)

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def message_of(post: Post, sender: Sender, *, utf8: bool = False) -> EmailMessage:
    """The letter with its headers. Raises ``Refused`` where a header would become more than one."""
    if not all(value.isprintable() for value in (post.subject, post.recipient, post.message_id)):
        raise Refused("Brevet har en radbrytning eller ett styrtecken där det inte får stå något.")
    if (
        " " in post.recipient or parseaddr(post.recipient)[1] != post.recipient
    ):  # the envelope is addressed to what that finds
        raise Refused("E-postadressen går inte att skicka till.")
    message = EmailMessage(policy=SMTP.clone(utf8=utf8))
    try:
        message["From"] = Address(sender.name, addr_spec=sender.address)
        local, _, domain = post.recipient.rpartition("@")
        message["To"] = Address(username=local, domain=domain)
    except (MessageError, ValueError) as error:
        raise Refused("E-postadressen går inte att skicka till.") from error
    message["Subject"] = post.subject
    message["Date"] = format_datetime(post.date)
    message["Message-ID"] = f"<{post.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(post.body, cte="8bit" if utf8 else "quoted-printable")
    return message
