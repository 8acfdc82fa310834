"""Pictures: the page where a writer adds one to a draft, and the files themselves (A-27, S-36)."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.http import dump_options_header

from kb.domain import pictures
from kb.domain.errors import DomainError, Invalid, InvalidFields
from kb.domain.vocabulary import ImageFormat
from kb.services import images
from kb.services.images import EntryImage
from kb.web import auth, form_guard
from kb.web.errors import code_of, retry_after, sentence
from kb.web.forms import pictures as forms
from kb.web.forms.door import Door
from kb.web.forms.fields import Form
from kb.web.security_headers import FILE_POLICY

blueprint = Blueprint("images", __name__)

_TYPES = {ImageFormat.PNG: "image/png", ImageFormat.JPEG: "image/jpeg", ImageFormat.WEBP: "image/webp"}
_PURPOSE = "draft"
"""Any form about a draft has a token for sending to it."""


@blueprint.route("/bidra/<entry_id:entry_id>/bilder", methods=["GET", "POST"])
def add(entry_id: str) -> Response:
    """The pictures of a draft, and a form for one more. A script gets the new one as JSON."""
    if request.method == "POST" and request.headers.get("Accept") == "application/json":
        return _add_by_script(entry_id)
    kept = images.of_entry(entry_id, auth.actor())
    form = Form.read(forms.FIELDS, request.form)
    door = Door(
        _PURPOSE,
        "images/add.html",
        url_for("images.add", entry_id=entry_id),
        url_for("contribute.tasks", entry_id=entry_id),
        subject=entry_id,
        shown={
            "entry_id": entry_id,
            "images": kept,
            "added": None,
            "types": ",".join(_TYPES.values()),
            "megabytes": pictures.UPLOAD_BYTES // 1_000_000,
        },
    )
    if request.method != "POST":
        return door.show(form)

    def store(_key: str, _place: object) -> Response:
        added, alt = _added(entry_id, form)
        page = render_template(
            "images/add.html",
            form=Form.read(forms.FIELDS, {}),
            action=door.action,
            back=door.back,
            token=form_guard.token(_PURPOSE, entry_id),
            **{
                **door.shown,
                "images": images.of_entry(entry_id, auth.actor()),
                "added": (added, pictures.markdown_of(added.address, alt)),
            },
        )
        return make_response(page)

    return door.take(form, lambda: None, store)


@blueprint.get("/bilder/<string(length=26):image>.<string(minlength=3,maxlength=4):ending>")
def show(image: str, ending: str) -> Response:
    """The file of a picture: never a page, whatever a browser may think of what it holds."""
    if not pictures.ADDRESS.fullmatch(request.path):
        abort(404)
    found = images.read(image, ending, auth.actor(), link=request.args.get(pictures.KEY, ""))
    response = make_response(found.data)
    response.headers["Content-Type"] = _TYPES[found.format]
    response.headers["Content-Disposition"] = dump_options_header("inline", {"filename": found.name})
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.set_etag(found.sha256)
    return response.make_conditional(request)


@blueprint.teardown_request
def close(_error: BaseException | None) -> None:
    """A large file that was sent lies in a temporary one until it is closed."""
    request.close()


def _added(entry_id: str, form: Form) -> tuple[EntryImage, str]:
    """Raises ``InvalidFields`` with all that is wrong, before the picture is looked at if its text is."""
    file = request.files.get(forms.FILE.name)
    alt, problems = "", []
    try:
        alt = pictures.checked_alt(
            form.values[forms.ALT.name], decorative=bool(form.values[forms.DECORATIVE.name])
        )
    except Invalid as error:
        problems.append(error)
    if file is None or not file.filename:
        problems.insert(0, Invalid("Välj en bild.", field=forms.FILE.name))
    if problems or file is None:
        raise InvalidFields(tuple(problems))
    return images.add(entry_id, file.stream.read(pictures.UPLOAD_BYTES + 1), auth.actor()), alt


def _add_by_script(entry_id: str) -> Response:
    try:
        images.of_entry(entry_id, auth.actor())
        form_guard.check(_PURPOSE, entry_id)
        added, alt = _added(entry_id, Form.read(forms.FIELDS, request.form))
    except form_guard.Refused as refused:
        return make_response({"message": str(refused.sentence)}, refused.status)
    except InvalidFields as error:
        problems = {one.field: sentence(one) for one in error.problems}
        return make_response({"message": " ".join(problems.values()), "problems": problems}, 422)
    except DomainError as error:
        field = error.field if isinstance(error, Invalid) else ""
        told = {"message": sentence(error), "problems": {field: sentence(error)} if field else {}}
        return make_response(told, code_of(error), retry_after(error))
    return make_response(
        {
            "address": added.address,
            "markdown": pictures.markdown_of(added.address, alt),
            "message": _("Bilden är tillagd."),
        }
    )
