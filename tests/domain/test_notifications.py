"""What each role may be told of, and which choices go together."""

from __future__ import annotations

import pytest

from kb.domain.accounts import CHANNEL_LABELS, EVENT_LABELS, Channel, NotificationEvent
from kb.domain.errors import InvalidFields
from kb.domain.notifications import DEFAULTS, checked, chosen, events_of
from kb.domain.vocabulary import Role

SUBMITTED, DECIDED = NotificationEvent.ENTRY_SUBMITTED, NotificationEvent.ENTRY_DECIDED


def test_every_role_has_its_events_and_every_event_someone() -> None:
    assert set(DEFAULTS) == set(Role)
    assert {event for role in Role for event in events_of(role)} == set(NotificationEvent)
    assert set(EVENT_LABELS) == set(NotificationEvent)
    assert set(CHANNEL_LABELS) == set(Channel)


def test_what_is_for_the_secretariat_is_not_for_those_who_only_write() -> None:
    assert SUBMITTED not in events_of(Role.CONTRIBUTOR)
    assert NotificationEvent.READER_MESSAGE not in events_of(Role.CONTRIBUTOR)
    assert set(events_of(Role.CONTRIBUTOR)) < set(events_of(Role.MODERATOR))


@pytest.mark.parametrize("role", Role)
def test_the_defaults_could_have_been_chosen_and_are_seen_on_the_site(role: Role) -> None:
    assert checked(role, DEFAULTS[role]) == DEFAULTS[role]
    assert all(Channel.SITE in channels for channels in DEFAULTS[role].values())


def test_a_choice_goes_before_the_default() -> None:
    otherwise = {(DECIDED, Channel.LETTER): False, (DECIDED, Channel.WEEKLY): True}
    choices = chosen(Role.CONTRIBUTOR, otherwise)
    assert choices[DECIDED] == {Channel.SITE, Channel.WEEKLY}
    others = set(choices) - {DECIDED}
    assert {event: choices[event] for event in others} == {
        event: DEFAULTS[Role.CONTRIBUTOR][event] for event in others
    }


def test_a_choice_about_what_no_longer_concerns_the_role_rests() -> None:
    assert SUBMITTED not in chosen(Role.CONTRIBUTOR, {(SUBMITTED, Channel.LETTER): True})
    assert SUBMITTED not in checked(Role.CONTRIBUTOR, {SUBMITTED: {Channel.LETTER}})


def test_nothing_at_all_may_be_chosen() -> None:
    assert set(checked(Role.ADMIN, {}).values()) == {frozenset()}


def test_each_day_and_each_week_exclude_each_other() -> None:
    both = {Channel.DAILY, Channel.WEEKLY}
    with pytest.raises(InvalidFields) as refused:
        checked(Role.MODERATOR, {SUBMITTED: both, DECIDED: both | {Channel.SITE}})
    assert [problem.field for problem in refused.value.problems] == [SUBMITTED.value, DECIDED.value]
    assert "inte båda" in str(refused.value.problems[0])
