"""The letters of the outbox, for administrators: failures first, and sent again by hand."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.letters import KIND_LABELS, STATE_LABELS, LetterKind, LetterState
from kb.services import letters
from kb.web import auth
from kb.web.forms.door import Door
from kb.web.forms.fields import Form
from kb.web.languages import gettext

blueprint = Blueprint("letters", __name__, url_prefix="/administration/brev")

_LETTER = "/<entry_id:letter_id>"


def state_words(state: LetterState) -> str:
    return gettext(STATE_LABELS[state])


def kind_words(kind: LetterKind) -> str:
    return gettext(KIND_LABELS[kind])


_WORDS = {"state_words": state_words, "kind_words": kind_words}


@blueprint.get("")
def index() -> str:
    """A state that does not exist is no choice."""
    asked = request.args.get("lage", "")
    state = LetterState(asked) if asked in set(LetterState) else None
    return render_template(
        "administration/letters.html",
        list=letters.listed(auth.actor(), state, request.args.get("sida", 1, type=int)),
        states=tuple(LetterState),
        chosen=state,
        troubles=letters.troubles(),
        **_WORDS,
    )


@blueprint.get(_LETTER)
def show(letter_id: str) -> str:
    return render_template(
        "administration/letter.html",
        letter=letters.one(letter_id, auth.actor()),
        done="klart" in request.args,
        **_WORDS,
    )


@blueprint.route(f"{_LETTER}/skicka-igen", methods=["GET", "POST"])
def send_again(letter_id: str) -> Response:
    letter = letters.one(letter_id, auth.actor())
    home = url_for("letters.show", letter_id=letter_id)
    if request.method != "POST" and not letter.may_be_sent_again:
        return redirect(home)
    door = Door(
        "letter_send_again",
        "administration/letter_send_again.html",
        url_for("letters.send_again", letter_id=letter_id),
        home,
        letter_id,
        {"letter": letter, **_WORDS},
    )
    form = Form.read((), request.form)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: object) -> str:
        letters.send_again(letter_id, auth.actor())
        return url_for("letters.show", letter_id=letter_id, klart="1")

    return door.take(form, lambda: None, store)
