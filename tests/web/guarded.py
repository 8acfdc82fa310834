"""Pages of every kind of access with a form each: what stands before pages is tried apart from them."""

from __future__ import annotations

from flask import Flask, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug import Response

from kb.domain.permissions import Permission
from kb.web import auth
from kb.web.access import CHANGES_OWN, CHANGES_OWN_RECENTLY, HALF_WAY, Access, Row
from kb.web.forms.door import Door
from kb.web.forms.fields import Form, FormField

FIELDS = (
    FormField("message", _("Vad tycker du?"), rows=6),
    FormField("title", _("Rubrik")),
    FormField("password", _("Lösenord"), type="password"),
)
PERMITTED = Row(Access.PERMITTED, Permission.ADMINISTRATION_SEE, sends=True)
ROWS = {
    "own": CHANGES_OWN,
    "recently": CHANGES_OWN_RECENTLY,
    "half-way": HALF_WAY,
    "admin": PERMITTED,
    "without-row": None,
}


def add(app: Flask) -> list[dict[str, str]]:
    """The pages ``/prov/<name of row>``; what they take is put in the list."""
    taken: list[dict[str, str]] = []

    def page(name: str) -> Response:
        endpoint = f"guarded.{name}"
        door = Door(f"guarded_{name}", "doors/feedback.html", url_for(endpoint, del_="2"))
        form = Form.read(FIELDS, request.form)
        if request.method != "POST":
            return door.show(form)

        def store(_key: str, _place: object) -> str:
            taken.append(dict(form.values))
            return url_for("pages.about")

        return door.take(form, lambda: None, store)

    for name, row in ROWS.items():
        app.add_url_rule(
            f"/prov/{name}", f"guarded.{name}", lambda name=name: page(name), methods=["GET", "POST"]
        )
        if row is not None:
            auth.allow(app, f"guarded.{name}", row)
    return taken
