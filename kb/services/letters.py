"""Letters: put in the outbox by the use case that they tell of, and sent by the worker afterwards."""

from __future__ import annotations

import json
import secrets
from datetime import datetime

from kb.db import db, transaction
from kb.domain.errors import Invalid
from kb.domain.letters import LetterKind
from kb.models import Letter, new_id


@transaction
def put(
    kind: LetterKind,
    recipient: str,
    *,
    user_id: str | None,
    language: str = "sv",
    not_after: datetime | None = None,
    **values: str,
) -> None:
    """Put a letter in the outbox, in the caller's transaction: if that is undone, nothing is sent.

    ``values`` are what its template needs; a link is given as the ``link_id`` that it is made from, never as
    the link. After ``not_after`` it is not sent. Raises ``Invalid`` for an address that is none.
    """
    if "@" not in recipient or not recipient.isprintable() or " " in recipient:
        raise Invalid("E-postadressen går inte att skicka till. Kontrollera den.", field="email")
    letter_id = new_id()
    db.session.add(
        Letter(
            id=letter_id,
            message_id=f"{letter_id.lower()}.{secrets.token_hex(8)}",
            kind=kind,
            recipient=recipient,
            user_id=user_id,
            language=language,
            not_after=not_after,
            values=json.dumps(values, ensure_ascii=False, sort_keys=True),
        )
    )
    db.session.flush()
