"""What is counted over all stories is kept until a decision changes what is published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select

from kb.db import db
from kb.models import ModerationEvent

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The last value of each database, with the number of decisions and the day that it holds for.

    Only for values that nothing but a decision changes: every decision leaves an event in its transaction.
    """

    def __init__(self) -> None:
        self._held: WeakKeyDictionary[Engine, tuple[int, date | None, Value]] = WeakKeyDictionary()

    def get(self, make: Callable[[], Value], day: date | None = None) -> Value:
        """The value, made anew after a decision or on another day. The state is read first: a decision in
        between makes it old at once, never wrong for long.
        """
        decisions = db.session.scalar(select(func.count()).select_from(ModerationEvent)) or 0
        held = self._held.get(db.engine)
        if held is not None and held[:2] == (decisions, day):
            return held[2]
        value = make()
        self._held[db.engine] = (decisions, day, value)
        return value
