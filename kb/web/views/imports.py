"""Files with stories, for administrators: checked first, then taken in as waiting for the secretariat.

Nothing is stored between the two: the files travel in the page that shows what would happen.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug import Response

from kb.domain.errors import Invalid, InvalidFields
from kb.services import importing
from kb.services.importing import Plan, PlannedRow, Target
from kb.services.story_sources import SourceFile
from kb.web import auth
from kb.web.errors import sentence
from kb.web.forms.door import Door
from kb.web.forms.fields import Form, FormField
from kb.web.languages import gettext

blueprint = Blueprint("imports", __name__, url_prefix="/administration/importera")

FILES = FormField(
    "filer",
    _("Filer"),
    _("Markdown (.md) eller tabell (.csv). Högst 50 filer och 600 kB åt gången."),
    type="file",
)
NAMES, CONTENTS = "namn", "innehall"
"""The hidden fields of the files that have been checked: their names, and their bytes in base 64."""
FILES_MAX = 50
BYTES_MAX = 600_000
_STEP, _TAKE_IN = "steg", "las-in"


@dataclass(frozen=True, slots=True)
class RowView:
    """What would happen to a story: ``state`` in words, or what is wrong with (line, column, how to mend)."""

    place: str
    title: str
    organisation: str
    state: str
    faults: tuple[tuple[int, str, str], ...]


@blueprint.route("", methods=["GET", "POST"])
def show() -> Response:
    if request.method != "POST":
        return _door().show(Form.read((FILES,), {}))
    form = Form.read((FILES,), {})
    files = _sent_again() if request.form.get(_STEP) == _TAKE_IN else _uploaded()

    def store(_key: str, _place: object) -> str | Response:
        planned = importing.plan(files, auth.actor())
        if request.form.get(_STEP) == _TAKE_IN and not planned.wrong:
            made = importing.run(planned, auth.actor(), Target.SUBMITTED)
            return url_for("imports.show", klart=len(made))
        return _planned(form, planned, files)

    return _door().take(form, lambda: _check(files), store)


def _planned(form: Form, planned: Plan, files: Sequence[SourceFile]) -> Response:
    """The page that says what would happen, with the files in it if nothing is wrong."""
    if planned.wrong:
        form.alert = gettext("Rätta det som är fel i filerna och välj dem igen. Inget är inläst.")
    held = [(file.name, b64encode(file.data).decode()) for file in files]
    rows = [_view(row) for row in (*planned.wrong, *planned.new, *planned.doubles)]
    return _door(planned, rows, () if planned.wrong else held).show(form, 422 if planned.wrong else 200)


def _door(
    planned: Plan | None = None, rows: Sequence[RowView] = (), held: Sequence[tuple[str, str]] = ()
) -> Door:
    done = request.args.get("klart", "")
    shown = {
        "plan": planned,
        "rows": rows,
        "held": held,
        "files": FILES,
        "names": NAMES,
        "contents": CONTENTS,
        "step": (_STEP, _TAKE_IN),
        "done": int(done) if done.isascii() and done.isdecimal() and len(done) < 6 else None,
        "is_recent": auth.signed_in().is_recent,
    }
    return Door("import", "imports/show.html", url_for("imports.show"), shown=shown)


def _view(row: PlannedRow) -> RowView:
    state = gettext("Finns redan") if row.is_double_of else gettext("Ny")
    return RowView(
        f"{row.name}:{row.line}",
        row.title,
        row.organisation,
        "" if row.faults else state,
        tuple((fault.line, fault.column, sentence(fault.problem)) for fault in row.faults),
    )


def _uploaded() -> list[SourceFile]:
    sent = [file for file in request.files.getlist(FILES.name) if file.filename]
    return [SourceFile(file.filename or "", file.stream.read(BYTES_MAX + 1)) for file in sent]


def _sent_again() -> list[SourceFile]:
    """The files of the page before; what is not as that page wrote it is an empty file."""
    pairs = zip(request.form.getlist(NAMES), request.form.getlist(CONTENTS), strict=False)
    return [SourceFile(name, _bytes(content)) for name, content in pairs]


def _bytes(content: str) -> bytes:
    try:
        return b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _check(files: Sequence[SourceFile]) -> None:
    """Raises ``InvalidFields`` for no file, and for more than the page can carry."""
    if not files:
        raise InvalidFields((Invalid("Välj minst en fil.", field=FILES.name),))
    if len(files) > FILES_MAX or sum(len(file.data) for file in files) > BYTES_MAX:
        problem = Invalid(
            "Filerna är för många eller för stora. Välj färre åt gången, eller be den som sköter driften "
            "att läsa in dem med kb entries import.",
            field=FILES.name,
        )
        raise InvalidFields((problem,))
