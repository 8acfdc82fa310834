"""Who may add a picture and who may see it, how many there may be, and that rows and files agree (S-36)."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete

from kb.db import db, writing
from kb.domain.errors import Invalid, NotFound, StorageUnavailable
from kb.domain.predicates import READER, Actor
from kb.domain.vocabulary import EntrySize
from kb.models import Entry, Image, User
from kb.pictures import Folder
from kb.services import drafts, images, preview_links, retention, site_settings
from kb.services.diagnosis import Verdict, of_content
from tests import factories
from tests.accounts import make_user
from tests.drafts import actor_of, start_draft
from tests.pictures.samples import picture, with_place

ENDING = "png"


@pytest.fixture
def author(app: Flask) -> User:
    return make_user()


def media(app: Flask) -> Path:
    return Path(app.instance_path) / "media"


def added(entry_id: str, by: Actor, data: bytes | None = None) -> images.EntryImage:
    return images.add(entry_id, data or picture(), by)


def readable(image: images.EntryImage, by: Actor, link: str = "") -> bool:
    db.session.rollback()
    try:
        images.read(image.id, image.address.rpartition(".")[2], by, link=link)
    except NotFound:
        return False
    return True


def test_a_picture_is_kept_as_a_file_of_ours(app: Flask, author: User) -> None:
    by = actor_of(author)
    entry_id = start_draft(author)
    kept = images.add(entry_id, with_place(), by)
    [file] = media(app).iterdir()
    assert kept.address == f"/bilder/{file.name}"
    assert file.name == f"{kept.id}.jpg"
    assert b"Gunvor" not in file.read_bytes()
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    found = images.read(kept.id, "jpg", by)
    assert found.data == file.read_bytes()
    assert images.of_entry(entry_id, by) == (kept,)


def test_only_its_writers_add_and_see_what_is_not_published(author: User) -> None:
    entry_id = start_draft(author)
    kept = added(entry_id, actor_of(author))
    stranger, colleague = make_user(), make_user(organisations=tuple(author.organisations))
    for other in (actor_of(stranger), actor_of(colleague), READER):
        assert not readable(kept, other)
        with pytest.raises(NotFound):
            added(entry_id, other)
        with pytest.raises(NotFound):
            images.of_entry(entry_id, other)
    assert readable(kept, actor_of(author))


def test_no_picture_for_a_draft_that_is_not_there(author: User) -> None:
    by = actor_of(author)
    entry_id = start_draft(author)
    drafts.discard(entry_id, by)
    for gone in (entry_id, "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        with pytest.raises(NotFound):
            added(gone, by)


def test_a_picture_is_public_when_a_published_text_shows_it_and_no_longer(app: Flask, author: User) -> None:
    with writing(db.session):
        entry = factories.published("Ärendesystem", owner=author.organisations[0])
        entry.created_by = author.id
        db.session.flush()
        db.session.expire(entry)
        drafts.add_draft(entry, EntrySize.STORY, {}, actor_of(author))
    entry_id = entry.id
    shown = added(entry_id, actor_of(author))
    other = added(entry_id, actor_of(author), picture(size=(9, 9)))
    assert not readable(shown, READER)
    with writing(db.session):
        published = db.session.get_one(Entry, entry_id).published_revision
        assert published is not None
        published.body = f"## Läget\n\n![Ett flöde]({shown.address})"
    assert readable(shown, READER)
    assert not readable(other, READER)
    with writing(db.session):
        factories.withdraw(db.session.get_one(Entry, entry_id))
    assert not readable(shown, READER)


def test_a_link_to_a_draft_shows_its_pictures_while_it_works(author: User) -> None:
    by = actor_of(author)
    entry_id, another = start_draft(author), start_draft(author)
    kept, others = added(entry_id, by), added(another, by, picture(size=(9, 9)))
    token = preview_links.make(entry_id, "Ekonomi", 7, by)
    assert readable(kept, READER, token)
    assert not readable(others, READER, token)
    assert not readable(kept, READER, token[:-1])
    [link] = preview_links.of(entry_id, by)
    preview_links.revoke(link.id, by)
    assert not readable(kept, READER, token)


def test_the_same_picture_again_is_the_one_that_is_there(app: Flask, author: User) -> None:
    by = actor_of(author)
    entry_id = start_draft(author)
    assert added(entry_id, by) == added(entry_id, by)
    assert len(list(media(app).iterdir())) == 1
    next(media(app).iterdir()).unlink()
    added(entry_id, by)
    assert len(list(media(app).iterdir())) == 1


def test_an_entry_has_only_so_many_pictures(author: User, monkeypatch: pytest.MonkeyPatch) -> None:
    by = actor_of(author)
    entry_id = start_draft(author)
    monkeypatch.setattr(images, "PICTURES_MAX", 2)
    for width in (10, 11):
        added(entry_id, by, picture(size=(width, 9)))
    with pytest.raises(Invalid, match="så många bilder"):
        added(entry_id, by, picture(size=(12, 9)))
    monkeypatch.setattr(images, "PICTURES_MAX", 50)
    monkeypatch.setattr(images, "ENTRY_BYTES_MAX", 100)
    with pytest.raises(Invalid, match="så många bilder"):
        added(entry_id, by, picture(size=(12, 9)))


def test_nothing_is_stored_where_the_disk_cannot_be_written(app: Flask, author: User) -> None:
    media(app).write_text("no folder")
    with pytest.raises(StorageUnavailable):
        added(start_draft(author), actor_of(author))
    assert db.session.query(Image).count() == 0


def test_a_name_leads_nowhere_but_to_a_picture(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for name in (
        "../x.png",
        "a.php.jpg",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV.svg",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV.png\n",
    ):
        with pytest.raises(ValueError, match="named by"):
            folder.write(name, b"x")
        with pytest.raises(ValueError, match="named by"):
            folder.read(name)


def test_files_of_nobody_go_after_a_day(app: Flask, author: User) -> None:
    by = actor_of(author)
    entry_id = start_draft(author)
    kept, gone = added(entry_id, by), added(entry_id, by, picture(size=(9, 9)))
    with writing(db.session):
        db.session.execute(delete(Image).where(Image.id == gone.id))
    retention.purge_technical()
    assert len(list(media(app).iterdir())) == 2, "a file may be on its way to its row"
    long_ago = time.time() - 100_000
    for file in media(app).iterdir():
        os.utime(file, (long_ago, long_ago))
    retention.purge_technical()
    assert [file.name for file in media(app).iterdir()] == [f"{kept.id}.png"]


def test_the_doctor_says_what_is_missing_and_what_is_left_over(app: Flask, author: User) -> None:
    settings = site_settings.current()

    def verdict() -> tuple[Verdict, str]:
        [found] = [one for one in of_content(settings) if one.subject == "Bilderna"]
        return found.verdict, found.detail

    assert verdict() == (Verdict.GOOD, "Alla bilder finns (0).")
    kept = added(start_draft(author), actor_of(author))
    assert verdict()[0] is Verdict.GOOD
    file = media(app) / f"{kept.id}.png"
    file.rename(media(app) / "01ARZ3NDEKTSV4RRFFQ69G5FAV.png")
    assert verdict()[0] is Verdict.FAULT
    assert "1 av 1 bilder saknas" in verdict()[1]
    file.write_bytes(b"x")
    assert verdict()[0] is Verdict.WARNING
