"""One's own account: who one is, for whom one writes, what one is told of, what is stored."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from werkzeug import Response

from kb.domain.accounts import CHANNEL_LABELS
from kb.domain.clock import today
from kb.domain.errors import Invalid, InvalidFields
from kb.domain.notifications import events_of
from kb.domain.people import email_key
from kb.services import accounts, colleagues, my_data, notifications
from kb.web import auth, my_data_view
from kb.web.forms import account as forms
from kb.web.forms.door import Door
from kb.web.forms.fields import Form
from kb.web.navigation import Place

blueprint = Blueprint("account", __name__, url_prefix="/konto")

METHODS = ["GET", "POST"]
SECURITY = "account.security"
PLACES: tuple[Place, ...] = (
    Place("account.profile", _("Profil")),
    Place("account.organisations", _("Organisation")),
    Place(SECURITY, _("Säkerhet")),
    Place("account.notifications", _("Notiser")),
    Place("account.my_data", _("Mina uppgifter")),
)

_SECTIONS: Mapping[str, str] = {
    **{place.endpoint: place.endpoint for place in PLACES},
    "account.email": "account.profile",
    "account.export": "account.my_data",
    "account.erase": "account.my_data",
}
"""Under which place a page lies; all others guard the account."""

_SENTENCES: Mapping[str, LazyString] = {
    "profil": _("Ändringarna är sparade."),
    "e-post": _(
        "Vi skickar en länk till den nya adressen. Öppna den inom 60 minuter. Tills dess gäller den gamla."
    ),
    "losenord": _("Du har ett nytt lösenord."),
    "tvasteg-av": _("Tvåstegsinloggning är avstängd."),
    "tvasteg": _("Tack, koden stämde. Nu kan du använda hela ditt konto."),
    "enhet": _("Enheten är utloggad."),
    "enheter": _("Alla andra enheter är utloggade."),
    "inloggning": _("Inloggningen är borttagen."),
    "notiser": _("Dina val är sparade."),
}
"""What has been done just now, by the part ``klart`` of an address."""


@blueprint.context_processor
def _around() -> dict[str, object]:
    """What every account page shows around its content; while a second factor is missing, only its part."""
    found = auth.current()
    half_way = found is not None and found.needs_second_factor
    return {
        "places": tuple(place for place in PLACES if place.endpoint == SECURITY or not half_way),
        "section": _SECTIONS.get(request.endpoint or "", SECURITY),
        "done": _SENTENCES.get(request.args.get("klart", "")),
    }


def door_to(endpoint: str, template: str, *, key: str | None = None, **shown: object) -> Door:
    """The form of an account page. ``key`` is what it is about, where that stands in its address."""
    address = url_for(f"account.{endpoint}", key=key)
    purpose = f"account_{endpoint}"
    return Door(purpose, f"account/{template}.html", address, subject=key or "", shown=shown)


def done(endpoint: str, what: str) -> str:
    """The address of a page that says that it is done."""
    return url_for(f"account.{endpoint}", klart=what)


@blueprint.route("", methods=METHODS)
def profile() -> Response:
    found = auth.signed_in()
    door = door_to("profile", "profile", found=found)
    if request.method != "POST":
        return door.show(Form(forms.PROFILE, {"name": found.name, "language": found.language}))
    form = Form.read(forms.PROFILE, request.form)
    name, language = form.values["name"], form.values["language"]

    def store(_key: str, _place: object) -> str:
        accounts.change_profile(found.user_id, name, language, found.actor)
        return done("profile", "profil")

    return door.take(form, lambda: None, store)


@blueprint.route("/e-post", methods=METHODS)
def email() -> Response:
    """The new address holds when a link sent to it has been followed."""
    found = auth.signed_in()
    door = door_to("email", "email", found=found)
    form = Form.read(forms.EMAIL, request.form)
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: object) -> str:
        accounts.ask_for_email_change(found.user_id, form.values["email"], found.actor)
        return done("profile", "e-post")

    return door.take(form, lambda: None, store)


@blueprint.get("/organisation")
def organisations() -> str:
    found = auth.signed_in()
    return render_template("account/organisations.html", organisations=colleagues.of_actor(found.actor))


@blueprint.route("/notiser", methods=METHODS, endpoint="notifications")
def notification_choices() -> Response:
    found = auth.signed_in()
    door = door_to("notifications", "notifications", channels=CHANNEL_LABELS)
    fields = forms.event_fields(events_of(found.role))
    if request.method != "POST":
        return door.show(forms.choices_form(fields, notifications.choices_of(found.user_id)))
    form = forms.read_choices(fields, request.form)

    def store(_key: str, _place: object) -> str:
        notifications.choose(forms.chosen(form), found.actor)
        return done("notifications", "notiser")

    return door.take(form, lambda: None, store)


@blueprint.get("/mina-uppgifter", endpoint="my_data")
def own_data() -> Response:
    return _export_door().show(Form(forms.NOTHING))


@blueprint.route("/mina-uppgifter/exportera", methods=METHODS)
def export() -> Response:
    if request.method != "POST":
        return redirect(url_for("account.my_data"))
    found = auth.signed_in()

    def store(_key: str, _place: object) -> Response:
        response = make_response(my_data_view.archive(my_data.export(found.user_id, found.actor), today()))
        response.mimetype = "application/zip"
        response.headers["Content-Disposition"] = f'attachment; filename="mina-uppgifter-{today()}.zip"'
        return response

    return _export_door().take(Form(forms.NOTHING), lambda: None, store)


@blueprint.route("/mina-uppgifter/radera", methods=METHODS)
def erase() -> Response:
    found = auth.signed_in()
    door = door_to("erase", "erase", found=found)
    form = Form.read(forms.ERASE, request.form)
    if request.method != "POST":
        return door.show(form)

    def check() -> None:
        if email_key(form.values["email"]) != found.email:
            raise InvalidFields((Invalid("Skriv adressen precis som den står här ovanför.", field="email"),))

    def store(_key: str, _place: object) -> Response:
        my_data.erase(found.user_id, found.actor)
        auth.changed()
        response = make_response(render_template("account/erased.html"))
        auth.take_cookie(response)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return door.take(form, check, store)


def _export_door() -> Door:
    found = auth.signed_in()
    parts = my_data_view.shown(my_data.read(found.user_id, found.actor), my_data_view.ON_PAGE)
    return door_to("export", "my_data", parts=parts, limit=my_data_view.ON_PAGE)
