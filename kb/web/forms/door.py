"""A form as a page: shown, guarded, and shown again with what was typed when something stops it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog
from flask import make_response, redirect, render_template, request
from werkzeug import Response

from kb.domain.errors import Conflict, InvalidFields, StorageUnavailable, TooManyAttempts
from kb.services.rate_limits import Place
from kb.web import form_guard
from kb.web.errors import RETRY_AFTER_SECONDS, code_of, sentence
from kb.web.forms.fields import Form

log = structlog.get_logger(__name__)

BACK = "tillbaka"
"""The field that remembers which page of ours the reader came from."""
_SENT = "skicka=1"
"""A form is sent to another address than that of its page. A browser forgets a page when something is sent to
its address, and the page that it fetched anew on the way back would have another token.
"""


@dataclass(frozen=True, slots=True)
class Door:
    """``purpose`` and ``subject`` are what its token is for and about; ``shown`` is more for the template."""

    purpose: str
    template: str
    action: str
    back: str = ""
    subject: str = ""
    shown: Mapping[str, object] = field(default_factory=dict)

    def show(self, form: Form, status: int = 200) -> Response:
        page = render_template(
            self.template,
            form=form,
            action=f"{self.action}{'&' if '?' in self.action else '?'}{_SENT}",
            back=self.back,
            token=form_guard.token(self.purpose, self.subject),
            **self.shown,
        )
        return make_response(page, status)

    def take(self, form: Form, check: Callable[[], object], store: Callable[[str, Place], str]) -> Response:
        """Lead on to where ``store`` says (post, redirect, get), or show the form with what stops it.

        ``check`` raises ``InvalidFields``; ``store`` gets the random id of the form and from where it came.
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
            return redirect(store(key, place), 303)
        except (Conflict, StorageUnavailable, TooManyAttempts) as error:
            form.alert = sentence(error)
            response = self.show(form, code_of(error))
            if isinstance(error, TooManyAttempts):
                response.headers["Retry-After"] = str(error.retry_after)
            elif isinstance(error, StorageUnavailable):
                log.exception("form_not_stored", purpose=self.purpose)
                response.headers["Retry-After"] = RETRY_AFTER_SECONDS
            return response
