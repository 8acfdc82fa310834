"""The chain of the audit log names the first row that is not as it was written; its words are harmless."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.audit import (
    ACTIONS,
    GROUP_LABELS,
    SUBJECT_LABELS,
    AuditAction,
    AuditGroup,
    SubjectKind,
    actions_of,
)
from kb.domain.audit_chain import (
    GENESIS,
    VALUE_MAX,
    AuditFields,
    Fault,
    Head,
    Link,
    Origin,
    Verdict,
    chained,
    detail_text,
    is_signed,
    one_line,
    sign,
    verify,
)

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def fields(seq: int, **changes: object) -> AuditFields:
    values: dict[str, object] = {
        "seq": seq,
        "at": AT + timedelta(seconds=seq),
        "action": "signed_in",
        "actor_id": "U1",
        "by_system": False,
        "subject_kind": "user",
        "subject_id": f"U{seq}",
        "detail": "{}",
        "origin_hash": "",
    }
    return AuditFields(**{**values, **changes})  # type: ignore[arg-type]


def chain(length: int = 5) -> list[Link]:
    rows, before = [], GENESIS
    for seq in range(1, length + 1):
        row = fields(seq)
        rows.append(Link(row, before, chained(before, row)))
        before = rows[-1].hash
    return rows


def head(row: Link) -> Head:
    return Head(row.fields.seq, row.hash, row.fields.at)


def test_an_untouched_chain_is_whole() -> None:
    assert verify(chain()) == Verdict(5)
    assert verify([]) == Verdict(0)
    assert verify(chain(), [head(chain()[2]), head(chain()[4])]).whole


CHANGES = [
    {"at": AT},
    {"action": "signed_out"},
    {"actor_id": None},
    {"actor_id": "U9"},
    {"by_system": True},
    {"subject_kind": "entry"},
    {"subject_id": "U9"},
    {"detail": '{"role":"admin"}'},
    {"origin_hash": "1" * 64},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: next(iter(changes)))
@pytest.mark.parametrize("position", [0, 2, 4])
def test_a_changed_field_is_named(position: int, changes: dict[str, object]) -> None:
    """S-38."""
    rows = chain()
    rows[position] = replace(rows[position], fields=replace(rows[position].fields, **changes))
    assert verify(rows) == Verdict(position, Fault.CHANGED, position + 1)


def test_every_field_is_tried() -> None:
    assert {name for change in CHANGES for name in change} == set(AuditFields.__slots__) - {"seq"}


@pytest.mark.parametrize("position", [0, 1, 3])
def test_a_row_that_is_gone_is_named(position: int) -> None:
    rows = chain()
    del rows[position]
    assert verify(rows) == Verdict(position, Fault.MISSING, position + 1)


def test_two_rows_that_changed_places_are_named() -> None:
    rows = chain()
    rows[1], rows[3] = (
        replace(rows[3], fields=replace(rows[3].fields, seq=2)),
        replace(rows[1], fields=replace(rows[1].fields, seq=4)),
    )
    assert verify(rows) == Verdict(1, Fault.OUT_OF_PLACE, 2)


def test_rows_read_in_another_order_are_named() -> None:
    rows = chain()
    rows[1], rows[2] = rows[2], rows[1]
    assert verify(rows) == Verdict(1, Fault.MISSING, 2)
    rows = chain()
    rows.insert(3, rows[1])
    assert verify(rows) == Verdict(3, Fault.OUT_OF_PLACE, 2)


def test_a_changed_hash_of_the_row_before_is_named() -> None:
    rows = chain()
    rows[2] = replace(rows[2], prev_hash="1" * 64)
    assert verify(rows) == Verdict(2, Fault.NOT_CHAINED, 3)


def test_a_row_written_anew_with_its_own_hash_breaks_at_the_next() -> None:
    rows = chain()
    changed = replace(rows[2].fields, actor_id="U9")
    rows[2] = Link(changed, rows[2].prev_hash, chained(rows[2].prev_hash, changed))
    assert verify(rows) == Verdict(3, Fault.NOT_CHAINED, 4)


def test_a_tail_that_is_cut_off_shows_by_a_head_kept_elsewhere() -> None:
    """S-38."""
    rows = chain()
    kept = head(rows[4])
    assert verify(rows[:3]).whole
    assert verify(rows[:3], [kept]) == Verdict(3, Fault.CUT_OFF, 4)
    assert verify([], [kept]) == Verdict(0, Fault.CUT_OFF, 1)


def test_a_chain_written_anew_shows_by_a_head_kept_elsewhere() -> None:
    before, anew = GENESIS, []
    for seq in range(1, 8):
        row = fields(seq, actor_id="U9" if seq == 3 else "U1")
        anew.append(Link(row, before, chained(before, row)))
        before = anew[-1].hash
    assert verify(anew).whole
    assert verify(anew, [head(chain()[4])]) == Verdict(4, Fault.REWRITTEN, 5)
    two_that_differ = [head(anew[4]), head(chain()[4])]
    assert verify(anew, two_that_differ) == Verdict(4, Fault.REWRITTEN, 5)


class TestOrigin:
    def row(self, origin: Origin | None) -> Link:
        row = fields(1, origin_hash=Origin("192.0.2.1", "salt").hash)
        return Link(row, GENESIS, chained(GENESIS, row), origin)

    def test_it_may_be_there_or_forgotten(self) -> None:
        assert verify([self.row(Origin("192.0.2.1", "salt"))]).whole
        assert verify([self.row(None)]).whole

    @pytest.mark.parametrize("origin", [Origin("192.0.2.2", "salt"), Origin("192.0.2.1", "pepper")])
    def test_another_is_named(self, origin: Origin) -> None:
        assert verify([self.row(origin)]) == Verdict(0, Fault.ORIGIN_CHANGED, 1)

    def test_one_that_was_added_is_named(self) -> None:
        row = fields(1)
        added = Link(row, GENESIS, chained(GENESIS, row), Origin("192.0.2.1", "salt"))
        assert verify([added]) == Verdict(0, Fault.ORIGIN_CHANGED, 1)


class TestHash:
    def test_it_is_what_it_has_always_been(self) -> None:
        """A hash that came out otherwise would make every log that exists a broken one."""
        assert (
            chained(GENESIS, fields(1)) == "0a6f0f2e2b40b21c84d6f4219519806f9fd87ae3eb5b01669c9802af2a39e342"
        )

    def test_the_zone_of_a_moment_does_not_matter(self) -> None:
        stockholm = fields(1).at.astimezone(timezone(timedelta(hours=1)))
        assert chained(GENESIS, fields(1, at=stockholm)) == chained(GENESIS, fields(1))


class TestSignature:
    HEAD = Head(7, "a" * 64, AT)

    def test_any_key_that_is_still_believed_will_do(self) -> None:
        assert is_signed(self.HEAD, sign(self.HEAD, "old"), ("new", "old"))

    def test_another_key_or_another_head_will_not(self) -> None:
        assert not is_signed(self.HEAD, sign(self.HEAD, "other"), ("new", "old"))
        for other in (
            replace(self.HEAD, seq=6),
            replace(self.HEAD, hash="b" * 64),
            replace(self.HEAD, at=AT.replace(year=2027)),
        ):
            assert not is_signed(other, sign(self.HEAD, "new"), ("new",))
        assert not is_signed(self.HEAD, "å", ("new",))


class TestWordsFromOutside:
    """S-39: nobody writes a line of their own into the log."""

    @pytest.mark.parametrize(
        "hostile", ["\n", "\r\n", "\x00", "\x1b[2J", "\x85", "\u2028", "\u202e", "\u200b", "\ud800", "\x7f"]
    )
    def test_control_characters_are_written_out(self, hostile: str) -> None:
        kept = json.loads(detail_text({"path": f"/a{hostile}2026-11-23 inloggad"}))["path"]
        assert kept.startswith("/a\\u")
        assert kept.endswith("2026-11-23 inloggad")
        assert kept.isprintable()

    @given(st.text(max_size=400))
    def test_no_text_makes_two_lines_or_grows(self, text: str) -> None:
        line = one_line(text)
        assert len(line.splitlines()) <= 1
        assert len(line) <= VALUE_MAX

    def test_a_long_value_is_cut_and_says_so(self) -> None:
        assert one_line("a" * 300) == "a" * 300
        assert one_line("a" * 301) == "a" * 299 + "…"

    def test_swedish_is_kept(self) -> None:
        assert one_line("Åsa i Östersund, 100 %") == "Åsa i Östersund, 100 %"

    def test_numbers_and_nothing_are_kept_as_they_are(self) -> None:
        assert detail_text({"b": 2, "a": True, "c": None}) == '{"a":true,"b":2,"c":null}'


class TestLabels:
    def test_every_action_has_a_group_and_a_sentence(self) -> None:
        assert set(ACTIONS) == set(AuditAction)
        labels = [label for _group, label in ACTIONS.values()]
        assert len(set(labels)) == len(labels)

    def test_every_group_and_kind_has_a_label(self) -> None:
        assert set(GROUP_LABELS) == set(AuditGroup)
        assert set(SUBJECT_LABELS) == set(SubjectKind)

    def test_each_action_is_in_one_group(self) -> None:
        assert sorted(action for group in AuditGroup for action in actions_of(group)) == sorted(AuditAction)
