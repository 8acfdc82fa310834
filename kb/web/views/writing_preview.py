"""A text as readers will see it, while it is written: the server's own rendering and no other."""

from __future__ import annotations

from flask import make_response, render_template, request
from werkzeug import Response

from kb import markdown
from kb.domain.content import SECTIONS
from kb.domain.errors import Invalid
from kb.services import draft_store
from kb.web import auth, form_guard
from kb.web.errors import sentence
from kb.web.views.writing import PURPOSE, blueprint


@blueprint.post("/bidra/<entry_id:entry_id>/forhandsvisa")
def preview(entry_id: str) -> Response:
    """The part of a page that the field ``text`` becomes; a sentence where it cannot be shown."""
    draft_store.find(entry_id, auth.actor())
    try:
        form_guard.check(PURPOSE, entry_id)
        body = markdown.render(request.form.get("text", ""))
    except form_guard.Refused as refused:
        return _shown(refused.status, message=str(refused.sentence))
    except Invalid as error:
        return _shown(422, message=sentence(error))
    return _shown(200, body=body)


@blueprint.app_template_global()
def section_headings() -> tuple[str, ...]:
    """The headings that a story has, in the teller's own voice."""
    return tuple(names[0] for names in SECTIONS)


def _shown(status: int, *, body: object = "", message: str = "") -> Response:
    return make_response(render_template("contribute/_preview.html", body=body, message=message), status)
