"""What the search index has yet to be told: written in the transaction of the change itself.

A row lives until the index has been written. So a process killed between commit and index write leaves
the row behind, and the next one that touches the index, or ``kb search verify``, does the work.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kb.models.base import ID_LENGTH, Base, UtcDateTime, now


class IndexChange(Base):
    __tablename__ = "index_change"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    entry_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
