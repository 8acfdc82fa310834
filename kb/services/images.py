"""Pictures of an entry: taken from its writers, shown to whoever may read the text that they stand in (S-36).

The row is the truth and the file follows it: a file is whole on the disk before its row is stored, and a file
that no row names is deleted a day later.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import func, select

from kb.config import Settings
from kb.db import db, transaction
from kb.domain import pictures
from kb.domain.errors import Invalid, NotFound
from kb.domain.permissions import Permission, permits
from kb.domain.pictures import ENTRY_BYTES_MAX, PICTURES_MAX
from kb.domain.predicates import Actor
from kb.domain.text import translatable
from kb.domain.vocabulary import ImageFormat
from kb.models import Entry, Image, Revision, new_id
from kb.pictures import Folder, Picture, remade
from kb.services import draft_store, moderation, preview_links, site_settings

log = structlog.get_logger(__name__)

_LEFT_OVER = timedelta(days=1)
_NOT_FOUND = translatable("Sidan finns inte.")


@dataclass(frozen=True, slots=True)
class EntryImage:
    """``address`` is what a text names it by; ``size`` in bytes."""

    id: str
    address: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class ImageFile:
    name: str
    format: ImageFormat
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """How rows and files agree: rows without a file, and files that no row names."""

    count: int
    missing: tuple[str, ...]
    left_over: tuple[str, ...]


def add(entry_id: str, data: bytes, by: Actor) -> EntryImage:
    """Take a picture for the draft of an entry. The same picture again is the one that is there.

    Raises ``NotFound`` for who may not write in it and where there is no draft, ``Invalid`` (field ``file``),
    ``StorageUnavailable``.
    """
    draft_store.find(entry_id, by)
    db.session.rollback()  # nothing is held while the picture is made anew
    return _keep(entry_id, remade(data), by)


def of_entry(entry_id: str, by: Actor) -> tuple[EntryImage, ...]:
    """The pictures of an entry that has a draft, the newest first. Raises ``NotFound`` as ``add`` does."""
    draft_store.find(entry_id, by)
    rows = db.session.scalars(select(Image).where(Image.entry_id == entry_id).order_by(Image.id.desc()))
    return tuple(_shown(row) for row in rows)


def read(image_id: str, file_format: str, by: Actor, *, link: str = "") -> ImageFile:
    """The file, for whoever may read a text that it stands in; ``link`` is the secret of a link to a draft.

    Raises ``NotFound`` for everybody else as for one that is not there.
    """
    row = db.session.get(Image, image_id)
    if row is None or row.format != file_format:
        raise NotFound(_NOT_FOUND)
    entry = db.session.get_one(Entry, row.entry_id)
    may = (
        _is_public(entry, row)
        or permits(Permission.ENTRY_EDIT, by, moderation.subject_of(entry))
        or (link and preview_links.leads_to(link, entry.id))
    )
    if not may:
        raise NotFound(_NOT_FOUND)
    data = folder_of(site_settings.current()).read(_name(row))
    if data is None:
        log.error("picture_missing", image_id=row.id)
        raise NotFound(_NOT_FOUND)
    return ImageFile(_name(row), row.format, data, row.sha256)


def folder_of(settings: Settings) -> Folder:
    return Folder(settings.media_folder)


def shelf(settings: Settings) -> Shelf:
    """What ``kb doctor`` says of the pictures. Changes nothing."""
    named = _named()
    there = folder_of(settings).names()
    return Shelf(len(named), missing=tuple(sorted(named - there)), left_over=tuple(sorted(there - named)))


def forget_left_overs() -> int:
    """Delete files that no row names any more, a day after they were written: how many. For the worker."""
    folder = folder_of(site_settings.current())
    # The files first: one that is written while the rows are read is too new to be among them.
    old = folder.names(older_than=_LEFT_OVER.total_seconds())
    gone = old - _named()
    for name in gone:
        folder.delete(name)
    return len(gone)


@transaction
def _keep(entry_id: str, picture: Picture, by: Actor) -> EntryImage:
    draft_store.find(entry_id, by)
    digest = hashlib.sha256(picture.data).hexdigest()
    same = select(Image).where(Image.entry_id == entry_id, Image.sha256 == digest)
    before = db.session.scalars(same).first()
    folder = folder_of(site_settings.current())
    if before is not None:
        if folder.read(_name(before)) is None:
            folder.write(_name(before), picture.data)
        return _shown(before)
    _require_room(entry_id, len(picture.data))
    row = Image(
        id=new_id(),
        entry_id=entry_id,
        format=picture.file_format,
        width=picture.width,
        height=picture.height,
        size=len(picture.data),
        sha256=digest,
        created_by=by.user_id,
    )
    folder.write(_name(row), picture.data)
    db.session.add(row)
    db.session.flush()
    return _shown(row)


def _require_room(entry_id: str, size: int) -> None:
    count, total = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Image.size), 0)).where(Image.entry_id == entry_id)
    ).one()
    if count >= PICTURES_MAX or total + size > ENTRY_BYTES_MAX:
        raise Invalid(
            "Erfarenheten har så många bilder som den får ha: %(count)s bilder eller %(size)s MB. "
            "Använd någon av de bilder som redan finns.",
            field="file",
            count=PICTURES_MAX,
            size=ENTRY_BYTES_MAX // 1_000_000,
        )


def _is_public(entry: Entry, row: Image) -> bool:
    """Whether a version that readers can read, the one that holds or one before it, shows the picture."""
    if entry.published_revision_id is None or entry.withdrawn_at is not None:
        return False
    shown = select(Revision.id).where(
        Revision.entry_id == entry.id,
        Revision.published_at.is_not(None),
        Revision.body.contains(pictures.address_of(row.id, row.format), autoescape=True),
    )
    return db.session.scalar(shown.limit(1)) is not None


def _named() -> frozenset[str]:
    rows = db.session.execute(select(Image.id, Image.format))
    return frozenset(f"{image_id}.{file_format}" for image_id, file_format in rows)


def _name(row: Image) -> str:
    return f"{row.id}.{row.format}"


def _shown(row: Image) -> EntryImage:
    return EntryImage(row.id, pictures.address_of(row.id, row.format), row.width, row.height, row.size)
