"""Letters over SMTP: one letter, one connection, and knowing at each step who has the letter."""

from __future__ import annotations

import contextlib
import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kb.config import ConfigurationError
from kb.mail.post import NotTaken, Post, Refused, Sender, Unheard, message_of

STEP_SECONDS = 30.0
"""How long the server may take over each answer on the way to the letter's end."""
BEGINNING_SECONDS = 90.0
"""How long all of it may take until then."""
END_SECONDS = 300.0
"""How long it may think about the whole letter: what is not heard is worse than what is late."""

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_WORDS_MAX = 300
_SECRET_LENGTH = 16
_NEEDS_MORE = {530, 534, 538}
"""Answers that are about how we came, not about the letter: no log-in, no encryption."""


@dataclass(frozen=True, slots=True)
class Server:
    """``tls`` is ``starttls``, ``tls`` or ``none``."""

    host: str
    port: int
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> Server:
        """``smtp://user:password@host:port?tls=starttls``. Raises ``ConfigurationError``."""
        try:
            parts = urlsplit(url)
            asked = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
            tls = asked.pop("tls", "starttls")
            port = parts.port or _PORTS[tls]
        except (ValueError, KeyError) as error:
            raise _wrong_address() from error
        host = parts.hostname or ""
        if parts.scheme != "smtp" or not host or asked or parts.path.strip("/") or parts.fragment:
            raise _wrong_address()
        server = cls(host, port, tls, unquote(parts.username or ""), unquote(parts.password or ""))
        if bool(server.user) != bool(server.password):
            raise _wrong_address()
        if not (server.user + server.password).isascii():
            raise ConfigurationError(
                "KB_MAIL_URL har ett användarnamn eller lösenord med å, ä, ö eller liknande. E-postservrar "
                "förstår dem olika. Byt till ett utan sådana tecken."
            )
        if tls == "none" and server.user and host not in _LOOPBACK:
            raise ConfigurationError(
                "KB_MAIL_URL har ett lösenord men tls=none, så det skulle gå oskyddat över nätet. "
                "Välj tls=starttls eller tls=tls."
            )
        return server


def _wrong_address() -> ConfigurationError:
    return ConfigurationError(
        "KB_MAIL_URL går inte att använda. Skriv smtp://användare:lösenord@värd:port?tls=starttls, där tls "
        "är starttls, tls eller none. Tecken som @, : och / i lösenordet skrivs som %40, %3A och %2F."
    )


