"""What guards one's account: password, second factor, recovery codes, sessions, identities elsewhere."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.accounts import MFA_ROLES
from kb.domain.errors import Invalid
from kb.services import accounts, federation, identities, my_security, second_factor, sessions, signing_in
from kb.services.second_factor import Enrolment
from kb.web import auth
from kb.web.errors import sentence
from kb.web.forms import account as forms
from kb.web.forms.door import Door
from kb.web.forms.fields import Form
from kb.web.languages import SOURCE, page_language
from kb.web.qr import draw
from kb.web.views.account import METHODS, blueprint, done, door_to


@blueprint.get("/sakerhet")
def security() -> Response:
    return _security_door().show(Form(forms.NOTHING))


@blueprint.route("/sakerhet/losenord", methods=METHODS)
def password() -> Response:
    found = auth.signed_in()
    door = door_to("password", "password", found=found, guards=my_security.of_actor(found.actor))
    form = Form.read(forms.PASSWORD, request.form)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: object) -> Response:
        accounts.change_password(
            found.user_id,
            form.values["old_password"],
            form.values["password"],
            found.actor,
            keep_session=found.session_id,
        )
        return _renewed(done("security", "losenord"))

    return door.take(form, lambda: None, store)


@blueprint.route("/sakerhet/tvasteg", methods=METHODS, endpoint="second_factor")
def set_up_second_factor() -> Response:
    """Begin with a second factor, or put another app in the place of the one there is."""
    found = auth.signed_in()
    guards = my_security.of_actor(found.actor)
    if guards.second_factor_since is not None and found.needs_second_factor:
        return _show_code()
    form = Form.read(forms.SECOND_FACTOR, request.form)
    enrolment = _enrolment(form)
    door = door_to(
        "second_factor",
        "second_factor",
        found=found,
        guards=guards,
        enrolment=enrolment,
        qr=draw(enrolment.uri),
    )
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: object) -> Response:
        codes = second_factor.finish(
            found.user_id, enrolment.sealed, form.values["code"], found.actor, session_id=found.session_id
        )
        return _renewed_with(codes, is_new=True)

    return door.take(form, lambda: None, store)


@blueprint.route("/sakerhet/tvasteg/stang-av", methods=METHODS)
def second_factor_off() -> Response:
    found = auth.signed_in()
    guards = my_security.of_actor(found.actor)
    door = door_to("second_factor_off", "second_factor_off", guards=guards, is_needed=found.role in MFA_ROLES)
    form = Form(forms.NOTHING)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: object) -> Response:
        second_factor.remove(found.user_id, found.actor)
        return _renewed(done("security", "tvasteg-av"))

    return door.take(form, lambda: None, store)


@blueprint.route("/sakerhet/reservkoder", methods=METHODS)
def recovery_codes() -> Response:
    found = auth.signed_in()
    door = door_to("recovery_codes", "recovery_codes", guards=my_security.of_actor(found.actor))
    form = Form(forms.NOTHING)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: object) -> Response:
        codes = second_factor.new_recovery_codes(found.user_id, found.actor)
        return make_response(render_template("account/codes.html", codes=codes, is_new=False))

    return door.take(form, lambda: None, store)


@blueprint.route("/sakerhet/sessioner", methods=METHODS)
def end_sessions() -> Response:
    """One session of one's own, or every one but this."""
    if request.method != "POST":
        return redirect(url_for("account.security"))
    found = auth.signed_in()
    form = Form.read(forms.END_SESSIONS, request.form)
    which = form.values[forms.SESSION.name]

    def store(_key: str, _place: object) -> str:
        if which == forms.ALL_OTHERS:
            sessions.end_others(found.user_id, found.session_id, found.actor)
            return done("security", "enheter")
        sessions.end_own(found.user_id, which, found.actor)
        return done("security", "enhet")

    return _security_door().take(form, lambda: None, store)


@blueprint.route("/sakerhet/inloggning/<key>", methods=METHODS)
def identity_off(key: str) -> Response:
    found = auth.signed_in()
    door = door_to(
        "identity_off",
        "identity_off",
        key=key,
        name=provider_name(identities.own(key, found.actor).provider),
        is_only_way_in=identities.is_only_way_in(key, found.actor),
    )
    form = Form(forms.NOTHING)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: object) -> str:
        identities.remove(key, found.actor)
        return done("security", "inloggning")

    return door.take(form, lambda: None, store)


def provider_name(provider_id: str) -> str:
    """As sign-in pages call it; one that the site no longer has keeps its code."""
    for one in federation.providers():
        if one.id == provider_id:
            return one.label if page_language() == SOURCE else one.label_en or one.label
    return provider_id


def _security_door() -> Door:
    """The page of all that guards the account; its own form ends sessions."""
    found = auth.signed_in()
    guards = my_security.of_actor(found.actor)
    return door_to("end_sessions", "security", found=found, guards=guards, provider_name=provider_name)


def _enrolment(form: Form) -> Enrolment:
    """The factor of the form that came back; a new one where none came, or it has become too old."""
    user_id = auth.signed_in().user_id
    sealed = form.values[forms.SEALED.name]
    try:
        enrolment = second_factor.offered(user_id, sealed) if sealed else second_factor.start(user_id)
    except Invalid as error:
        enrolment = second_factor.start(user_id)
        form.alert = sentence(error)
    form.values[forms.SEALED.name] = enrolment.sealed
    return enrolment


def _show_code() -> Response:
    """The account has a second factor that this session has not shown: signed in through another service."""
    found = auth.signed_in()
    door = door_to("second_factor", "show_code")
    form = Form.read((forms.CODE,), request.form)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: object) -> Response:
        signing_in.with_code(found.user_id, form.values["code"], found.actor)
        return _renewed(done("security", "tvasteg"), second_factor=True)

    return door.take(form, lambda: None, store)


def _renewed(address: str, *, second_factor: bool = False) -> Response:
    """Lead on, with a new token: what the session may do has changed (S-18)."""
    token = sessions.renew(auth.signed_in().session_id, second_factor=second_factor)
    response = redirect(address, 303)
    auth.give_cookie(response, token)
    return response


def _renewed_with(codes: tuple[str, ...], *, is_new: bool) -> Response:
    token = sessions.renew(auth.signed_in().session_id)
    auth.changed(token)
    response = make_response(render_template("account/codes.html", codes=codes, is_new=is_new))
    auth.give_cookie(response, token)
    return response
