"""Signing in through an identity provider: the page that leads there, and where the browser comes back.

A POST of ours may not end at another site: ``form-action 'self'`` holds for its redirects too. So the POST is
answered with a page of ours that goes on by itself, and has a link for browsers that do not.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from kb.config import Settings
from kb.domain.federation import FederationRefused, Purpose, Refusal
from kb.services import federation, sessions
from kb.services.federation import Answer, Choice
from kb.services.rate_limits import Place
from kb.web import auth, form_guard
from kb.web.cookies import FEDERATION, FEDERATION_WITHOUT_TLS
from kb.web.device import device
from kb.web.errors import sentence
from kb.web.languages import page_language
from kb.web.local_path import local_path

blueprint = Blueprint("federation", __name__)

GUARDED = "federation"
"""The purpose of the form's token."""

_PURPOSES: Mapping[str, Purpose] = {"lagg-till": Purpose.ADD, "bekrafta": Purpose.CONFIRM}
_UNAVAILABLE = frozenset({Refusal.UNREACHABLE, Refusal.BAD_METADATA})
_NOT_LET_IN = frozenset(
    {
        Refusal.ASSURANCE,
        Refusal.DISABLED,
        Refusal.EMAIL_TAKEN,
        Refusal.IDENTITY_NUMBER,
        Refusal.IDENTITY_TAKEN,
        Refusal.NO_EMAIL,
        Refusal.NOT_RECENT,
        Refusal.ORGANISATION,
        Refusal.OTHER_PERSON,
        Refusal.TENANT,
    }
)


@blueprint.route("/logga-in/via/<provider>", methods=["GET", "POST"])
def start(provider: str) -> Response:
    """Asked for by itself, the page has the button that the log-in page has too."""
    choice = federation.choice(provider)
    purpose_word = request.values.get("syfte", "")
    purpose = _PURPOSES.get(purpose_word, Purpose.SIGN_IN)
    next_path = local_path(request.values.get("till", ""))
    alert = ""
    if request.method == "POST":
        try:
            form_guard.check(GUARDED)
        except form_guard.Refused as refused:
            alert, status = str(refused.sentence), refused.status
        else:
            return _go_on(choice, purpose, next_path)
    page = render_template(
        "federation/start.html",
        choice=choice,
        label=_label(choice),
        purpose=purpose,
        purpose_word=purpose_word if purpose is not Purpose.SIGN_IN else "",
        next_path=next_path,
        alert=alert,
        token=form_guard.token(GUARDED, bound=False),
    )
    return _private(make_response(page, status if alert else 200))


@blueprint.get("/logga-in/svar/<provider>")
def answer(provider: str) -> Response:
    """Where the provider sends the browser back to."""
    before = auth.current()
    given = Answer(
        provider,
        request.args.get("state", ""),
        request.args.get("code", ""),
        request.args.get("error", ""),
        request.args.get("iss"),
    )
    try:
        outcome = federation.answer(
            given,
            request.cookies.get(_cookie_name(), ""),
            _place(),
            signed_in=before,
            device=device(request.user_agent.string),
        )
    except FederationRefused as error:
        response = _refused(error, federation.choice(provider))
    else:
        if before is not None and outcome.purpose is Purpose.SIGN_IN:
            sessions.end(before.session_id, before.actor)
        response = redirect(local_path(outcome.next_path) or url_for("home.show"), 303)
        auth.give_cookie(response, outcome.token)
    settings: Settings = current_app.config["KB"]
    response.delete_cookie(_cookie_name(), path="/", secure=settings.has_tls, httponly=True, samesite="Lax")
    return _private(response)


def _go_on(choice: Choice, purpose: Purpose, next_path: str) -> Response:
    browser_secret = secrets.token_urlsafe(32)
    try:
        address = federation.start(
            choice.id,
            purpose,
            next_path,
            browser_secret,
            _place(),
            signed_in=auth.current(),
            language=page_language(),
        )
    except FederationRefused as error:
        return _private(_refused(error, choice))
    response = make_response(
        render_template("federation/continue.html", label=_label(choice), address=address)
    )
    settings: Settings = current_app.config["KB"]
    response.set_cookie(
        _cookie_name(),
        browser_secret,
        max_age=federation.LASTS,
        path="/",
        secure=settings.has_tls,
        httponly=True,
        samesite="Lax",
    )
    return _private(response)


def _refused(error: FederationRefused, choice: Choice) -> Response:
    status = 503 if error.reason in _UNAVAILABLE else 403 if error.reason in _NOT_LET_IN else 400
    page = render_template("federation/refused.html", explanation=sentence(error), label=_label(choice))
    return make_response(page, status)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _label(choice: Choice) -> str:
    return choice.label_en if page_language() == "en" else choice.label


def _place() -> Place:
    return Place(request.remote_addr or "", form_guard.secret())


def _cookie_name() -> str:
    settings: Settings = current_app.config["KB"]
    return FEDERATION if settings.has_tls else FEDERATION_WITHOUT_TLS
