"""A reader gets no cookie (invariant 7): there is no session to open, and so none to save.

Flask's own session would also set ``Vary: Cookie`` as soon as anything looked at it.
"""

from __future__ import annotations

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin


class NoSessions(SessionInterface):
    """Every request gets Flask's null session, which refuses to be written to."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        return self.make_null_session(app)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing is ever saved."""
