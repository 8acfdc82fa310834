"""A draft for other eyes: as readers will see it, who writes along, links to read it by, its versions."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug import Response

from kb.domain.clock import today
from kb.services import co_authors, preview_links, versions
from kb.services.rate_limits import Place
from kb.services.versions import OwnStory
from kb.web import auth, draft_page, form_guard, version_choice
from kb.web.changes_view import changed_parts
from kb.web.forms import sharing as forms
from kb.web.forms.door import Door
from kb.web.forms.fields import Form
from kb.web.template_helpers import absolute
from kb.web.writing_pages import DONE

blueprint = Blueprint("sharing", __name__)

_METHODS = ["GET", "POST"]
_DRAFT = "/bidra/<entry_id:entry_id>"


@blueprint.get(f"{_DRAFT}/las")
def read(entry_id: str) -> str:
    """What is being written, or was sent in, as its readers will see it."""
    own = _own(entry_id)
    return render_template("sharing/read.html", own=own, way=_way(own), **draft_page.context(own.story))


@blueprint.get(f"{_DRAFT}/andringar")
def changes(entry_id: str) -> str:
    """What differs between two versions of one's own, drafts among them."""
    own, rows = _own(entry_id), versions.own(entry_id, auth.actor())
    choice = version_choice.chosen([row.number for row in rows])
    pair = None
    if choice is not None:
        pair = versions.own_pair(entry_id, choice.before, choice.after, auth.actor(), today())
    return render_template(
        "sharing/changes.html",
        own=own,
        way=_way(own),
        rows=rows,
        choice=choice,
        parts=changed_parts(pair) if pair else (),
    )


@blueprint.route(f"{_DRAFT}/medforfattare", methods=_METHODS)
def people(entry_id: str) -> Response:
    by = auth.actor()
    writers = co_authors.of(entry_id, by)
    fields = forms.colleague_fields(co_authors.candidates(entry_id, by))
    here = url_for("sharing.people", entry_id=entry_id)
    shown = {
        "writers": writers,
        "entry_id": entry_id,
        "own_id": by.user_id,
        "remove": forms.REMOVE,
        "done": request.args.get(DONE, ""),
        "way": [(writers.title, url_for("contribute.tasks", entry_id=entry_id))],
    }
    door = Door("draft_people", "sharing/people.html", here, subject=entry_id, shown=shown)
    if request.method != "POST":
        return door.show(Form.read(fields, {}))
    gone = request.form.get(forms.REMOVE, "")
    form = Form.read(fields, {} if gone else request.form)

    def store(_key: str, _place: Place) -> str:
        if not gone:
            co_authors.add(entry_id, form.values["user_id"], by)
            return url_for("sharing.people", entry_id=entry_id, klart="med")
        co_authors.remove(entry_id, gone, by)
        if gone == by.user_id:
            return url_for("mine.show")
        return url_for("sharing.people", entry_id=entry_id, klart="borta")

    return door.take(form, lambda: None, store)


@blueprint.route(f"{_DRAFT}/dela", methods=_METHODS)
def links(entry_id: str) -> Response:
    """The address of a new link is shown once, in the answer to the form that made it."""
    by = auth.actor()
    own = _own(entry_id)
    shown = {
        "own": own,
        "way": _way(own),
        "links": preview_links.of(entry_id, by),
        "comments": preview_links.comments(entry_id, by),
        "remove": forms.REMOVE,
        "done": request.args.get(DONE, ""),
    }
    here = url_for("sharing.links", entry_id=entry_id)
    door = Door("draft_links", "sharing/links.html", here, subject=entry_id, shown=shown)
    fields = forms.link_fields()
    first = {forms.DAYS: str(forms.DAYS_FIRST)}
    if request.method != "POST":
        return door.show(Form.read(fields, first))
    gone = request.form.get(forms.REMOVE, "")
    form = Form.read(fields, first if gone else request.form)

    def store(_key: str, _place: Place) -> str | Response:
        if gone:
            preview_links.revoke(gone, by)
            return url_for("sharing.links", entry_id=entry_id, klart="stangd")
        days = forms.days_of(form.values[forms.DAYS])
        token = preview_links.make(entry_id, form.values["label"], days, by)
        address = absolute(url_for("sharing.show", token=token))
        return make_response(
            render_template("sharing/link_made.html", own=own, way=_way(own), address=address, days=days)
        )

    return door.take(form, lambda: None, store)


@blueprint.route("/utkast/<token>", methods=_METHODS)
def show(token: str) -> Response:
    """A draft for whoever has a link to it. No browser keeps the page, and none tells where it came from."""
    draft = preview_links.look(token, today())
    here = url_for("sharing.show", token=token)
    shown = {
        "link": draft.link,
        "thanks": "tack" in request.args,
        **draft_page.context(draft.story, picture_key=token),
    }
    door = Door("draft_comment", "sharing/show.html", here, subject=draft.link.id, shown=shown)
    form = Form.read(forms.COMMENT, request.form)

    def store(key: str, place: Place) -> str:
        if not form_guard.is_trapped():
            preview_links.comment(token, form.values["writer"], form.values["message"], key, place)
        return url_for("sharing.show", token=token, tack="1", _anchor="kommentar")

    return door.show(form) if request.method != "POST" else door.take(form, lambda: None, store)


def _own(entry_id: str) -> OwnStory:
    return versions.own_newest(entry_id, auth.actor(), today())


def _way(own: OwnStory) -> list[tuple[str, str]]:
    return [(own.story.title, url_for("contribute.tasks", entry_id=own.story.entry_id))]
