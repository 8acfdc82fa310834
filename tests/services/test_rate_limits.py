"""Attempts are counted by place and day, shared by all processes, and cannot be read back (S-35, L-32)."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kb.db import db, writing
from kb.domain.errors import TooManyAttempts
from kb.models import RateLimitCounter, RateLimitSalt
from kb.services import rate_limits
from kb.services.rate_limits import DAY, HOUR, Limit, Place, place_of
from tests.installation import DATABASE, running
from tests.shared import ROOT

AT = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
THREE = (Limit(3, HOUR),)
SECRET = "n" * 40


def count(address: str = "192.0.2.1", scope: str = "prov", at: datetime = AT, limits=THREE) -> None:  # type: ignore[no-untyped-def]
    rate_limits.count(scope, Place(address, SECRET), limits, at)


def counted() -> list[int]:
    db.session.expire_all()
    return list(db.session.scalars(select(RateLimitCounter.count).order_by(RateLimitCounter.count)))


@pytest.mark.usefixtures("app")
class TestCounting:
    def test_the_limit_may_be_reached_and_not_passed(self) -> None:
        for _ in range(3):
            count()
        with pytest.raises(TooManyAttempts) as refused:
            count()
        assert refused.value.retry_after == 40 * 60, "to the end of the hour"

    def test_the_next_window_begins_anew(self) -> None:
        for _ in range(3):
            count()
        count(at=AT + timedelta(minutes=40))

    def test_each_scope_and_place_has_its_own_count(self) -> None:
        for _ in range(3):
            count()
        count(address="192.0.2.2")
        count(scope="annat")

    def test_of_several_limits_the_longest_wait_is_told(self) -> None:
        limits = (Limit(3, HOUR), Limit(3, DAY))
        for _ in range(3):
            count(limits=limits)
        with pytest.raises(TooManyAttempts) as refused:
            count(limits=limits)
        assert refused.value.retry_after == 13 * HOUR + 40 * 60, "to midnight, UTC"

    def test_what_is_refused_is_not_counted(self) -> None:
        for _ in range(3):
            count()
        for _ in range(5):
            with pytest.raises(TooManyAttempts):
                count()
        assert counted() == [3]

    def test_it_belongs_to_the_transaction_that_asks(self) -> None:
        def interrupted() -> None:
            with writing(db.session):
                count()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            interrupted()
        assert counted() == []

    @pytest.mark.parametrize(("number", "seconds"), [(0, HOUR), (1, 0), (1, 7 * HOUR), (1, 2 * DAY)])
    def test_a_limit_that_cannot_be_kept_is_refused(self, number: int, seconds: int) -> None:
        with pytest.raises(ValueError, match="divide a day"):
            Limit(number, seconds)


class TestPlaces:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("192.0.2.1", "192.0.2.1", True),
            ("192.0.2.1", "192.0.2.2", False),
            ("::ffff:192.0.2.1", "192.0.2.1", True),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
            ("fe80::1%eth0", "fe80::2%eth1", True),
            ("", None, True),
            ("inte en adress", "'; DROP TABLE user", True),
        ],
    )
    def test_a_household_of_addresses_is_one_place(self, one: str, other: str, same: bool) -> None:
        assert (place_of(one) == place_of(other)) is same

    def test_a_place_does_not_show_itself_in_a_log(self) -> None:
        assert "192.0.2.1" not in f"{Place('192.0.2.1', SECRET)!r} {Place('192.0.2.1', SECRET)}"
        assert SECRET not in repr(Place("192.0.2.1", SECRET))


def test_the_table_cannot_be_read_back_when_the_day_is_over(app: Flask) -> None:
    """With the site's own key, all addresses of a network and the whole file of the database."""
    addresses = [f"192.0.2.{last}" for last in range(256)]
    count(address=addresses[77], at=AT)
    stored = db.session.scalars(select(RateLimitCounter.key_hash)).one()
    salt = db.session.scalars(select(RateLimitSalt.salt)).one()

    def found(with_salt: str) -> list[str]:
        return [
            address
            for address in addresses
            if rate_limits._hash("prov", Place(address, SECRET), with_salt) == stored
        ]

    assert found(salt) == [addresses[77]], "the salt is what stands in the way"
    count(address=addresses[3], at=AT + timedelta(days=1))
    db.session.expire_all()
    new_salt = db.session.scalars(select(RateLimitSalt.salt)).one()
    assert new_salt != salt
    assert found(new_salt) == []
    assert list(db.session.scalars(select(RateLimitCounter.day))) == [AT.date() + timedelta(days=1)]
    db.session.close()
    db.engine.dispose()  # the log is written into the file
    content = (Path(app.instance_path) / DATABASE).read_bytes()
    assert new_salt.encode() in content
    assert salt.encode() not in content, "what is deleted is overwritten"
    assert stored.encode() not in content


def test_nothing_of_an_address_is_stored(app: Flask) -> None:
    count(address="192.0.2.77")
    with db.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "rate_limit_counter" in dump
    assert "192.0.2" not in dump
    assert SECRET not in dump


def test_threads_never_pass_the_limit_together(app: Flask) -> None:
    def attempt(_number: int) -> bool:
        with app.app_context():
            try:
                count(limits=(Limit(10, DAY),))
            except TooManyAttempts:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(30))) == 10


_PROCESS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kb.domain.errors import TooManyAttempts
from kb.services import rate_limits
from tests.installation import running
taken = 0
with running(Path(sys.argv[1])):
    for _ in range(10):
        try:
            rate_limits.count("prov", rate_limits.Place("192.0.2.1", "n" * 40), [rate_limits.Limit(12, 3600)],
                              datetime(2026, 11, 23, 10, 20, tzinfo=UTC))
            taken += 1
        except TooManyAttempts:
            pass
print(taken)
"""


def test_processes_share_one_count(instance: Path) -> None:
    command = [sys.executable, "-c", _PROCESS, str(instance)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    taken = [int(process.communicate(timeout=100)[0]) for process in started]
    assert sum(taken) == 12
    with running(instance):
        assert counted() == [12]
