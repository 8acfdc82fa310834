"""Signing in and out, and the links that letters bring. What follows a proof is in ``kb/web/proving.py``."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.accounts import LinkPurpose, SignInMethod
from kb.domain.errors import Invalid, InvalidFields, NotFound
from kb.services import accounts, links, sessions, signing_in
from kb.services.links import LinkView
from kb.services.rate_limits import Place
from kb.services.signing_in import Proof
from kb.web import auth, form_guard, kept_forms, proving
from kb.web.errors import sentence
from kb.web.forms.door import Door
from kb.web.forms.fields import Form, FormField
from kb.web.forms.signing_in import ACCEPT_INVITATION, CODE, FORGOTTEN, LOG_IN, NEW_PASSWORD, NOTHING
from kb.web.origins import is_from_here

blueprint = Blueprint("auth", __name__)

_METHODS = ["GET", "POST"]
_DONE = "klart"
"""In the address of a page that says that something has been done, and what."""
_DONE_LOG_OUT, _DONE_PASSWORD, _DONE_EMAIL, _DONE_SENT = "utloggad", "losenord", "e-post", "skickat"


@blueprint.route("/logga-in", methods=_METHODS)
def log_in() -> Response:
    kept = kept_forms.sent_along()
    if (found := auth.current()) is not None:
        return _already(found.session_id, kept)
    form = Form.read(LOG_IN, request.form)
    door = proving.log_in_door(kept, reason=_done(_DONE_LOG_OUT, _DONE_PASSWORD, _DONE_EMAIL))
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: Place) -> Response:
        passed = signing_in.with_password(form.values["email"], form.values["password"], auth.actor())
        if passed.needs_code:
            step = proving.first_step_of(passed.user_id)
            return proving.code_door(step, kept).show(Form.read(CODE, {}))
        return proving.let_in(
            passed.user_id, SignInMethod.PASSWORD, second_factor=False, to=proving.to(), kept=kept
        )

    return door.take(form, lambda: _filled(form), store)


@blueprint.route("/logga-in/kod", methods=_METHODS)
def code() -> Response:
    """The second step. Who has taken the first is carried in the form, signed, for five minutes."""
    kept = kept_forms.sent_along()
    step = request.form.get(proving.FIRST_STEP, "")
    user_id = proving.user_of_first_step(step)
    if request.method != "POST":
        return redirect(url_for("auth.log_in"), 302)
    if user_id is None:
        return proving.log_in_door(kept, reason="too_late").show(Form.read(LOG_IN, {}), 401)
    form = Form.read(CODE, request.form)

    def store(_key: str, _place: Place) -> Response:
        signing_in.with_code(user_id, form.values["code"], auth.actor())
        return proving.let_in(user_id, SignInMethod.PASSWORD, second_factor=True, to=proving.to(), kept=kept)

    return proving.code_door(step, kept).take(form, lambda: _filled(form), store)


@blueprint.route("/logga-in/bekrafta", methods=_METHODS)
def confirm() -> Response:
    """Someone who is signed in proves who they are once more, before what guards the account is changed."""
    kept = kept_forms.sent_along()
    found = auth.signed_in()
    proof = proving.proof_wanted(found)
    form = Form.read(proving.fields_of(proof), request.form)
    door = proving.confirm_door(kept, proof)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: Place) -> Response:
        if proof is Proof.PASSWORD:
            signing_in.confirm(found.user_id, form.values["password"], found.actor)
        elif proof is Proof.CODE:
            signing_in.with_code(found.user_id, form.values["code"], found.actor)
        elif not found.is_recent:
            raise Invalid("Bekräfta först genom länken ovan. Inget är skickat än.")
        token = sessions.renew(
            found.session_id, authenticated=proof is not Proof.PROVIDER, second_factor=proof is Proof.CODE
        )
        return proving.lead_on(token, proving.to(), kept)

    return door.take(form, lambda: _filled(form), store)


@blueprint.post("/logga-in/stanna")
def stay() -> Response:
    """That this was asked for has kept the session alive; the answer says for how many seconds."""
    found = auth.signed_in()
    try:
        form_guard.check("stay")
    except form_guard.Refused as refused:
        return make_response({"error": str(refused.sentence)}, refused.status)
    return make_response({"seconds": auth.seconds_left(found)})


@blueprint.route("/logga-ut", methods=_METHODS)
def log_out() -> Response:
    """A link may not sign anyone out: it shows the button."""
    found = auth.signed_in()
    door = Door("log_out", "auth/log_out.html", url_for("auth.log_out"))
    form = Form(NOTHING)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: Place) -> Response:
        sessions.end(found.session_id, found.actor)
        response = redirect(url_for("auth.log_in", klart=_DONE_LOG_OUT), 303)
        auth.take_cookie(response)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return door.take(form, lambda: None, store)


@blueprint.route("/glomt-losenord", methods=_METHODS)
def forgotten() -> Response:
    """The answer is the same whether there is such an account or not (S-12)."""
    door = Door(
        "forgotten", "auth/forgotten.html", url_for("auth.forgotten"), shown={"done": _done(_DONE_SENT)}
    )
    form = Form.read(FORGOTTEN, request.form)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: Place) -> str:
        accounts.ask_for_reset(form.values["email"], auth.actor())
        return url_for("auth.forgotten", klart=_DONE_SENT)

    return door.take(form, lambda: _filled(form), store)


@blueprint.route("/lank/<token>", methods=_METHODS)
def link(token: str) -> Response:
    """A link of a letter: opening it shows what it is for, and sending its form uses it, once (S-14)."""
    try:
        seen = links.look(token)
    except NotFound as error:
        return make_response(render_template("auth/link_ended.html", explanation=sentence(error)), 404)
    door = Door(
        "link",
        f"auth/link_{seen.purpose.value}.html",
        url_for("auth.link", token=token),
        subject=seen.link_id,
        shown={"link": seen},
    )
    given = request.form if request.method == "POST" else {"name": seen.name}
    form = Form.read(_fields(seen), given)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: Place) -> str:
        by = auth.actor()
        if seen.purpose is LinkPurpose.EMAIL_CHANGE:
            accounts.confirm_email_change(token, by)
            return url_for("auth.log_in", klart=_DONE_EMAIL)
        accounts.set_password_by_link(token, form.values["password"], by, name=form.values.get("name", ""))
        return url_for("auth.log_in", klart=_DONE_PASSWORD)

    return door.take(form, lambda: _filled(form), store)


def _fields(seen: LinkView) -> tuple[FormField, ...]:
    return {
        LinkPurpose.INVITATION: ACCEPT_INVITATION,
        LinkPurpose.RESET: NEW_PASSWORD,
        LinkPurpose.EMAIL_CHANGE: NOTHING,
    }[seen.purpose]


def _already(session_id: str, kept: kept_forms.KeptForm | None) -> Response:
    """Signed in already, perhaps in another tab: what was kept is shown now."""
    if request.method == "POST" and kept is not None and is_from_here():
        return proving.lead_on(sessions.renew(session_id), "", kept)
    return redirect(proving.to() or url_for("home.show"), 303 if request.method == "POST" else 302)


def _done(*known: str) -> str:
    said = request.args.get(_DONE, "")
    return said if said in known and request.method != "POST" else ""


def _filled(form: Form) -> None:
    """Raises ``InvalidFields`` with a sentence for each field that is empty."""
    empty = tuple(_EMPTY[one.name] for one in form.fields if not form.values[one.name])
    if empty:
        raise InvalidFields(empty)


_EMPTY = {
    "email": Invalid("Skriv din e-postadress.", field="email"),
    "password": Invalid("Skriv ett lösenord.", field="password"),
    "code": Invalid("Skriv koden.", field="code"),
    "name": Invalid("Skriv ditt namn.", field="name"),
}
