"""How someone wants to be told of what happens: only what differs from the defaults is stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select

from kb.db import db, transaction
from kb.domain import notifications as rules
from kb.domain.accounts import Channel, NotificationEvent
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.notifications import Choices
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor
from kb.models import NotificationChoice, User
from kb.services import audit


def choices_of(user_id: str) -> Choices:
    """On which channels someone is told of each event that concerns the role that the account has."""
    user = db.session.get_one(User, user_id)
    rows = db.session.scalars(select(NotificationChoice).where(NotificationChoice.user_id == user_id))
    return rules.chosen(user.role, {(row.event, row.channel): row.wanted for row in rows})


@transaction
def choose(wanted: Mapping[NotificationEvent, Collection[Channel]], by: Actor) -> None:
    """Store how the actor wants to be told. Raises ``InvalidFields``, by event.

    What concerns another role is neither taken nor touched: it holds again if that role comes back.
    """
    require(Permission.ACCOUNT_USE, by)
    user = db.session.get_one(User, by.user_id)
    before = choices_of(user.id)
    choices = rules.checked(user.role, wanted)
    if choices == before:
        return
    db.session.execute(
        delete(NotificationChoice).where(
            NotificationChoice.user_id == user.id, NotificationChoice.event.in_(choices)
        )
    )
    db.session.add_all(
        NotificationChoice(user_id=user.id, event=event, channel=channel, wanted=channel in channels)
        for event, channels in choices.items()
        for channel in channels ^ rules.DEFAULTS[user.role][event]
    )
    changed = sum(channels != before[event] for event, channels in choices.items())
    audit.record(AuditAction.NOTIFICATIONS_CHANGED, by, subject=(SubjectKind.USER, user.id), events=changed)
