"""A real SMTP server on loopback that does what a test tells it to, at each step of the conversation."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HANG = "hang"
CLOSE = "close"
CLOSE_LATE = "close late"
"""At ``BODY``: hang up when the body has come but not its end; at ``END``: when the letter is taken."""

EHLO, AUTH, MAIL, RCPT, DATA, BODY, END = "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "BODY", "END"

USER, PASSWORD = "brevbararen@x", "hemligt ord: 100 %"


class PostOffice:
    """``orders`` are what to do at a step, each used once: an answer, ``HANG`` or ``CLOSE``."""

    slow_at_end = 0.0
    """Seconds from taking a letter to saying so."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.recipients: list[str] = []
        self.sessions = 0
        self.was_encrypted: list[bool] = []
        self.orders: defaultdict[str, list[str]] = defaultdict(list)
        self.reached: list[str] = []

    def order(self, step: str, *what: str) -> None:
        self.orders[step] += what

    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(one, policy=default) for one in self.taken]  # type: ignore[misc]

    async def obey(self, step: str, server: SMTP) -> str | None:
        """The answer that was ordered, if one was; does not come back from a hang."""
        self.reached.append(step)
        what = self.orders[step].pop(0) if self.orders[step] else None
        if what == HANG:
            await asyncio.sleep(60)
        if what == CLOSE:
            server.transport.abort()
            return "421 adjö"
        return what

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        said = await self.obey(EHLO, server)
        return [said] if said else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await self.obey(MAIL, server)
        envelope.mail_from = address
        return said or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await self.obey(RCPT, server)
        if not said:
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = await self.obey(END, server)
        if said and said != CLOSE_LATE:
            return said
        self.taken.append(bytes(envelope.content or b""))
        self.recipients += envelope.rcpt_tos
        self.was_encrypted.append(session.ssl is not None)
        await asyncio.sleep(self.slow_at_end)
        if said == CLOSE_LATE:
            server.transport.abort()
        return "250 OK"


class _Server(SMTP):
    """aiosmtpd's own, with the steps that it has no hook for."""

    async def smtp_DATA(self, arg: str) -> None:
        office: PostOffice = self.event_handler
        said = await office.obey(DATA, self)
        if said:
            await self.push(said)
            return
        if office.orders[BODY]:
            await self.push("354 varsågod")
            said = await office.obey(BODY, self)
            if said == CLOSE_LATE:
                while not (await self._reader.readline()).startswith(b"Message-ID"):
                    pass
                await asyncio.sleep(0.1)
                self.transport.abort()
            elif said:
                await self.push(said)
            return
        await super().smtp_DATA(arg)


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
) -> AuthResult:
    right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
    return AuthResult(success=right, handled=not right, message=None if right else "535 5.7.8 nej")


@contextmanager
def post_office(
    tls: ssl.SSLContext | None = None, *, auth: bool = False, port: int = 0
) -> Iterator[tuple[PostOffice, int]]:
    """The office and its port, open."""
    office = PostOffice()
    options: dict[str, Any] = {"enable_SMTPUTF8": True, "hostname": "postkontor.example"}
    if tls is not None:
        options |= {"tls_context": tls, "require_starttls": True}
    if auth:
        options |= {
            "authenticator": _authenticate,
            "auth_required": True,
            "auth_require_tls": tls is not None,
        }
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def factory() -> SMTP:
        office.sessions += 1
        return _Server(office, loop=loop, **options)

    async def close() -> None:
        listening.close()
        running = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.sleep(0.05)  # what was aborted is let go

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(10)

    listening = run(loop.create_server(factory, "127.0.0.1", port))
    try:
        yield office, listening.sockets[0].getsockname()[1]
    finally:
        run(close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def silent_server(*, says: bytes = b"", hangs_up: bool = False) -> Iterator[int]:
    """A port that takes connections and says no more than this."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])
        stop = threading.Event()
        kept: list[socket.socket] = []

        def serve() -> None:
            listening.settimeout(0.1)
            while not stop.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                connection.sendall(says)
                if hangs_up:
                    connection.close()
                else:
                    kept.append(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield port
        finally:
            stop.set()
            thread.join(5)
            for connection in kept:
                connection.close()
