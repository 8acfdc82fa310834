"""The sections of a draft and their items: what was typed is saved first, and judged then."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from markupsafe import Markup
from werkzeug import Response

from kb import markdown
from kb.domain import draft_content
from kb.domain.draft_fields import ITEMS_MAX, Items, Section, is_key, keys, sections_of
from kb.domain.errors import ContentRefused, NotFound
from kb.domain.vocabulary import EntrySize
from kb.services import drafts, writing_terms
from kb.services.drafts import DraftConflict, DraftTooLarge, DraftView
from kb.web import auth, conflict_view, writing_places
from kb.web.forms.door import Door
from kb.web.forms.fields import Form
from kb.web.forms.writing import DraftForm, Group
from kb.web.forms.writing_fields import groups_of, item_groups
from kb.web.views.contribute import METHODS, blueprint
from kb.web.writing_pages import DONE, draft_or_receipt, item_rows, way_to
from kb.web.writing_places import ITEMS, OF_SLUG, RULE

TOKEN = "draft"  # noqa: S105 - what a token is for, and no secret
DO = "gor"
"""The name of the buttons of a section: what to do once its texts are saved."""
GO_ON, STAY, SHOW = "fortsatt", "spara", "visa"
FIRST_KEY = "lardom-1"
"""The key of the lesson of a tip: its page is there before anything has been written."""


@blueprint.route(f"/<entry_id:entry_id>/{RULE}", methods=METHODS)
def section(entry_id: str, section: str) -> Response:
    found = draft_or_receipt(entry_id)
    if not isinstance(found, DraftView):
        return found
    place = _of_size(found, section)
    items = ITEMS.get(place)
    terms = writing_terms.by_vocabulary()
    address = writing_places.address(entry_id, place)
    if items is Items.LESSON and found.size is EntrySize.TIP:
        key = next(iter(keys(items, found.fields)), FIRST_KEY)
        return _write(found, place, item_groups(items, key, terms, short=True), address)
    if items is not None:
        if request.method == "POST":
            return redirect(address, 303)
        return list_door(found, place).show(Form.read((), {}))
    return _write(found, place, groups_of(place, terms, found.size), address)


@blueprint.route(f"/<entry_id:entry_id>/{RULE}/<slug:key>", methods=METHODS)
def item(entry_id: str, section: str, key: str) -> Response:
    found = draft_or_receipt(entry_id)
    if not isinstance(found, DraftView):
        return found
    place = _of_size(found, section)
    items = _items_of(place)
    if not is_key(key) or (key not in keys(items, found.fields) and request.method != "POST"):
        raise NotFound("Sidan finns inte.")
    groups = item_groups(items, key, writing_terms.by_vocabulary())
    address = writing_places.item_address(entry_id, place, key)
    number = [*keys(items, found.fields), key].index(key) + 1
    return _write(found, place, groups, address, number)


@blueprint.post(f"/<entry_id:entry_id>/{RULE}/ny")
def add_item(entry_id: str, section: str) -> Response:
    draft = drafts.read(entry_id, auth.actor())
    place = _of_size(draft, section)
    items = _items_of(place)
    form = Form.read((), {})

    def store(_key: str, _place: object) -> str:
        key = drafts.add_item(entry_id, items, auth.actor())
        return writing_places.item_address(entry_id, place, key)

    return list_door(draft, place).take(form, lambda: None, store)


@blueprint.route(f"/<entry_id:entry_id>/{RULE}/<slug:key>/ta-bort", methods=METHODS)
def remove_item(entry_id: str, section: str, key: str) -> Response:
    draft = drafts.read(entry_id, auth.actor())
    place = _of_size(draft, section)
    items = _items_of(place)
    back = writing_places.address(entry_id, place)
    if key not in keys(items, draft.fields):
        raise NotFound("Sidan finns inte.")
    row = next(row for row in item_rows(draft, place) if row.key == key)
    door = Door(
        "draft_item",
        "contribute/remove_item.html",
        url_for("contribute.remove_item", entry_id=entry_id, section=section, key=key),
        back,
        f"{entry_id}-{key}",
        {"draft": draft, "row": row, "way": way_to(draft, place)},
    )
    if request.method != "POST":
        return door.show(Form.read((), {}))

    def store(_key: str, _place: object) -> str:
        drafts.remove_item(entry_id, items, key, auth.actor())
        return back

    return door.take(Form.read((), {}), lambda: None, store)


def list_door(draft: DraftView, place: Section) -> Door:
    """The items of a section, and the button that adds one."""
    items = ITEMS[place]
    return Door(
        "draft_add",
        "contribute/list.html",
        url_for("contribute.add_item", entry_id=draft.entry_id, section=writing_places.SLUGS[place]),
        subject=draft.entry_id,
        shown={
            "draft": draft,
            "place": place,
            "intro": writing_places.INTROS[place],
            "section_heading": writing_places.HEADINGS[place],
            "rows": item_rows(draft, place),
            "most": ITEMS_MAX[items],
            "items": items.value,
            "next": writing_places.after(draft, place),
            "way": way_to(draft),
        },
    )


def _write(
    draft: DraftView, place: Section, groups: tuple[Group, ...], address: str, number: int = 0
) -> Response:
    page = _Page(draft, place, address, number)
    if request.method != "POST":
        page.is_saved = request.args.get(DONE) == STAY
        return page.show(DraftForm.of(groups, draft.fields, draft.version))
    return page.take(DraftForm.read(groups, request.form, draft.fields))


@dataclass(slots=True)
class _Page:
    """Some fields of a draft. ``number`` is that of an item, which has a page of its own."""

    draft: DraftView
    place: Section
    address: str
    number: int = 0
    is_saved: bool = False
    preview: Markup | None = None

    @property
    def door(self) -> Door:
        shown = {
            "draft": self.draft,
            "place": self.place,
            "section": writing_places.SLUGS[self.place],
            "number": self.number,
            "items": ITEMS[self.place].value if self.number else "",
            "section_heading": writing_places.HEADINGS[self.place],
            "intro": writing_places.INTROS[self.place],
            "way": way_to(self.draft, self.place if self.number else None),
            "is_saved": self.is_saved,
            "preview": self.preview,
        }
        return Door(TOKEN, "contribute/section.html", self.address, subject=self.draft.entry_id, shown=shown)

    def show(self, form: DraftForm, status: int = 200) -> Response:
        return self.door.show(form, status)

    def take(self, form: DraftForm) -> Response:
        return self.door.take(form, lambda: None, lambda _key, _place: self._store(form))

    def _store(self, form: DraftForm) -> str | Response:
        changes = form.changes(self.draft.fields)
        try:
            form.version = drafts.save(self.draft.entry_id, changes, form.version, auth.actor()).version
        except DraftConflict as conflict:
            return conflict_view.show(self.draft, changes, conflict, self.address)
        except DraftTooLarge as error:
            form.refuse((error.at(""), error))
            return self.show(form, 413)
        self.draft = drafts.read(self.draft.entry_id, auth.actor())
        self.is_saved = True
        return self._after(form)

    def _after(self, form: DraftForm) -> str | Response:
        """What was asked for once all is saved: to go on, to stay, or to see the text as readers will."""
        wanted = request.form.get(DO, GO_ON)
        if wanted == STAY:
            return f"{self.address}?{DONE}={STAY}"
        if wanted == SHOW:
            try:
                self.preview = markdown.render(form.values.get("body", ""))
            except ContentRefused as error:
                form.refuse((error.at("body"),))
            return self.show(form, 422 if form.errors else 200)
        if any(form.values.values()):
            problems = draft_content.content_of(self.draft.fields, self.draft.size).problems
            form.refuse(problem for problem in problems if problem.field in form.values)
        if form.errors:
            return self.show(form, 422)
        if self.number:
            return writing_places.address(self.draft.entry_id, self.place)
        return writing_places.after(self.draft, self.place)


def _of_size(draft: DraftView, slug: str) -> Section:
    place = OF_SLUG[slug]
    if place not in sections_of(draft.size):
        raise NotFound("Sidan finns inte.")
    return place


def _items_of(place: Section) -> Items:
    if place not in ITEMS:
        raise NotFound("Sidan finns inte.")
    return ITEMS[place]
