"""Organisations, for administrators: added, changed, merged, handed over to the one that took over."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from kb.domain.errors import Invalid, InvalidFields
from kb.services import managed_organisations, organisation_changes, organisation_choice, organisation_list
from kb.services.managed_organisations import ManagedOrganisation
from kb.web import auth, query_string
from kb.web.errors import sentence
from kb.web.forms.door import Door
from kb.web.forms.fields import Form
from kb.web.forms.managed_organisations import (
    CHOSEN_ENTRIES,
    CONFIRMATION,
    check_confirmation,
    fields_of,
    organisation_fields,
    values_of,
)

blueprint = Blueprint("managed_organisations", __name__, url_prefix="/administration/myndigheter")

_METHODS = ["GET", "POST"]
_TARGET = "till"
"""The name in an address of the other organisation: the one that is left, or the one that takes over."""


@blueprint.get("")
def index() -> str:
    text = query_string.text_of(request.args).strip()
    found = organisation_list.find(text)
    return render_template(
        "managed_organisations/index.html", list=found, groups=organisation_list.grouped(found)
    )


@blueprint.route("/ny", methods=_METHODS)
def add() -> Response:
    door = Door(
        "organisation_add",
        "managed_organisations/add.html",
        url_for("managed_organisations.add"),
        url_for("managed_organisations.index"),
    )
    if request.method != "POST":
        return door.show(Form.read(organisation_fields(), {}))
    form = Form.read(organisation_fields(), request.form)

    def store(_key: str, _place: object) -> str:
        slug = organisation_changes.add(fields_of(form), auth.actor())
        return url_for("managed_organisations.change", slug=slug, klart="ny")

    return door.take(form, lambda: fields_of(form), store)


@blueprint.route("/<slug:slug>", methods=_METHODS)
def change(slug: str) -> Response:
    page = managed_organisations.read(slug, auth.actor())
    door = Door(
        "organisation_change",
        "managed_organisations/change.html",
        url_for("managed_organisations.change", slug=slug),
        url_for("managed_organisations.index"),
        slug,
        {"page": page, "done": request.args.get("klart", "")},
    )
    if request.method != "POST":
        return door.show(Form.read(organisation_fields(), values_of(page.fields)))
    form = Form.read(organisation_fields(), request.form)

    def store(_key: str, _place: object) -> str:
        moved_to = organisation_changes.change(slug, fields_of(form), auth.actor())
        return url_for("managed_organisations.change", slug=moved_to, klart="andrad")

    return door.take(form, lambda: fields_of(form), store)


@blueprint.route("/<slug:slug>/sla-ihop", methods=_METHODS)
def merge(slug: str) -> Response:
    """First the choice of the other one, by a link; then what will happen, to be confirmed."""
    page, target, problem = _pair(slug)
    if target is None:
        return _choose(page, "managed_organisations/merge_choose.html", problem)
    door = Door(
        "organisation_merge",
        "managed_organisations/merge.html",
        url_for("managed_organisations.merge", slug=slug, till=target.slug),
        url_for("managed_organisations.change", slug=slug),
        f"{slug}--{target.slug}",
        {"page": page, "target": target},
    )
    if request.method != "POST":
        return door.show(Form.read((CONFIRMATION,), {}))
    form = Form.read((CONFIRMATION,), request.form)

    def store(_key: str, _place: object) -> str:
        left = organisation_changes.merge(slug, target.slug, auth.actor())
        return url_for("managed_organisations.change", slug=left, klart="sammanslagen")

    return door.take(form, lambda: check_confirmation(form, page.fields.name), store)


@blueprint.route("/<slug:slug>/lamna-over", methods=_METHODS)
def hand_over(slug: str) -> Response:
    """As ``merge``; the entries that are handed over are chosen where it is confirmed."""
    page, target, problem = _pair(slug)
    if target is None:
        return _choose(page, "managed_organisations/hand_over_choose.html", problem)
    entries = managed_organisations.own_entries(slug, auth.actor())
    chosen = (
        set(request.form.getlist(CHOSEN_ENTRIES))
        if request.method == "POST"
        else {entry.id for entry in entries}
    )
    door = Door(
        "organisation_hand_over",
        "managed_organisations/hand_over.html",
        url_for("managed_organisations.hand_over", slug=slug, till=target.slug),
        url_for("managed_organisations.change", slug=slug),
        f"{slug}--{target.slug}",
        {
            "page": page,
            "target": target,
            "entries": entries,
            "chosen": chosen,
            "chosen_name": CHOSEN_ENTRIES,
        },
    )
    if request.method != "POST":
        return door.show(Form.read((CONFIRMATION,), {}))
    form = Form.read((CONFIRMATION,), request.form)

    def store(_key: str, _place: object) -> str:
        organisation_changes.hand_over(slug, target.slug, auth.actor(), chosen)
        return url_for("managed_organisations.change", slug=slug, klart="lamnad")

    return door.take(form, lambda: check_confirmation(form, page.fields.name), store)


def _pair(slug: str) -> tuple[ManagedOrganisation, ManagedOrganisation | None, Invalid | None]:
    """The organisation, the other one that the address names, and what is wrong with its name."""
    page = managed_organisations.read(slug, auth.actor())
    name = request.args.get(_TARGET, "").strip()
    if not name:
        return page, None, None
    try:
        target = managed_organisations.named(name, auth.actor())
    except InvalidFields as error:
        return page, None, error.problems[0]
    if target.slug == page.slug:
        return page, None, Invalid("Välj en annan myndighet än den här.", field=_TARGET)
    return page, target, None


def _choose(page: ManagedOrganisation, template: str, problem: Invalid | None) -> Response:
    if request.method == "POST":
        return redirect(request.path, 303)
    shown = render_template(
        template,
        page=page,
        text=request.args.get(_TARGET, ""),
        error=sentence(problem) if problem else "",
        names=organisation_choice.names(),
        target_name=_TARGET,
    )
    return make_response(shown, 422 if problem else 200)
