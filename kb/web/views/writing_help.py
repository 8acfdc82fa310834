"""Help beside the text of a draft: as the page is made, and anew while someone types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import make_response, render_template, request
from werkzeug import Response
from werkzeug.exceptions import BadRequest

from kb.domain.errors import DomainError, Invalid
from kb.services import drafts, writing_help
from kb.services.drafts import DraftView
from kb.services.writing_help import Help
from kb.web import answers, auth, form_guard
from kb.web.answers import Mend
from kb.web.errors import code_of, sentence
from kb.web.languages import gettext as _
from kb.web.languages import ngettext
from kb.web.views.writing import PURPOSE, blueprint


@dataclass(frozen=True, slots=True)
class Shown:
    """A help with the place of each warning and piece of advice, as a page shows them."""

    help: Help
    warnings: tuple[tuple[writing_help.Warning, Mend], ...]
    advice: tuple[Mend, ...]
    reading: str
    summary: str


@blueprint.post("/bidra/<entry_id:entry_id>/hjalp", endpoint="help")
def help_while_typing(entry_id: str) -> Response:
    """What is typed and not yet saved is judged with the rest of the draft. Nothing is stored."""
    try:
        sent = _sent()
        form_guard.check(PURPOSE, entry_id, given=str(sent.get("token", "")))
        draft = drafts.read(entry_id, auth.actor())
        shown = _shown(draft, _texts(sent.get("fields")))
    except form_guard.Refused as refused:
        return make_response({"message": str(refused.sentence)}, refused.status)
    except DomainError as error:
        return make_response({"message": sentence(error)}, code_of(error))
    return make_response(
        {
            "html": render_template("contribute/_help_content.html", shown=shown),
            "warnings": shown.help.warnings_total,
            "summary": shown.summary,
        }
    )


@blueprint.app_template_global("draft_help")
def draft_help(draft: DraftView, typed: Mapping[str, str]) -> Shown:
    """Help for a draft and for what stands in the form beside it."""
    return _shown(draft, typed)


def _shown(draft: DraftView, typed: Mapping[str, str]) -> Shown:
    found = writing_help.help_for(writing_help.together(draft.fields, typed), draft.size)
    warned = (answers.mend_at(draft, one.field, _(one.advice)) for one in found.warnings)
    advised = (
        answers.mend_at(draft, one.field, _(one.advice.message, about=one.advice.about))
        for one in found.advice
    )
    return Shown(
        found,
        tuple(zip(found.warnings, warned, strict=True)),
        tuple(dict.fromkeys(advised)),
        _reading(found),
        _summary(found.warnings_total),
    )


def _reading(found: Help) -> str:
    if found.lix is None:
        return _("Texten är för kort för att mätas än.")
    if found.lix <= writing_help.LIX_WELL:
        return _("LIX är %(lix)s. Texten är lätt nog att läsa.", lix=found.lix)
    if found.lix <= writing_help.LIX_HEAVY:
        return _("LIX är %(lix)s. Texten är lite tung att läsa.", lix=found.lix)
    return _("LIX är %(lix)s. Texten är tung att läsa. Dela långa meningar och byt långa ord.", lix=found.lix)


def _summary(warnings: int) -> str:
    if not warnings:
        return _("Vi hittar inga personuppgifter i texten.")
    return ngettext(
        "Det kan finnas en personuppgift i texten.",
        "Det kan finnas %(num)s personuppgifter i texten.",
        warnings,
    )


def _sent() -> Mapping[str, object]:
    try:
        sent = request.get_json()
    except (BadRequest, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise Invalid("Vi kunde inte läsa det som skickades. Ladda om sidan.")
    return sent


def _texts(fields: object) -> Mapping[str, str]:
    if not isinstance(fields, dict):
        return {}
    return {name: text for name, text in fields.items() if isinstance(text, str)}
