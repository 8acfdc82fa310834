"""What the pages of writing ask for by themselves: saving while someone types, and what follows a log-in.

The same address takes a form without a script: the merge page is sent here (``kb/web/conflict_view.py``).
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug import Response
from werkzeug.exceptions import BadRequest

from kb.domain.clock import SWEDEN
from kb.domain.errors import DomainError, Invalid, NotFound
from kb.services import autosaving, drafts
from kb.services.autosaving import TypedField
from kb.services.drafts import DraftConflict, DraftTooLarge
from kb.web import auth, conflict_view, form_guard
from kb.web.errors import code_of, retry_after, sentence

blueprint = Blueprint("writing", __name__)

PURPOSE = "draft"
"""What tokens of a draft are for; their subject is the entry."""


@blueprint.route("/bidra/<entry_id:entry_id>/spara", methods=["GET", "POST"])
def save(entry_id: str) -> Response:
    """A script saves fields, or asks anew for a token and for what is stored."""
    if request.method == "POST" and not request.is_json:
        return _merge(entry_id)
    try:
        return make_response(_save(entry_id) if request.method == "POST" else _stored(entry_id))
    except form_guard.Refused as refused:
        return make_response({"message": str(refused.sentence)}, refused.status)
    except DraftConflict as conflict:
        told = {
            "message": sentence(conflict),
            "version": conflict.version,
            "names": sorted(conflict.theirs),
        }
        return make_response(told, 409)
    except DomainError as error:
        code = 413 if isinstance(error, DraftTooLarge) else code_of(error)
        return make_response({"message": sentence(error)}, code, retry_after(error))


@blueprint.get("/bidra/inloggad")
def signed_in() -> Response:
    """The end of a log-in beside a page that someone writes in."""
    return make_response(render_template("contribute/signed_in.html"))


def _stored(entry_id: str) -> dict[str, object]:
    view = drafts.read(entry_id, auth.actor())
    if view.discarded_at is not None:
        raise NotFound("Utkastet finns inte längre.")
    return {
        "token": form_guard.token(PURPOSE, entry_id),
        "user": auth.signed_in().user_id,
        "version": view.version,
        "fields": view.fields,
        "versions": view.field_versions,
    }


def _save(entry_id: str) -> dict[str, object]:
    sent = _sent()
    form_guard.check(PURPOSE, entry_id, given=str(sent.get("token", "")))
    saved = autosaving.save(entry_id, _typed(sent), auth.actor())
    return {
        "version": saved.version,
        "saved_at": saved.saved_at.isoformat(),
        "clock": saved.saved_at.astimezone(SWEDEN).strftime("%H:%M"),
        "seconds": auth.seconds_left(auth.signed_in()),
    }


def _sent() -> Mapping[str, object]:
    try:
        sent = request.get_json()
    except (BadRequest, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise Invalid("Vi kunde inte läsa det som skickades. Inget är sparat.")
    return sent


def _typed(sent: Mapping[str, object]) -> dict[str, TypedField]:
    fields, versions, earlier = (_mapping(sent, name) for name in ("fields", "versions", "sent"))
    return {
        name: TypedField(
            text=_text(text),
            seen=_version(versions.get(name, sent.get("version"))),
            sent=_texts(earlier, name),
        )
        for name, text in fields.items()
    }


def _mapping(sent: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = sent.get(name, {})
    if not isinstance(found, dict):
        raise Invalid("Vi kunde inte läsa det som skickades. Inget är sparat.")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Invalid("Vi kunde inte läsa det som skickades. Inget är sparat.")
    return value


def _texts(earlier: Mapping[str, object], name: str) -> tuple[str, ...]:
    found = earlier.get(name, [])
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _version(value: object) -> int:
    if not isinstance(value, int):
        raise Invalid("Vi kunde inte läsa det som skickades. Inget är sparat.")
    return value


def _merge(entry_id: str) -> Response:
    """What was chosen on the merge page, or the texts that a page could not save because others had."""
    merge = conflict_view.Merge.read(entry_id, request.form)
    try:
        form_guard.check(PURPOSE, entry_id)
        merge.require_choices()
        drafts.save(entry_id, merge.mine, merge.version, auth.actor())
    except form_guard.Refused as refused:
        return merge.show(alert=str(refused.sentence), status=refused.status)
    except DraftConflict:
        return merge.show()
    except Invalid as error:
        return merge.show(alert=sentence(error), status=code_of(error))
    return redirect(merge.address_after, 303)
