"""Links of letters: random, for an hour, once, stored as a hash, to the host of the settings (S-14)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db, writing
from kb.domain.accounts import LinkPurpose
from kb.domain.errors import NotFound
from kb.domain.vocabulary import Role
from kb.models import SingleUseLink, User
from kb.services import links
from tests.accounts import make_user
from tests.installation import running

AT = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
RESET, INVITATION, EMAIL_CHANGE = LinkPurpose.RESET, LinkPurpose.INVITATION, LinkPurpose.EMAIL_CHANGE


@pytest.fixture
def person(app: Flask) -> str:
    return make_user(name="Åsa Öberg", email="asa@exempel.se").id


@pytest.fixture
def token(person: str) -> str:
    return token_of(links.make(person, RESET, at=AT))


def token_of(link_id: str) -> str:
    return links.address_of(link_id).rpartition("/")[2]


def stored(link_id: str) -> SingleUseLink:
    db.session.expire_all()
    return db.session.get_one(SingleUseLink, link_id)


class TestMaking:
    def test_the_address_is_that_of_the_settings(self, person: str) -> None:
        """Whatever host a request names: none is asked."""
        address = links.address_of(links.make(person, RESET))
        assert address.startswith("https://erfarenhetsbanken.example/lank/")

    def test_one_who_reads_english_is_led_to_english(self, person: str) -> None:
        with writing(db.session):
            db.session.get_one(User, person).language = "en"
        address = links.address_of(links.make(person, RESET))
        assert address.startswith("https://erfarenhetsbanken.example/en/lank/")

    def test_the_secret_has_256_bits_and_is_not_in_the_database(self, app: Flask, token: str) -> None:
        secret = token.partition(".")[2]
        assert len(secret) == 43
        with db.engine.connect() as connection:
            dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
        assert "single_use_link" in dump
        assert secret not in dump

    def test_the_same_address_however_often_it_is_made(self, person: str) -> None:
        link_id = links.make(person, RESET)
        assert links.address_of(link_id) == links.address_of(link_id)

    def test_another_site_makes_another_secret(self, instance: Path, person: str) -> None:
        link_id = links.make(person, RESET)
        db.session.rollback()
        with running(instance, secret_key="n" * 40), pytest.raises(NotFound):
            links.address_of(link_id)

    def test_a_link_outlives_a_change_of_keys_and_ends_with_its_key(self, instance: Path) -> None:
        """S-41."""
        old, new = "g" * 40, "n" * 40
        with running(instance, secret_key=old):
            link_id = links.make(make_user().id, RESET, at=AT)
            token = token_of(link_id)
        with running(instance, secret_key=f"{new},{old}"):
            assert token_of(link_id) == token
            assert links.look(token, AT).link_id == link_id
            newer = links.make(links.look(token, AT).user_id, RESET, at=AT)
        with running(instance, secret_key=new):
            assert links.address_of(newer)
            with pytest.raises(NotFound):
                links.address_of(link_id)

    @pytest.mark.parametrize(("purpose", "email"), [(INVITATION, ""), (EMAIL_CHANGE, "ny@exempel.se")])
    def test_a_new_one_ends_the_one_before(self, person: str, purpose: LinkPurpose, email: str) -> None:
        first = token_of(links.make(person, purpose, email, at=AT))
        second = token_of(links.make(person, purpose, email, at=AT))
        links.look(second, AT)
        with pytest.raises(NotFound):
            links.look(first, AT)

    def test_a_stranger_who_asks_again_does_not_end_a_reset(self, person: str, token: str) -> None:
        links.make(person, RESET, at=AT)
        assert links.look(token, AT).purpose is RESET

    def test_links_long_past_are_forgotten(self, person: str) -> None:
        old = links.make(person, RESET, at=AT)
        links.make(person, RESET, at=AT + timedelta(days=2))
        assert list(db.session.scalars(select(SingleUseLink.id))) != []
        assert db.session.get(SingleUseLink, old, populate_existing=True) is None


class TestLooking:
    def test_it_says_what_it_is_for_and_whose(self, person: str, token: str) -> None:
        view = links.look(token, AT)
        assert (view.purpose, view.user_id, view.name) == (RESET, person, "Åsa Öberg")
        assert (view.email, view.language, view.role) == ("asa@exempel.se", "sv", Role.CONTRIBUTOR)
        assert view.expires_at == AT + timedelta(minutes=60)

    def test_of_an_email_change_it_says_the_new_address(self, person: str) -> None:
        link_id = links.make(person, EMAIL_CHANGE, "ny@exempel.se", at=AT)
        assert links.look(token_of(link_id), AT).email == "ny@exempel.se"

    def test_looking_uses_nothing_up(self, token: str) -> None:
        for _ in range(3):
            links.look(token, AT)
        links.use(token, RESET, at=AT)

    def test_it_ends_after_an_hour(self, token: str) -> None:
        links.look(token, AT + timedelta(minutes=59, seconds=59))
        with pytest.raises(NotFound, match="gäller inte längre"):
            links.look(token, AT + timedelta(minutes=60))

    @pytest.mark.parametrize(
        "change",
        [
            lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
            lambda token: token[:-1],
            lambda token: token + "A",
            lambda token: token.replace(".", ""),
            lambda token: token.partition(".")[0] + ".",
            lambda token: token.partition(".")[0].lower() + "." + token.partition(".")[2],
            lambda token: "",
            lambda token: ".",
            lambda token: token * 100,
            lambda token: "å\ud800." + token,
        ],
    )
    def test_a_token_that_is_not_quite_it_is_nothing(self, token: str, change) -> None:  # type: ignore[no-untyped-def]
        with pytest.raises(NotFound):
            links.look(change(token), AT)

    def test_the_secret_of_one_link_opens_no_other(self, person: str, token: str) -> None:
        other = token_of(links.make(person, RESET, at=AT))
        with pytest.raises(NotFound):
            links.look(f"{other.partition('.')[0]}.{token.partition('.')[2]}", AT)

    @pytest.mark.parametrize("column", ["disabled_at", "erased_at"])
    def test_that_of_an_account_that_is_shut_is_nothing(self, person: str, token: str, column: str) -> None:
        with writing(db.session):
            user = db.session.get_one(User, person)
            user.disabled_at = AT
            setattr(user, column, AT)
        with pytest.raises(NotFound):
            links.look(token, AT)


class TestUsing:
    def test_once(self, token: str) -> None:
        assert links.use(token, RESET, at=AT).purpose is RESET
        with pytest.raises(NotFound):
            links.use(token, RESET, at=AT)
        with pytest.raises(NotFound):
            links.look(token, AT)

    def test_its_address_cannot_be_made_any_more(self, person: str) -> None:
        link_id = links.make(person, RESET, at=AT)
        links.use(token_of(link_id), RESET, at=AT)
        with pytest.raises(NotFound):
            links.address_of(link_id)

    def test_not_for_another_purpose(self, token: str) -> None:
        with pytest.raises(NotFound):
            links.use(token, INVITATION, EMAIL_CHANGE, at=AT)
        links.use(token, INVITATION, RESET, at=AT)

    def test_not_when_it_has_ended(self, token: str) -> None:
        with pytest.raises(NotFound):
            links.use(token, RESET, at=AT + timedelta(hours=1))

    def test_what_is_undone_has_not_used_it(self, token: str) -> None:
        def interrupted() -> None:
            with writing(db.session):
                links.use(token, RESET, at=AT)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            interrupted()
        links.use(token, RESET, at=AT)

    def test_of_many_at_once_one_gets_it(self, app: Flask, token: str) -> None:
        together = Barrier(6)

        def attempt(_number: int) -> bool:
            with app.app_context():
                links.look(token, AT)  # each has seen that it can be used
                together.wait(timeout=30)
                try:
                    links.use(token, RESET, at=AT)
                except NotFound:
                    return False
                return True

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(attempt, range(6))) == 1


def test_links_of_a_purpose_or_all_can_be_ended(person: str) -> None:
    made = {purpose: token_of(links.make(person, purpose, at=AT)) for purpose in (RESET, INVITATION)}
    other = token_of(links.make(make_user(name="Bo Ek").id, RESET, at=AT))
    links.forget(person, RESET)
    assert alive(made.values()) == [made[INVITATION]]
    links.forget(person)
    assert alive(made.values()) == []
    assert alive([other]) == [other]


def alive(tokens) -> list[str]:  # type: ignore[no-untyped-def]
    def looked(tokens) -> Iterator[str]:  # type: ignore[no-untyped-def]
        for token in tokens:
            try:
                links.look(token, AT)
            except NotFound:
                continue
            yield token

    return list(looked(tokens))
