"""The merge page: what the writer typed beside what another save has put there meanwhile (ADR 16).

A field of a draft comes here under its own name, as on its page; what is chosen here comes as ``val.<name>``
with the writer's text in ``min.<name>`` and the text written together in ``egen.<name>``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask import make_response, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from kb.domain.draft_fields import Items, Section, is_name
from kb.domain.errors import Invalid
from kb.domain.word_diff import Change, word_diff
from kb.services import drafts, writing_terms
from kb.services.drafts import DraftConflict, DraftView
from kb.web import auth, form_guard
from kb.web.forms.writing import Control, DraftField, version_of
from kb.web.forms.writing_fields import Terms, groups_of, item_groups, label_of
from kb.web.languages import gettext
from kb.web.local_path import local_path

BACK = "tillbaka"
COPY = "kopia"
"""The field with the key of the browser's own copy, which is no longer needed when the choice is saved."""
SETTLED = "avgjord"
"""The part of an address that says so."""
CHOICE, MINE, TOGETHER = "val.", "min.", "egen."
_MINE, _THEIRS, _TOGETHER = "mina", "deras", "egen"
_FREE = (Control.LINE, Control.LINES, Control.EDITOR)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: both texts, as they are and as a reader understands them, and what differs."""

    name: str
    label: str
    mine: str
    theirs: str
    mine_shown: str
    theirs_shown: str
    changes: tuple[Change, ...]
    is_free_text: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """``mine``: the texts to save, based on ``version``; ``undecided``: those that nothing was chosen for."""

    entry_id: str
    mine: Mapping[str, str]
    version: int
    back: str
    copy: str = ""
    undecided: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, entry_id: str, sent: MultiDict[str, str]) -> Merge:
        mine = {name: _lines(text) for name, text in sent.items() if is_name(name)}
        undecided = {}
        for key, text in sent.items():
            name = key.removeprefix(MINE)
            if not key.startswith(MINE) or not is_name(name):
                continue
            chosen = sent.get(f"{CHOICE}{name}")
            if chosen == _MINE:
                mine[name] = _lines(text)
            elif chosen == _TOGETHER:
                mine[name] = _lines(sent.get(f"{TOGETHER}{name}", text))
            elif chosen != _THEIRS:
                undecided[name] = _lines(text)
        back = local_path(sent.get(BACK, "")) or url_for("contribute.tasks", entry_id=entry_id)
        copy = sent.get(COPY, "")
        return cls(entry_id, mine, version_of(sent), back, copy if copy.isalnum() else "", undecided)

    def require_choices(self) -> None:
        if self.undecided:
            raise Invalid("Välj vad som ska stå på varje ställe. Inget är sparat än.")

    @property
    def address_after(self) -> str:
        if not self.copy:
            return self.back
        return f"{self.back}{'&' if '?' in self.back else '?'}{SETTLED}={self.copy}"

    def show(self, *, alert: str = "", status: int = 409, unseen: Collection[str] = ()) -> Response:
        """The page with every text that is not what the draft holds now. Raises ``NotFound``.

        The writer is asked about the fields that have changed since ``version`` and about the ``unseen``.
        """
        view = drafts.read(self.entry_id, auth.actor())
        typed = {**self.mine, **self.undecided}
        differing = {name: text for name, text in typed.items() if text != view.fields.get(name, "")}
        asked = [
            name
            for name in differing
            if name in unseen or name in self.undecided or view.field_versions.get(name, 0) > self.version
        ]
        terms = writing_terms.by_vocabulary()
        page = render_template(
            "contribute/conflict.html",
            draft=view,
            merge=self,
            alert=alert,
            differences=[_difference(name, typed[name], view.fields.get(name, ""), terms) for name in asked],
            kept=[(name, text) for name, text in differing.items() if name not in asked],
            action=url_for("writing.save", entry_id=self.entry_id),
            token=form_guard.token("draft", self.entry_id),
            names={"back": BACK, "copy_id": COPY, "choice": CHOICE, "mine": MINE, "together": TOGETHER},
        )
        return make_response(page, status)


def show(draft: DraftView, typed: Mapping[str, str], conflict: DraftConflict, back: str) -> Response:
    """For a page whose save met the conflict: ``draft`` is as it was read, ``typed`` what the page has."""
    mine = {name: text for name, text in typed.items() if text != draft.fields.get(name, "")}
    return Merge(draft.entry_id, mine, conflict.version, back).show(unseen=conflict.theirs)


def _difference(name: str, mine: str, theirs: str, terms: Terms) -> Difference:
    one = _field_of(name, terms)
    mine_shown, theirs_shown = _shown(one, mine), _shown(one, theirs)
    return Difference(
        name=name,
        label=label_of(name),
        mine=mine,
        theirs=theirs,
        mine_shown=mine_shown,
        theirs_shown=theirs_shown,
        changes=word_diff(theirs_shown, mine_shown),
        is_free_text=one is not None and one.control in _FREE,
    )


def _field_of(name: str, terms: Terms) -> DraftField | None:
    kind, _dot, rest = name.partition(".")
    if kind in set(Items):
        groups = item_groups(Items(kind), rest.rpartition(".")[0], terms)
    else:
        groups = tuple(group for section in Section for group in groups_of(section, terms))
    return next((one for group in groups for one in group.fields if one.name == name), None)


def _shown(one: DraftField | None, text: str) -> str:
    """What was typed; of what was chosen, what the choices are called."""
    if one is None or one.control in _FREE:
        return text
    if one.control is Control.TICK:
        return gettext(_("Ja")) if text else gettext(_("Nej"))
    names = dict(one.choices)
    return ", ".join(names.get(each, each) for each in one.chosen(text))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
