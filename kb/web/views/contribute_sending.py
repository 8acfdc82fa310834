"""A draft is checked, sent in, taken back, thrown away; a published story is begun anew."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template, request, url_for
from werkzeug import Response

from kb.domain.clock import today
from kb.domain.errors import InvalidFields, NotFound
from kb.services import drafts, stories, submissions
from kb.services.drafts import DraftView
from kb.services.rate_limits import Place
from kb.web import answers, auth
from kb.web.errors import code_of
from kb.web.forms.door import Door
from kb.web.forms.fields import Form
from kb.web.forms.writing import version_of
from kb.web.views.contribute import METHODS, blueprint
from kb.web.writing_pages import done, draft_or_receipt, way_to


def _ask(door: Door, store: Callable[[str, Place], str | Response]) -> Response:
    """A question with one button."""
    if request.method != "POST":
        return door.show(Form.read((), {}))
    return door.take(Form.read((), {}), lambda: None, store)


@blueprint.get("/<entry_id:entry_id>/kontrollera")
def check(entry_id: str) -> Response:
    found = draft_or_receipt(entry_id)
    if not isinstance(found, DraftView):
        return found
    return _check_door(found, found.version).show(Form.read((), {}))


@blueprint.post("/<entry_id:entry_id>/skicka")
def submit(entry_id: str) -> Response:
    """Sent twice, it is sent in once: the second leads to the receipt of the first."""
    found = draft_or_receipt(entry_id)
    if not isinstance(found, DraftView):
        return found

    def store(_key: str, _place: object) -> str | Response:
        try:
            submissions.submit(entry_id, version_of(request.form), auth.actor())
        except InvalidFields as error:
            return _check_door(found, found.version).show(Form.read((), {}), code_of(error))
        return url_for("contribute.receipt", entry_id=entry_id)

    return _check_door(found, found.version).take(Form.read((), {}), lambda: None, store)


def _check_door(draft: DraftView, version: int) -> Door:
    checklist = submissions.check(draft.entry_id, auth.actor())
    return Door(
        "draft_submit",
        "contribute/check.html",
        url_for("contribute.submit", entry_id=draft.entry_id),
        url_for("contribute.tasks", entry_id=draft.entry_id),
        draft.entry_id,
        {
            "draft": draft,
            "version": version,
            "to_mend": answers.to_mend(draft, checklist.problems),
            "parts": answers.of(draft),
            "way": way_to(draft),
        },
    )


@blueprint.get("/<entry_id:entry_id>/kvitto")
def receipt(entry_id: str) -> str:
    return render_template(
        "contribute/receipt.html", receipt=submissions.receipt(entry_id, auth.actor()), entry_id=entry_id
    )


@blueprint.route("/<entry_id:entry_id>/ta-tillbaka", methods=METHODS)
def recall(entry_id: str) -> Response:
    door = Door(
        "draft_recall",
        "contribute/recall.html",
        url_for("contribute.recall", entry_id=entry_id),
        url_for("contribute.receipt", entry_id=entry_id),
        entry_id,
        {"receipt": submissions.receipt(entry_id, auth.actor())},
    )

    def store(_key: str, _place: object) -> str:
        submissions.recall(entry_id, auth.actor())
        return done(entry_id, "tillbaka")

    return _ask(door, store)


@blueprint.route("/<entry_id:entry_id>/kasta", methods=METHODS)
def discard(entry_id: str) -> Response:
    """The question; for a draft that has been thrown away, the way back."""
    by = auth.actor()
    try:
        draft = drafts.read(entry_id, by)
    except NotFound:
        thrown = drafts.read(entry_id, by, discarded=True)
        return _restore_door(thrown).show(Form.read((), {}))
    door = Door(
        "draft_discard",
        "contribute/discard.html",
        url_for("contribute.discard", entry_id=entry_id),
        url_for("contribute.tasks", entry_id=entry_id),
        entry_id,
        {"draft": draft, "way": way_to(draft)},
    )

    def store(_key: str, _place: object) -> str:
        drafts.discard(entry_id, auth.actor())
        return url_for("contribute.discard", entry_id=entry_id)

    return _ask(door, store)


@blueprint.post("/<entry_id:entry_id>/aterstall")
def restore(entry_id: str) -> Response:
    thrown = drafts.read(entry_id, auth.actor(), discarded=True)

    def store(_key: str, _place: object) -> str:
        drafts.restore(entry_id, auth.actor())
        return done(entry_id, "aterstallt")

    return _ask(_restore_door(thrown), store)


def _restore_door(draft: DraftView) -> Door:
    return Door(
        "draft_restore",
        "contribute/discarded.html",
        url_for("contribute.restore", entry_id=draft.entry_id),
        url_for("mine.show"),
        draft.entry_id,
        {"draft": draft},
    )


@blueprint.route("/<entry_id:entry_id>/andra", methods=METHODS)
def revise(entry_id: str) -> Response:
    submissions.require_may_revise(entry_id, auth.actor())
    story = stories.read(entry_id, today())
    door = Door(
        "draft_revise",
        "contribute/revise.html",
        url_for("contribute.revise", entry_id=entry_id),
        url_for("stories.show", entry_id=entry_id, slug=story.slug),
        entry_id,
        {"story": story},
    )

    def store(_key: str, _place: object) -> str:
        return url_for("contribute.tasks", entry_id=submissions.revise(entry_id, auth.actor()))

    return _ask(door, store)
