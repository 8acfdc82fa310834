"""What each role may be told of and how, and what holds until someone chooses otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kb.domain.accounts import Channel, NotificationEvent
from kb.domain.errors import Invalid, InvalidFields
from kb.domain.vocabulary import Role

Choices = Mapping[NotificationEvent, frozenset[Channel]]
"""The channels on which someone is told of each event that concerns the role; none at all is a choice too."""

_HERE = frozenset({Channel.SITE})
_AT_ONCE = frozenset({Channel.SITE, Channel.LETTER})
_EACH_DAY = frozenset({Channel.SITE, Channel.DAILY})
_EACH_WEEK = frozenset({Channel.SITE, Channel.WEEKLY})

_WRITERS: Choices = {
    NotificationEvent.CHANGES_REQUESTED: _AT_ONCE,
    NotificationEvent.ENTRY_DECIDED: _AT_ONCE,
    NotificationEvent.COMMENT_ADDED: _EACH_DAY,
    NotificationEvent.STORY_HELPED: _EACH_WEEK,
}

DEFAULTS: Mapping[Role, Choices] = {
    Role.CONTRIBUTOR: _WRITERS,
    Role.MODERATOR: {
        NotificationEvent.ENTRY_SUBMITTED: _AT_ONCE,
        NotificationEvent.READER_MESSAGE: _EACH_DAY,
        **_WRITERS,
    },
    Role.ADMIN: {
        NotificationEvent.ENTRY_SUBMITTED: _HERE,
        NotificationEvent.READER_MESSAGE: _HERE,
        **_WRITERS,
    },
}
"""What concerns a role, in the order of a page, and how it is told. Whoever moderates or runs the site may
write as well. The site itself may always be chosen: it tells only those who come.
"""


def events_of(role: Role) -> tuple[NotificationEvent, ...]:
    return tuple(DEFAULTS[role])


def chosen(role: Role, otherwise: Mapping[tuple[NotificationEvent, Channel], bool]) -> Choices:
    """The defaults of a role with what someone chose otherwise; choices for other roles' events rest."""
    return {
        event: frozenset(
            channel for channel in Channel if otherwise.get((event, channel), channel in by_default)
        )
        for event, by_default in DEFAULTS[role].items()
    }


def checked(role: Role, wanted: Mapping[NotificationEvent, Collection[Channel]]) -> Choices:
    """The choices for all that concerns the role; an event that is not in ``wanted`` is told nowhere.

    Raises ``InvalidFields``, by event, where someone wants both a letter each day and one each week.
    """
    choices = {event: frozenset(wanted.get(event, ())) for event in events_of(role)}
    problems = tuple(
        Invalid("Välj brev en gång om dagen eller en gång i veckan, inte båda.", field=event.value)
        for event, channels in choices.items()
        if {Channel.DAILY, Channel.WEEKLY} <= channels
    )
    if problems:
        raise InvalidFields(problems)
    return choices
