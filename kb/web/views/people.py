"""People with an account, for administrators: found, invited, changed, shut out and let in again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.errors import Invalid, InvalidFields
from kb.domain.people import STATE_LABELS, PersonState
from kb.domain.vocabulary import Role
from kb.services import organisation_choice, people, people_list
from kb.services.people_list import PersonPage
from kb.web import auth, query_string
from kb.web.forms.door import Door
from kb.web.forms.fields import Form, FormField
from kb.web.forms.people import ORGANISATIONS, invitation_fields, role_field
from kb.web.labels import label
from kb.web.languages import gettext, page_language

blueprint = Blueprint("people", __name__, url_prefix="/administration/personer")

_METHODS = ["GET", "POST"]
_PERSON = "/<entry_id:user_id>"


@blueprint.get("")
def index() -> str:
    """A choice that does not exist is no choice."""
    asked = request.args
    organisation = asked.get("myndighet", "")
    found = people_list.index(
        auth.actor(),
        query_string.text_of(asked).strip(),
        role=Role(asked["roll"]) if asked.get("roll") in set(Role) else None,
        state=PersonState(asked["lage"]) if asked.get("lage") in set(PersonState) else None,
        organisation=organisation,
        page=asked.get("sida", 1, type=int),
    )
    return render_template(
        "people/index.html",
        list=found,
        text=query_string.text_of(asked).strip(),
        roles=[(role.value, label(role)) for role in Role],
        states=[(state.value, gettext(words)) for state, words in STATE_LABELS.items()],
        organisations=[(one.slug, one.name) for one in people_list.organisations(auth.actor())],
        asked={name: asked[name] for name in ("q", "roll", "lage", "myndighet") if asked.get(name)},
    )


@blueprint.route("/bjud-in", methods=_METHODS)
def invite() -> Response:
    fields = invitation_fields()
    door = Door(
        "people_invite",
        "people/invite.html",
        url_for("people.invite"),
        url_for("people.index"),
        shown={"organisation_names": organisation_choice.names()},
    )
    if request.method != "POST":
        given = {"role": Role.CONTRIBUTOR.value, "language": page_language()}
        return door.show(Form.read(fields, given | _of_address("organisations")))
    form = Form.read(fields, request.form)

    def store(_key: str, _place: object) -> str:
        user_id, _link = people.invite(
            form.values["email"],
            form.values["name"],
            _role(form),
            organisation_choice.ids_of(form.values["organisations"].splitlines()),
            auth.actor(),
            language=form.values["language"],
        )
        return url_for("people.show", user_id=user_id, klart="bjud-in")

    def check() -> None:
        _role(form)

    return door.take(form, check, store)


@blueprint.get(_PERSON)
def show(user_id: str) -> str:
    page = people_list.read(user_id, auth.actor())
    return render_template("people/show.html", page=page, done=request.args.get("klart", ""))


@blueprint.route(f"{_PERSON}/roll", methods=_METHODS)
def role(user_id: str) -> Response:
    page = people_list.read(user_id, auth.actor())
    fields = (role_field(),)
    given = {"role": page.person.role.value}

    def change(form: Form) -> None:
        people.change_role(user_id, _role(form), auth.actor())

    return _form(page, "roll", "people/role.html", fields=fields, given=given, change=change)


@blueprint.route(f"{_PERSON}/organisationer", methods=_METHODS, endpoint="organisations")
def organisations_of(user_id: str) -> Response:
    page = people_list.read(user_id, auth.actor())
    given = {ORGANISATIONS.name: "\n".join(one.name for one in page.person.organisations)}

    def change(form: Form) -> None:
        chosen = organisation_choice.ids_of(form.values[ORGANISATIONS.name].splitlines())
        people.set_organisations(user_id, chosen, auth.actor())

    return _form(
        page,
        "organisationer",
        "people/organisations.html",
        fields=(ORGANISATIONS,),
        given=given,
        change=change,
    )


@blueprint.route(f"{_PERSON}/stang-av", methods=_METHODS)
def disable(user_id: str) -> Response:
    page = people_list.read(user_id, auth.actor())

    def change(_form: Form) -> None:
        people.disable(user_id, auth.actor())

    return _form(page, "stang-av", "people/disable.html", change=change)


@blueprint.route(f"{_PERSON}/oppna", methods=_METHODS)
def enable(user_id: str) -> Response:
    page = people_list.read(user_id, auth.actor())

    def change(_form: Form) -> None:
        people.enable(user_id, auth.actor())

    return _form(page, "oppna", "people/enable.html", change=change)


@blueprint.route(f"{_PERSON}/bjud-in-igen", methods=_METHODS)
def invite_again(user_id: str) -> Response:
    page = people_list.read(user_id, auth.actor())

    def change(_form: Form) -> None:
        people.invite_again(user_id, auth.actor())

    return _form(page, "bjud-in-igen", "people/invite_again.html", change=change)


def _form(
    page: PersonPage,
    done: str,
    template: str,
    *,
    change: Callable[[Form], None],
    fields: tuple[FormField, ...] = (),
    given: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """A page with one form about a person, from which one comes back to the person's page."""
    person = page.person
    home = url_for("people.show", user_id=person.id)
    address = url_for(str(request.endpoint), user_id=person.id)
    if request.method != "POST" and not page.may_change:
        return redirect(home)
    door = Door(
        f"people_{done}",
        template,
        address,
        home,
        person.id,
        {"page": page, "organisation_names": organisation_choice.names() if fields else []},
    )
    if request.method != "POST":
        return door.show(Form.read(fields, given))
    form = Form.read(fields, request.form)

    def store(_key: str, _place: object) -> str:
        change(form)
        return url_for("people.show", user_id=person.id, klart=done)

    return door.take(form, lambda: None, store)


def _role(form: Form) -> Role:
    """Raises ``InvalidFields`` unless one of the roles was chosen."""
    if form.values["role"] not in set(Role):
        raise InvalidFields((Invalid("Välj en roll.", field="role"),))
    return Role(form.values["role"])


def _of_address(name: str) -> dict[str, str]:
    """What a link to the form has chosen already."""
    return {name: request.args[name]} if request.args.get(name) else {}
