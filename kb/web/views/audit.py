"""The audit log for administrators: looked through, and taken out as a file."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, stream_with_context, url_for
from werkzeug import Response as AnyResponse

from kb.domain import clock
from kb.domain.errors import InvalidFields
from kb.services import audit_check, audit_log
from kb.services.audit_log import Filter
from kb.web import audit_words, auth, form_guard
from kb.web.forms import audit as forms
from kb.web.forms.door import Door
from kb.web.forms.fields import Form
from kb.web.languages import gettext

blueprint = Blueprint("audit", __name__, url_prefix="/administration")

_EXPORT = "audit_export"
_WORDS = {
    "what": audit_words.what,
    "who": audit_words.who,
    "about": audit_words.about,
    "details": audit_words.details,
}


@blueprint.get("/logg")
def index() -> AnyResponse:
    form = Form.read(forms.fields(audit_log.people(auth.actor())), request.args)
    try:
        wanted = forms.filter_of(form)
    except InvalidFields as error:
        form.refuse(error.problems)
        wanted = None
    page = request.args.get("sida", 1, type=int)
    shown = render_template(
        "administration/log.html",
        form=form,
        log=audit_log.index(wanted, page, auth.actor()) if wanted is not None else None,
        asked={name: value for name, value in form.values.items() if value},
        checked=audit_check.last(),
        token=form_guard.token(_EXPORT),
        **_WORDS,
    )
    return make_response(shown, 200 if wanted is not None else 422)


@blueprint.post("/logg.csv")
def export() -> AnyResponse:
    form = Form.read(forms.fields(audit_log.people(auth.actor())), request.form)
    door = Door(_EXPORT, "administration/log_export.html", url_for("audit.export"), url_for("audit.index"))
    wanted: list[Filter] = []

    def check() -> None:
        wanted.append(forms.filter_of(form))

    def store(_key: str, _place: object) -> Response:
        text = audit_log.export(wanted[0], auth.actor())
        response = Response(stream_with_context(text), mimetype="text/csv")
        name = f"{gettext('logg')}-{clock.today()}.csv"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        return response

    return door.take(form, check, store)
