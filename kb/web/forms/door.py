"""A form as a page: shown, guarded, and shown again with what was typed when something stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from flask import make_response, redirect, render_template, request
from werkzeug import Response

from kb.domain.errors import (
    Conflict,
    Invalid,
    InvalidFields,
    SignInFailed,
    StorageUnavailable,
    TooManyAttempts,
)
from kb.services.rate_limits import Place
from kb.web import form_guard
from kb.web.errors import code_of, retry_after, sentence

log = structlog.get_logger(__name__)

BACK = "tillbaka"
"""The field that remembers which page of ours the reader came from."""
_SENT = "skicka=1"
"""A form is sent to another address than that of its page. A browser forgets a page when something is sent to
its address, and the page that it fetched anew on the way back would have another token.
"""


class AnyForm(Protocol):
    """What was typed, and what is wrong with it: all that a door needs to know of a form."""

    alert: str

    def refuse(self, problems: Iterable[Invalid]) -> None:
        """Keep what is wrong, to be shown at its field or about the whole form."""


@dataclass(frozen=True, slots=True)
class Door:
    """``purpose`` and ``subject`` are what its token is for and about; ``shown`` is more for the template.

    ``bound``: to the session or not, where the form is shown in place of another page; ``form_guard.token``.
    """

    purpose: str
    template: str
    action: str
    back: str = ""
    subject: str = ""
    shown: Mapping[str, object] = field(default_factory=dict)
    bound: bool | None = None

    def show(self, form: AnyForm, status: int = 200) -> Response:
        page = render_template(
            self.template,
            form=form,
            action=f"{self.action}{'&' if '?' in self.action else '?'}{_SENT}",
            back=self.back,
            token=form_guard.token(self.purpose, self.subject, bound=self.bound),
            **self.shown,
        )
        return make_response(page, status)

    def take(
        self,
        form: AnyForm,
        check: Callable[[], object],
        store: Callable[[str, Place], str | Response],
    ) -> Response:
        """Lead on to where ``store`` says (post, redirect, get), or show the form with what stops it.

        ``check`` raises ``InvalidFields``; ``store`` gets the random id of the form and from where it came,
        and may make the response itself.
        """
        key, status = "", 0
        try:
            key = form_guard.check(self.purpose, self.subject)
        except form_guard.Refused as refused:
            form.alert, status = str(refused.sentence), refused.status
        try:
            check()
        except InvalidFields as error:
            form.refuse(error.problems)
            status = status or code_of(error)
        if status:
            return self.show(form, status)
        place = Place(request.remote_addr or "", form_guard.secret())
        try:
            made = store(key, place)
        except (Invalid, InvalidFields) as error:
            form.refuse((error,) if isinstance(error, Invalid) else error.problems)
            return self.show(form, code_of(error))
        except (Conflict, SignInFailed, StorageUnavailable, TooManyAttempts) as error:
            form.alert = sentence(error)
            response = self.show(form, code_of(error))
            response.headers.update(retry_after(error))
            if isinstance(error, StorageUnavailable):
                log.exception("form_not_stored", purpose=self.purpose)
            return response
        return redirect(made, 303) if isinstance(made, str) else made
