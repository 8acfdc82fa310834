"""Doors for the reader, without an account: a vote, a correction, a request, a question, a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.clock import today
from kb.domain.errors import Invalid, InvalidFields
from kb.domain.published import PublishedStory
from kb.domain.reader_messages import ReaderMessage, Vote, checked, checked_why
from kb.domain.vocabulary import MessageKind
from kb.services import reader_messages, stories
from kb.services.rate_limits import Place
from kb.services.reader_messages import Receipt
from kb.web import form_guard, query_string, receipts
from kb.web.forms.door import BACK, Door
from kb.web.forms.doors import ANSWER, FIELDS, WHY_HELPED, WHY_NOT_HELPED
from kb.web.forms.fields import Form
from kb.web.languages import page_language
from kb.web.local_path import local_path
from kb.web.origins import path_that_linked_here
from kb.web.receipts import VoteReference
from kb.web.template_helpers import absolute, story_url

blueprint = Blueprint("doors", __name__)

_METHODS = ["GET", "POST"]
_STORY = "/erfarenheter/<entry_id:entry_id>/<slug:slug>"
_VERSION_MAX = 99_999
_ANSWERS = {"ja": True, "nej": False}


@blueprint.route(f"{_STORY}/hjalpte", methods=_METHODS)
def vote(entry_id: str, slug: str) -> Response:
    """The two buttons of a story's page lead here; asked for by itself, the page has the same two."""
    story = _story(entry_id)
    address = _about("doors.vote", story)
    if request.method != "POST" and slug != story.slug:
        return redirect(address, 301)
    door = Door("vote", "doors/vote.html", address, subject=_subject(story), shown={"story": story})
    form = Form.read(ANSWER, request.form)
    if request.method != "POST":
        return door.show(form)
    helped = _ANSWERS.get(form.values[ANSWER[0].name])

    def check() -> None:
        if helped is None:
            raise InvalidFields((Invalid("Välj Ja eller Nej.", field=ANSWER[0].name),))

    def store(key: str, place: Place) -> str:
        given = Vote(story.entry_id, story.version, bool(helped), page_language())
        trapped = form_guard.is_trapped()
        receipt = reader_messages.not_kept() if trapped else reader_messages.vote(given, key, place)
        reference = receipts.vote_reference(VoteReference(receipt.id, given.helped))
        return url_for("doors.why", entry_id=entry_id, slug=story.slug, reference=reference)

    return door.take(form, check, store)


@blueprint.route(f"{_STORY}/hjalpte/<reference>", methods=_METHODS)
def why(entry_id: str, slug: str, reference: str) -> Response:
    """Thanks for a vote, and a question that need not be answered."""
    given = receipts.vote_of(reference)
    back = url_for("stories.show", entry_id=entry_id, slug=slug)
    address = url_for("doors.why", entry_id=entry_id, slug=slug, reference=reference)
    door = Door("why", "doors/why.html", address, back, given.vote_id)
    form = Form.read(WHY_HELPED if given.helped else WHY_NOT_HELPED, request.form)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: Place) -> str:
        if not form_guard.is_trapped():
            reader_messages.add_why(given.vote_id, form.values["why"])
        receipt = Receipt(given.vote_id, datetime.now(UTC))
        return receipts.receipt_url(None, receipt, answered=False, back=back)

    return door.take(form, lambda: checked_why(form.values["why"]), store)


@blueprint.route(f"{_STORY}/ratta", methods=_METHODS)
def correction(entry_id: str, slug: str) -> Response:
    story = _story(entry_id)
    address = _about("doors.correction", story)
    if request.method != "POST" and slug != story.slug:
        return redirect(address, 301)
    shown = {"story": story}
    door = Door("correction", "doors/correction.html", address, story_url(story), _subject(story), shown)
    return _message(door, MessageKind.CORRECTION, about=story)


@blueprint.route("/efterlys", methods=_METHODS, endpoint="request")
def request_story() -> Response:
    """Asked from a search without hits, the form begins with the query."""
    query = query_string.text_of(request.args)
    back = _back(url_for("search.show", q=query) if query else "")
    door = Door("story_request", "doors/request.html", url_for("doors.request"), back)
    return _message(door, MessageKind.STORY_REQUEST, given={"message": query})


@blueprint.route("/synpunkter", methods=_METHODS)
def feedback() -> Response:
    door = Door("feedback", "doors/feedback.html", url_for("doors.feedback"), _back())
    return _message(door, MessageKind.FEEDBACK, page=urlsplit(door.back).path)


@blueprint.route("/kontakt", methods=_METHODS)
def contact() -> Response:
    door = Door("contact", "doors/contact.html", url_for("doors.contact"), _back())
    return _message(door, MessageKind.CONTACT)


@blueprint.route("/tillganglighetsredogorelse/anmal", methods=_METHODS)
def accessibility() -> Response:
    door = Door("accessibility", "doors/accessibility.html", url_for("doors.accessibility"), _back())
    return _message(door, MessageKind.ACCESSIBILITY, given={"page": absolute(door.back) if door.back else ""})


@blueprint.get("/kvitto/<reference>")
def receipt(reference: str) -> str:
    return render_template("doors/receipt.html", receipt=receipts.receipt_of(reference))


def _message(
    door: Door,
    kind: MessageKind,
    *,
    about: PublishedStory | None = None,
    given: Mapping[str, str] | None = None,
    page: str = "",
) -> Response:
    """``given`` is what a new form begins with; ``page`` is where the reader was, if no field asks."""
    if request.method != "POST":
        return door.show(Form.read(FIELDS[kind], given or {}))
    form = Form.read(FIELDS[kind], request.form)
    texts = {"page": page} | form.values
    message = ReaderMessage(
        kind=kind,
        language=page_language(),
        entry_id=about.entry_id if about else "",
        version=about.version if about else 0,
        **texts,
    )

    def store(key: str, place: Place) -> str:
        trapped = form_guard.is_trapped()
        receipt = reader_messages.not_kept() if trapped else reader_messages.receive(message, key, place)
        return receipts.receipt_url(kind, receipt, answered=bool(message.email), back=door.back)

    return door.take(form, lambda: checked(message), store)


def _story(entry_id: str) -> PublishedStory:
    """The version that the address names, else the one that holds. Raises ``NotFound`` or ``Gone``."""
    version = request.args.get("version", 0, type=int)
    if 1 <= version <= _VERSION_MAX:
        return stories.read_version(entry_id, version, today()).story
    return stories.read(entry_id, today())


def _about(endpoint: str, story: PublishedStory) -> str:
    """The address of a form about the version that was read."""
    return url_for(endpoint, entry_id=story.entry_id, slug=story.slug, version=story.version)


def _subject(story: PublishedStory) -> str:
    return form_guard.about_version(story.entry_id, story.version)


def _back(default: str = "") -> str:
    if request.method == "POST":
        return local_path(request.form.get(BACK, ""))
    return local_path(default) or path_that_linked_here()
