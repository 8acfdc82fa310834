"""What the search box offers while a reader types: JSON for ``static/js/suggestions.js``.

Nothing of it is kept. The box works without: an answer that cannot be given is an empty one.
"""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kb.domain.clock import today
from kb.domain.errors import TooManyAttempts
from kb.search.index import CompletionKind, Facet
from kb.services import suggesting
from kb.services.choices import SearchRequest
from kb.services.suggesting import Offer, OfferGroup
from kb.web import query_string
from kb.web.errors import code_of, retry_after
from kb.web.languages import SOURCE, lang_of
from kb.web.template_helpers import story_url

log = structlog.get_logger(__name__)

blueprint = Blueprint("suggestions", __name__)

KEEP = "private, max-age=60"
"""The reader's own browser may give the same letters the same answer for a minute."""

_LABELS = {
    CompletionKind.WORD: lazy_gettext("Sökord"),
    CompletionKind.TITLE: lazy_gettext("Erfarenheter"),
    CompletionKind.ORGANISATION: lazy_gettext("Myndigheter"),
    CompletionKind.TERM: lazy_gettext("Ämnen"),
}


@blueprint.get("/sok/forslag")
def show() -> Response:
    groups = suggesting.suggest(query_string.text_of(request.args), today())
    response = _answer(groups)
    response.headers["Cache-Control"] = KEEP
    return response


@blueprint.errorhandler(TooManyAttempts)
def too_many(error: TooManyAttempts) -> Response:
    """The same answer without offers, which the box takes for none."""
    response = _answer(())
    response.status_code = code_of(error)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(retry_after(error))
    return response


@blueprint.errorhandler(Exception)
def failed(error: Exception) -> Response:
    log.warning("suggestions_failed", error=repr(error))
    response = _answer(())
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer(groups: tuple[OfferGroup, ...]) -> Response:
    number = sum(len(group.offers) for group in groups)
    return jsonify(
        announcement=ngettext("%(num)s förslag", "%(num)s förslag", number) if number else _("Inga förslag"),
        groups=[
            {
                "kind": group.kind.value,
                "label": str(_LABELS[group.kind]),
                "options": [
                    {
                        "text": offer.text,
                        "url": _address(group.kind, offer),
                        "lang": _language(group.kind, offer),
                    }
                    for offer in group.offers
                ],
            }
            for group in groups
        ],
    )


def _language(kind: CompletionKind, offer: Offer) -> str | None:
    """The ``lang`` of an option where it is not that of the page: words and terms are those of the index."""
    if kind is CompletionKind.ORGANISATION:
        return None
    return lang_of(offer.story or SOURCE)


def _address(kind: CompletionKind, offer: Offer) -> str:
    if offer.story is not None:
        return story_url(offer.story)
    if kind is CompletionKind.ORGANISATION:
        return url_for("organisations.show", slug=offer.target)
    facet, _equals, code = offer.target.partition("=")
    wanted = (
        SearchRequest(filters={Facet(facet): frozenset({code})})
        if kind is CompletionKind.TERM
        else SearchRequest(text=offer.text)
    )
    return query_string.SearchUrls(wanted, url_for("search.show")).of(wanted)
