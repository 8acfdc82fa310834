"""Days as they are in Sweden: a moment is stored in UTC, a date is shown and compared in Swedish time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


def swedish_date(moment: datetime) -> date:
    return moment.astimezone(SWEDEN).date()


def today() -> date:
    return swedish_date(datetime.now(UTC))
