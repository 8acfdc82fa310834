"""The pages on which someone proves who they are, and what follows when it has been proved.

``till`` is where the person was going; a kept form goes before it (``kb/web/kept_forms.py``).
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, make_response, redirect, render_template, request, url_for
from itsdangerous import BadData
from werkzeug import Response

from kb.domain.accounts import SignInMethod
from kb.services import federation, second_factor, sessions, signing_in
from kb.services.sessions import SignedIn
from kb.services.signing_in import Proof
from kb.web import auth, form_guard, kept_forms
from kb.web.device import device
from kb.web.forms.door import Door
from kb.web.forms.fields import Form, FormField
from kb.web.forms.signing_in import CODE, CONFIRM_BY_PASSWORD, LOG_IN, NOTHING
from kb.web.kept_forms import KeptForm
from kb.web.local_path import local_path

TO = "till"
"""The field and the part of an address that say where someone was going."""
FIRST_STEP = "steg"
"""The field that says, signed, who has shown the password and has the code left to show."""
FIRST_STEP_LASTS = timedelta(minutes=5)

_FIRST_STEP = "first-step"
_SHOWN = frozenset({200, 403, 422})


def to() -> str:
    """Where the person was going, if it is a page of ours; else nothing (S-25)."""
    return local_path(request.form.get(TO, "") or request.args.get(TO, ""))


def log_in_door(kept: KeptForm | None, **shown: object) -> Door:
    return Door(
        "log_in",
        "auth/log_in.html",
        url_for("auth.log_in"),
        shown={"to": to(), "kept": kept_forms.dumps(kept), **shown},
        bound=False,
    )


def ask_to_log_in(kept: KeptForm | None) -> Response:
    """In place of a page that something was sent to by someone who is no longer signed in."""
    path = local_path(f"{request.root_path}{request.path}")
    lost = kept is None and bool(request.form)
    return log_in_door(kept, to=path, reason="lost" if lost else "ended").show(Form.read(LOG_IN, {}), 401)


def ask_for_second_factor_first(kept: KeptForm | None) -> Response:
    """In place of a page that something was sent to by someone whose role needs a second factor."""
    address = second_factor_address(auth.signed_in())
    page = render_template("auth/second_factor_first.html", kept=kept_forms.dumps(kept), address=address)
    return make_response(page, 403)


def confirm_door(kept: KeptForm | None, proof: Proof, **shown: object) -> Door:
    return Door(
        "confirm",
        "auth/confirm.html",
        url_for("auth.confirm"),
        shown={"to": to(), "kept": kept_forms.dumps(kept), "proof": proof.value, **shown},
    )


def ask_to_confirm(kept: KeptForm | None) -> Response:
    """In place of a page that takes something only from someone who has proved who they are just now."""
    found = auth.signed_in()
    proof = proof_wanted(found)
    path = local_path(f"{request.root_path}{request.path}")
    return confirm_door(kept, proof, to=path).show(Form.read(fields_of(proof), {}), 403)


def proof_wanted(found: SignedIn) -> Proof:
    """What someone who is signed in shows to confirm: the second factor, while it is what is missing."""
    if found.needs_second_factor and second_factor.is_on(found.user_id):
        return Proof.CODE
    return signing_in.proof_of(found.user_id)


def second_factor_address(found: SignedIn, to: str = "") -> str:
    """Where the second factor that is missing is shown, or made if the account has none."""
    if second_factor.is_on(found.user_id):
        return url_for("auth.confirm", till=to)
    return url_for("account.second_factor")


def fields_of(proof: Proof) -> tuple[FormField, ...]:
    """What is asked for: nothing of ours where the identity provider has to be asked."""
    return {Proof.PASSWORD: CONFIRM_BY_PASSWORD, Proof.CODE: CODE, Proof.PROVIDER: NOTHING}[proof]


def code_door(first_step: str, kept: KeptForm | None) -> Door:
    return Door(
        "code",
        "auth/code.html",
        url_for("auth.code"),
        shown={"to": to(), "kept": kept_forms.dumps(kept), "first_step": first_step},
        bound=False,
    )


def first_step_of(user_id: str) -> str:
    """That the user has shown the password just now, signed for five minutes."""
    return str(form_guard.references(_FIRST_STEP).dumps(user_id))


def user_of_first_step(first_step: str) -> str | None:
    """Whose password has been shown; None if too long ago, or if we never said so."""
    try:
        return str(
            form_guard.references(_FIRST_STEP).loads(
                first_step, max_age=int(FIRST_STEP_LASTS.total_seconds())
            )
        )
    except BadData:
        return None


def let_in(
    user_id: str, method: SignInMethod, *, second_factor: bool, to: str = "", kept: KeptForm | None = None
) -> Response:
    """Begin a session, and lead on to what was asked for or to the form that was kept."""
    found = auth.current()
    if found is not None:
        sessions.end(found.session_id, found.actor)  # one browser, one session
    token = sessions.begin(
        user_id,
        method,
        second_factor=second_factor,
        device=device(request.user_agent.string),
        by=auth.actor(),
    )
    return lead_on(token, to, kept)


def lead_on(token: str, to: str, kept: KeptForm | None) -> Response:
    """With the session's token in the cookie: to the kept form, else to ``to``, else to the start."""
    response = _kept(kept, token) if kept else redirect(local_path(to) or url_for("home.show"), 303)
    auth.give_cookie(response, token)
    return response


def _kept(kept: KeptForm, token: str) -> Response:
    """The form as it was, or if it is not there for this person, what was typed in it."""
    page = kept_forms.shown_again(kept, token)
    if page.status_code in _SHOWN and page.mimetype == "text/html":
        page.headers.pop("Set-Cookie", None)
        return page
    return make_response(render_template("auth/kept.html", texts=kept.texts))


def init_app(app: Flask) -> None:
    app.jinja_env.globals["identity_providers"] = federation.providers
