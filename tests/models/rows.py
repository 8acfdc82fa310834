"""A valid row of each table, written past the models: only the database says no."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

Row = dict[str, Any]

AT = "2026-11-23 12:00:00.000000"
HASH = "0" * 64

VALID: dict[str, Row] = {
    "organisation": {
        "id": "O1",
        "slug": "skogsstyrelsen",
        "name": "Skogsstyrelsen",
        "short_name": "",
        "type": "state_authority",
        "size": None,
        "successor_id": None,
    },
    "organisation_alias": {"key": "skogsvården", "alias": "Skogsvården", "organisation_id": "O1"},
    "vocabulary": {
        "id": "V1",
        "code": "phase",
        "slug": "fas",
        "label": "Fas",
        "label_en": "Phase",
        "description": "",
        "description_en": "",
        "is_official": 0,
    },
    "term": {
        "id": "T1",
        "vocabulary_id": "V1",
        "code": "pilot",
        "slug": "pilot",
        "label": "Pilot",
        "label_en": "Pilot",
        "description": "",
        "description_en": "",
        "parent_id": None,
        "position": 0,
    },
    "user": {
        "id": "U1",
        "name": "Åsa Öberg",
        "email": "asa.oberg@exempel.se",
        "role": "contributor",
        "organisation_id": "O1",
        "created_at": AT,
        "disabled_at": None,
    },
    "entry": {
        "id": "E1",
        "slug": "nytt-arendesystem",
        "owner_id": "O1",
        "created_by": None,
        "created_at": AT,
        "published_revision_id": None,
        "first_published_at": None,
        "withdrawn_at": None,
        "withdrawn_reason": None,
        "seed_key": "nytt-arendesystem",
    },
    "entry_partner": {"entry_id": "E1", "organisation_id": "O1"},
    "lesson": {"id": "L1", "entry_id": "E1", "anchor": "testa-varje-vecka"},
    "revision": {
        "id": "R1",
        "entry_id": "E1",
        "number": 1,
        "status": "published",
        "title": "Nytt ärendesystem",
        "summary": "Det blev klart i tid.",
        "kind": "good_example",
        "body": "Text",
        "body_plain": "Text",
        "language": "sv",
        "anonymised": 0,
        "editorial": 0,
        "contact_role": "",
        "source_hash": HASH,
        "created_by": None,
        "created_at": AT,
        "published_at": AT,
    },
    "revision_outcome": {"revision_id": "R1", "outcome": "succeeded", "position": 0},
    "revision_term": {"revision_id": "R1", "term_id": "T1"},
    "benefit": {
        "id": "B1",
        "revision_id": "R1",
        "position": 0,
        "stage": "expected",
        "type_id": "T1",
        "description": "Kortare handläggning",
        "note": "",
    },
    "fact": {
        "revision_id": "R1",
        "name": "outcome_cost",
        "state": "known",
        "low": 160_000,
        "high": 160_000,
        "year": None,
        "note": "",
        "publish_from": None,
    },
    "lesson_text": {
        "id": "LT1",
        "lesson_id": "L1",
        "revision_id": "R1",
        "position": 0,
        "situation": "",
        "what_happened": "",
        "why": "",
        "advice": "Testa varje vecka.",
        "applies_when": "",
        "does_not_apply_when": "",
        "basis": "source",
    },
    "lesson_text_term": {"lesson_text_id": "LT1", "term_id": "T1"},
    "moderation_event": {
        "id": "M1",
        "entry_id": "E1",
        "revision_id": "R1",
        "action": "import",
        "from_position": "new",
        "to_position": "published",
        "actor_id": None,
        "by_system": 1,
        "reason": "",
        "source_hash": HASH,
        "at": AT,
    },
    "source": {
        "id": "S1",
        "revision_id": "R1",
        "position": 0,
        "title": "Slutrapport",
        "publisher": "",
        "url": "https://exempel.se/slutrapport",
        "accessed": None,
    },
    "index_change": {"id": 1, "entry_id": "E1", "at": AT},
    "synonym": {
        "id": "SY1",
        "seed_key": "eid",
        "position": 0,
        "case_sensitive": 0,
        "oneway": 0,
        "context": "",
        "why": "Båda skrivs.",
    },
    "synonym_word": {"synonym_id": "SY1", "position": 0, "role": "short", "text": "eID"},
    "zero_hit_query": {
        "text": "rymdhiss",
        "count": 1,
        "first_on": "2026-11-23",
        "last_on": "2026-11-23",
    },
    "site_value": {"field": "authority", "language": "sv", "value": "Skogsstyrelsen", "origin": "operator"},
    "reader_message": {
        "id": "RM1",
        "kind": "correction",
        "state": "received",
        "received_at": AT,
        "language": "sv",
        "submission_key": "ett",
        "entry_id": "E1",
        "revision_id": "R1",
        "message": "Det kostade mer.",
        "proposal": "190 miljoner",
        "source": "Slutrapporten",
        "purpose": "",
        "page": "",
        "assistive_technology": "",
        "email": "",
    },
    "reader_vote": {
        "id": "RV1",
        "entry_id": "E1",
        "revision_id": "R1",
        "helped": 1,
        "why": "",
        "language": "sv",
        "submission_key": "ett",
        "received_at": AT,
    },
    "rate_limit_salt": {"day": "2026-11-23", "salt": "s" * 64},
    "rate_limit_counter": {
        "day": "2026-11-23",
        "scope": "vote",
        "window_seconds": 3600,
        "window_number": 12,
        "key_hash": HASH,
        "count": 1,
    },
    "compound_exception": {"word": "glasögon", "parts": "", "from_seed": 1, "why": "Inte glas och ögon."},
}
"""In an order in which the keys hold."""

ANOTHER: dict[str, Row] = {
    "organisation": {"id": "O2", "slug": "lansstyrelsen", "name": "Länsstyrelsen"},
    "organisation_alias": {"key": "länet", "alias": "Länet"},
    "vocabulary": {"id": "V2", "code": "technology", "slug": "teknik"},
    "term": {"id": "T2", "code": "drift", "slug": "drift"},
    "user": {"id": "U2", "email": "bo.ek@exempel.se"},
    "entry": {"id": "E2", "seed_key": None},
    "entry_partner": {"entry_id": "E1", "organisation_id": "O2"},
    "lesson": {"id": "L2", "anchor": "las-kontraktet"},
    "revision": {"id": "R2", "number": 2, "status": "draft", "published_at": None},
    "revision_outcome": {"outcome": "delayed"},
    "revision_term": {"term_id": "T2"},
    "benefit": {"id": "B2", "position": 1},
    "fact": {"name": "first_budget"},
    "lesson_text": {"id": "LT2", "lesson_id": "L2", "position": 1},
    "lesson_text_term": {"term_id": "T2"},
    "moderation_event": {"id": "M2"},
    "source": {"id": "S2", "position": 1},
    "index_change": {"id": 2},
    "synonym": {"id": "SY2", "seed_key": None},
    "synonym_word": {"position": 1},
    "site_value": {"language": "en"},
    "compound_exception": {"word": "personal"},
    "zero_hit_query": {"text": "tidsmaskin"},
    "reader_message": {"id": "RM2", "submission_key": "två"},
    "reader_vote": {"id": "RV2", "submission_key": "två"},
    "rate_limit_salt": {"day": "2026-11-24"},
    "rate_limit_counter": {"key_hash": "1" * 64},
}
"""What a second valid row has otherwise; needs the second rows of the tables that it refers to."""


def insert(connection: Connection, table: str, row: Row) -> None:
    columns = ", ".join(row)
    places = ", ".join(f":{column}" for column in row)
    connection.execute(text(f'INSERT INTO "{table}" ({columns}) VALUES ({places})'), row)


def insert_one_of_each(connection: Connection) -> None:
    for table, row in VALID.items():
        insert(connection, table, row)


def insert_another(connection: Connection, table: str, **changes: Any) -> None:
    """A second row of a table, with changes; what it stands on is there too."""
    insert(connection, table, {**VALID[table], **ANOTHER[table], **changes})
