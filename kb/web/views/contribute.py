"""Contributing: what it is, a new draft, its task list and its size."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug import Response

from kb.domain.draft_fields import Section
from kb.domain.vocabulary import EntrySize
from kb.services import colleagues, drafts, organisation_choice
from kb.services.drafts import DraftView
from kb.web import auth, writing_places
from kb.web.forms import starting
from kb.web.forms.door import Door
from kb.web.forms.fields import Form
from kb.web.writing_pages import DONE, beside, done, draft_or_receipt, ready, task_rows

blueprint = Blueprint("contribute", __name__, url_prefix="/bidra")

METHODS = ["GET", "POST"]


@blueprint.get("")
def show() -> str:
    return render_template(
        "contribute/show.html", sizes=list(EntrySize), minutes=starting.MINUTES, contents=starting.CONTENTS
    )


@blueprint.route("/ny", methods=METHODS)
def start() -> Response:
    organisations = colleagues.of_actor(auth.actor()) if auth.may("entry:write") else ()
    if not organisations:
        return make_response(render_template("contribute/no_organisation.html"), 403)
    door = Door(
        "draft_start",
        "contribute/start.html",
        url_for("contribute.start"),
        url_for("contribute.show"),
        shown={"contents": starting.CONTENTS, "organisations": organisations},
    )
    fields = starting.start_fields(organisations)
    if request.method != "POST":
        return door.show(Form.read(fields, {starting.SIZE: request.args.get("storlek", "")}))
    form = Form.read(fields, request.form)

    def store(key: str, _place: object) -> str:
        slug = starting.organisation_of(form, organisations)
        [owner] = organisation_choice.ids_of([slug])
        entry_id = drafts.start(starting.size_of(form), owner, auth.actor(), key=key)
        return writing_places.address(entry_id, Section.ABOUT)

    def check() -> None:
        starting.size_of(form)
        starting.organisation_of(form, organisations)

    return door.take(form, check, store)


@blueprint.get("/<entry_id:entry_id>")
def tasks(entry_id: str) -> Response:
    found = draft_or_receipt(entry_id)
    if not isinstance(found, DraftView):
        return found
    return size_door(found).show(_size_form(found))


@blueprint.post("/<entry_id:entry_id>/storlek")
def size(entry_id: str) -> Response:
    draft = drafts.read(entry_id, auth.actor())
    form = Form.read((starting.size_field(),), request.form)

    def store(_key: str, _place: object) -> str:
        drafts.set_size(entry_id, starting.size_of(form), auth.actor())
        return done(entry_id, "storlek")

    return size_door(draft).take(form, lambda: starting.size_of(form), store)


def size_door(draft: DraftView) -> Door:
    rows = task_rows(draft)
    return Door(
        "draft_size",
        "contribute/tasks.html",
        url_for("contribute.size", entry_id=draft.entry_id),
        subject=draft.entry_id,
        shown={
            "draft": draft,
            "rows": rows,
            "ready": ready(rows),
            "beside": beside(draft),
            "done": request.args.get(DONE, ""),
        },
    )


def _size_form(draft: DraftView) -> Form:
    return Form.read((starting.size_field(),), {starting.SIZE: draft.size.value})
