"""Reading and setting what those who run the site say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from kb.db import db, transaction
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.predicates import SYSTEM, Actor
from kb.domain.site_information import (
    SWEDISH,
    SiteInformation,
    SitePage,
    clean,
    is_stale,
)
from kb.domain.vocabulary import SiteField
from kb.models.site_value import SiteOrigin, SiteValue
from kb.services import audit


@dataclass(frozen=True, slots=True)
class Shortcomings:
    """What is missing before the site may open; ``stale`` is the day of an assessment that is too old."""

    missing: dict[SitePage, tuple[SiteField, ...]]
    untranslated: tuple[SiteField, ...]
    contradicts_itself: bool
    stale: date | None
    made_up: tuple[SiteField, ...]


def read() -> SiteInformation:
    """The values as they are now."""
    rows = db.session.scalars(select(SiteValue))
    return SiteInformation({(row.field, row.language): row.value for row in rows})


@transaction
def put(
    field: SiteField,
    value: str,
    language: str = SWEDISH,
    origin: SiteOrigin = SiteOrigin.OPERATOR,
    by: Actor = SYSTEM,
) -> None:
    """Set a field; an empty value is the answer that there is none. Raises ``Invalid``.

    What the operator has said is replaced by the operator only, and the audit log tells of it.
    """
    value = clean(field, value, language)
    row = db.session.get(SiteValue, (field, language))
    if row is None:
        db.session.add(SiteValue(field=field, language=language, value=value, origin=origin))
    elif origin is SiteOrigin.OPERATOR or row.origin is not SiteOrigin.OPERATOR:
        row.value, row.origin = value, origin
    if origin is SiteOrigin.OPERATOR:
        audit.record(
            AuditAction.SITE_INFORMATION_CHANGED,
            by,
            subject=(SubjectKind.SITE, field.value),
            language=language,
        )


def shortcomings(today: date) -> Shortcomings:
    """What ``kb site check`` and ``kb doctor`` speak of."""
    information = read()
    assessed = information.day(SiteField.ASSESSED_ON)
    made_up = db.session.scalars(select(SiteValue.field).where(SiteValue.origin == SiteOrigin.DEMO))
    return Shortcomings(
        missing={page: fields for page in SitePage if (fields := information.missing(page))},
        untranslated=information.untranslated(),
        contradicts_itself=information.contradicts_itself,
        stale=assessed if assessed and is_stale(assessed, today) else None,
        made_up=tuple(dict.fromkeys(made_up)),
    )
