"""The tables."""

from kb.models.audit import AuditEvent, AuditOrigin, RetentionRule
from kb.models.base import Base, new_id, now
from kb.models.draft import CoAuthor, Draft, DraftComment, Image, PreviewLink, ReadingCount
from kb.models.entry import Entry
from kb.models.facts import BenefitRow, FactRow, SourceRow
from kb.models.index_change import IndexChange
from kb.models.lesson import Lesson, LessonText
from kb.models.letter import Letter
from kb.models.moderation import ModerationEvent
from kb.models.organisation import FormerSlug, Organisation, OrganisationAlias
from kb.models.rate_limit import RateLimitCounter, RateLimitSalt
from kb.models.reader import ReaderMessage, ReaderVote
from kb.models.revision import Revision, RevisionOutcome
from kb.models.sign_in import (
    ExternalIdentity,
    FederatedAttempt,
    RecoveryCode,
    SignInBackOff,
    SingleUseLink,
    UserSession,
)
from kb.models.site_value import SiteOrigin, SiteValue
from kb.models.synonym import CompoundException, Synonym, SynonymWord
from kb.models.user import NotificationChoice, User
from kb.models.vocabulary import Term, Vocabulary
from kb.models.zero_hit_query import ZeroHitQuery

__all__ = [
    "AuditEvent",
    "AuditOrigin",
    "Base",
    "BenefitRow",
    "CoAuthor",
    "CompoundException",
    "Draft",
    "DraftComment",
    "Entry",
    "ExternalIdentity",
    "FactRow",
    "FederatedAttempt",
    "FormerSlug",
    "Image",
    "IndexChange",
    "Lesson",
    "LessonText",
    "Letter",
    "ModerationEvent",
    "NotificationChoice",
    "Organisation",
    "OrganisationAlias",
    "PreviewLink",
    "RateLimitCounter",
    "RateLimitSalt",
    "ReaderMessage",
    "ReaderVote",
    "ReadingCount",
    "RecoveryCode",
    "RetentionRule",
    "Revision",
    "RevisionOutcome",
    "SignInBackOff",
    "SingleUseLink",
    "SiteOrigin",
    "SiteValue",
    "SourceRow",
    "Synonym",
    "SynonymWord",
    "Term",
    "User",
    "UserSession",
    "Vocabulary",
    "ZeroHitQuery",
    "new_id",
    "now",
]