class _Connection(smtplib.SMTP):
    """A connection on which no step waits for ever. Text that is sent is never shown."""

    def __init__(self, server: Server, name: str, context: ssl.SSLContext) -> None:
        super().__init__(local_hostname=name)
        self._server, self._context = server, context
        self._host = server.host  # what the certificate must be for
        self.deadline = time.monotonic() + BEGINNING_SECONDS
        self.step = STEP_SECONDS

    def open(self) -> None:
        code, words = self.connect(self._server.host, self._server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        del timeout
        found = socket.create_connection((host, port), self.step)
        if self._server.tls != "tls":
            return found
        return self._context.wrap_socket(found, server_hostname=host)

    def send(self, s: Any) -> None:
        self._allow_a_step()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        self._allow_a_step()
        return super().getreply()

    def _allow_a_step(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self.sock is not None:
            self.sock.settimeout(min(self.step, left))

    def encrypt(self) -> None:
        self.ehlo_or_helo_if_needed()
        if self._server.tls == "starttls":
            self.starttls(context=self._context)
            self.ehlo()

    def hear_what_is_said_early(self) -> None:
        """Raise if the server spoke or hung up although it is our turn: then it cannot have the letter."""
        if self.sock is not None and select.select([self.sock], [], [], 0)[0]:
            code, words = self.getreply()
            raise smtplib.SMTPResponseException(code if 400 <= code <= 599 else 421, words)


@dataclass(frozen=True)
class SmtpMailer:
    """Hands letters to a server, one connection each. ``context`` checks its certificate."""

    server: Server
    sender: Sender
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @property
    def domain(self) -> str:
        return self.sender.domain

    def send(self, post: Post, before_end: Callable[[], None]) -> None:
        recipient = _ascii_domain(post.recipient)
        connection = _Connection(self.server, self.sender.domain, self.context)
        try:
            self._come_in(connection)
            utf8 = not recipient.isascii()
            if utf8 and not connection.has_extn("smtputf8"):
                raise Refused(
                    "E-postservern kan inte skicka till adresser med å, ä, ö eller andra sådana tecken."
                )
            with _said_of_letter(post):
                self._hand_over_all_but_the_end(
                    connection, message_of(post, self.sender, utf8=utf8), recipient
                )
            before_end()
            with _said_of_letter(post):
                connection.hear_what_is_said_early()
            _end(connection, post)
        finally:
            connection.close()

    def _come_in(self, connection: _Connection) -> None:
        with _said_of_connection():
            connection.open()
            connection.encrypt()
        if self.server.user:
            try:
                connection.login(self.server.user, self.server.password)
            except smtplib.SMTPAuthenticationError as error:
                raise NotTaken(
                    f"E-postservern godtog inte inloggningen i KB_MAIL_URL (svar {error.smtp_code}).",
                    about_server=True,
                ) from None
            except (smtplib.SMTPException, OSError) as error:
                raise NotTaken(
                    "Det gick inte att logga in på e-postservern. Kontrollera KB_MAIL_URL.", about_server=True
                ) from error

    def _hand_over_all_but_the_end(
        self, connection: _Connection, message: EmailMessage, recipient: str
    ) -> None:
        utf8 = bool(message.policy.utf8)  # type: ignore[attr-defined]
        _expect(connection.mail(self.sender.address, ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []), 250)
        _expect(connection.rcpt(recipient), 250, 251)
        _expect(connection.docmd("DATA"), 354)
        body = re.sub(rb"(?m)^\.", b"..", message.as_bytes())
        connection.send(body if body.endswith(b"\r\n") else body + b"\r\n")


def _end(connection: _Connection, post: Post) -> None:
    """Tell the server that this was all of it, and hear whether it has it."""
    connection.step, connection.deadline = END_SECONDS, time.monotonic() + END_SECONDS
    try:
        connection.send(b".\r\n")
        code, words = connection.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Unheard(
            "E-postservern fick hela brevet men svarade inte, så det är ovisst om den har skickat det."
        ) from error
    if 200 <= code <= 299:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.step = 1.0
            connection.quit()
        return
    if not 400 <= code <= 599:
        raise Unheard("E-postservern fick hela brevet men svarade något som inte går att tyda.")
    raise _answer(code, words, post)


def _expect(answer: tuple[int, bytes], *good: int) -> None:
    if answer[0] not in good:
        raise smtplib.SMTPResponseException(*answer)


@contextmanager
def _said_of_connection() -> Iterator[None]:
    try:
        yield
    except ssl.SSLError as error:
        raise NotTaken(
            "Anslutningen till e-postservern gick inte att skydda: certifikatet gäller inte för den värd som "
            "står i KB_MAIL_URL, eller så talar den inte TLS på den porten.",
            about_server=True,
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotTaken(
            "E-postservern erbjuder inte STARTTLS. Välj tls=tls eller tls=none i KB_MAIL_URL.",
            about_server=True,
        ) from error
    except smtplib.SMTPResponseException as error:
        raise NotTaken(
            f"E-postservern tar inte emot oss. Den svarade: {_clean(error.smtp_code, error.smtp_error)}",
            about_server=True,
        ) from error
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise NotTaken(
            "E-postservern svarar inte. Kontrollera KB_MAIL_URL och att den är igång.", about_server=True
        ) from error


@contextmanager
def _said_of_letter(post: Post) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _answer(error.smtp_code, error.smtp_error, post) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken("E-postservern slutade svara innan den hade fått hela brevet.") from error


def _answer(code: int, words: bytes | str, post: Post) -> NotTaken | Refused:
    """What an answer that is no yes means for the letter."""
    said = _clean(code, words, post.body)
    if code in _NEEDS_MORE:
        return NotTaken(f"E-postservern kräver inloggning eller kryptering: {said}", about_server=True)
    if 500 <= code <= 599:
        return Refused(f"E-postservern tog inte emot brevet. Den svarade: {said}")
    return NotTaken(f"E-postservern tog inte emot brevet än. Den svarade: {said}")


def _clean(code: int, words: bytes | str, body: str = "") -> str:
    """The server's words without control characters, and without what may be a secret of the letter."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    text = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    for secret in set(re.findall(rf"[\w-]{{{_SECRET_LENGTH},}}", body)):
        text = re.sub(re.escape(secret), "…", text, flags=re.IGNORECASE)
    return f"{code} {text[:_WORDS_MAX]}".strip()


def _ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise Refused("E-postadressen har en domän som inte finns.") from error
