"""The words that the code itself depends on, each with its Swedish label.

Words that editors may change (domains, phases, technologies …) are data: ``Vocabulary`` and ``Term``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum


class EntryKind(StrEnum):
    """Kind and outcome differ: a good example can have been late, a lesson can have succeeded."""

    GOOD_EXAMPLE = "good_example"
    LESSON_LEARNED = "lesson_learned"


class EntrySize(StrEnum):
    """How much is told; a smaller one may grow into a larger, with nothing typed anew."""

    TIP = "tip"
    STORY = "story"
    IN_DEPTH = "in_depth"


class ImageFormat(StrEnum):
    """What a picture is stored as, whatever it came as; also the end of its file's name."""

    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"


class Outcome(StrEnum):
    """How it ended; an entry may carry several."""

    SUCCEEDED = "succeeded"
    PARTLY = "partly"
    DELAYED = "delayed"
    OVER_BUDGET = "over_budget"
    STOPPED = "stopped"
    REPLACED = "replaced"
    ONGOING = "ongoing"
    UNKNOWN = "unknown"


class RevisionStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    DISCARDED = "discarded"


OPEN_STATUSES = frozenset({RevisionStatus.DRAFT, RevisionStatus.SUBMITTED, RevisionStatus.CHANGES_REQUESTED})
"""An entry has at most one revision in any of these (invariant 1)."""


class FactState(StrEnum):
    """What is known about a value. Withheld is stored and never shown."""

    KNOWN = "known"
    ESTIMATED = "estimated"
    EXPECTED = "expected"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


class FactName(StrEnum):
    """Money is whole thousands of kronor, a date a month as YYYYMM, the rest whole numbers."""

    FIRST_BUDGET = "first_budget"
    DECIDED_BUDGET = "decided_budget"
    OUTCOME_COST = "outcome_cost"
    START = "start"
    FIRST_END = "first_end"
    DECIDED_END = "decided_end"
    ACTUAL_END = "actual_end"
    TEAM_SIZE = "team_size"
    USERS_AFFECTED = "users_affected"


MONEY_FACTS = (FactName.FIRST_BUDGET, FactName.DECIDED_BUDGET, FactName.OUTCOME_COST)
DATE_FACTS = (FactName.START, FactName.FIRST_END, FactName.DECIDED_END, FactName.ACTUAL_END)
COUNT_FACTS = (FactName.TEAM_SIZE, FactName.USERS_AFFECTED)


class CostClass(StrEnum):
    """The bounds 25 and 200 million are those of the Norwegian Digitaliseringsrådet."""

    UNDER_1M = "lt_1m"
    FROM_1M = "1_5m"
    FROM_5M = "5_25m"
    FROM_25M = "25_200m"
    OVER_200M = "gt_200m"
    UNKNOWN = "unknown"


class OrganisationType(StrEnum):
    STATE_AUTHORITY = "state_authority"
    MUNICIPALITY = "municipality"
    REGION = "region"
    MUNICIPAL_FEDERATION = "municipal_federation"
    UNIVERSITY = "university"
    MINISTRY = "ministry"
    COLLABORATION = "collaboration"


class OrganisationSize(StrEnum):
    """Number of employees."""

    UNDER_50 = "lt_50"
    FROM_50 = "50_249"
    FROM_250 = "250_999"
    FROM_1000 = "1000_4999"
    FROM_5000 = "gt_5000"


class Role(StrEnum):
    """A reader needs no account and so has no role."""

    CONTRIBUTOR = "contributor"
    MODERATOR = "moderator"
    ADMIN = "admin"


class BenefitStage(StrEnum):
    EXPECTED = "expected"
    REALISED = "realised"


class LessonBasis(StrEnum):
    """Whether a source states the lesson, or an editor inferred it."""

    SOURCE = "source"
    INFERRED = "inferred"


class Conformity(StrEnum):
    """How far the site meets the law on accessibility, in the three words that the law has."""

    FULL = "full"
    PARTLY = "partly"
    NOT = "not"


class UserSituation(StrEnum):
    """Whom a fault of accessibility meets."""

    WITHOUT_SIGHT = "without_sight"
    LOW_VISION = "low_vision"
    COLOUR = "colour"
    HEARING = "hearing"
    VOICE = "voice"
    MOTOR = "motor"
    FLICKER = "flicker"
    COGNITION = "cognition"


class SiteField(StrEnum):
    """What those who run the site say of it; ``domain/site_information`` has the rules for each."""

    SERVICE_NAME = "service_name"
    AUTHORITY = "authority"
    ORGANISATION_NUMBER = "organisation_number"
    EMAIL = "email"
    TELEPHONE = "telephone"
    POSTAL_ADDRESS = "postal_address"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ANSWERING_TIME = "answering_time"
    MESSAGE_RETENTION = "message_retention"
    LOG_RETENTION = "log_retention"
    CONFORMITY = "conformity"
    KNOWN_FAULTS = "known_faults"
    ASSESSMENT_METHOD = "assessment_method"
    ASSESSED_ON = "assessed_on"
    UPDATED_ON = "updated_on"
    UNREASONABLE_BURDEN = "unreasonable_burden"
    OUTSIDE_THE_LAW = "outside_the_law"
    SECURITY_CONTACT = "security_contact"
    LICENCE = "licence"


class Licence(StrEnum):
    """On what terms others may use the site's own texts."""

    CC0 = "cc0"
    CC_BY = "cc_by"


class MessageKind(StrEnum):
    """What a reader without an account writes to the bank about."""

    CORRECTION = "correction"
    STORY_REQUEST = "story_request"
    FEEDBACK = "feedback"
    CONTACT = "contact"
    ACCESSIBILITY = "accessibility"


class MessageState(StrEnum):
    """How far the secretariat has come with a message."""

    RECEIVED = "received"


class _Labels(Mapping[StrEnum, str]):
    """Keyed by the word and its enum: members of two ``StrEnum`` with the same value are equal to each other,
    so a plain dict would give 'Kostnad okänd' for an unknown outcome.
    """

    def __init__(self, *pairs: tuple[StrEnum, str]) -> None:
        self._labels = {(type(word), word.value): (word, label) for word, label in pairs}

    def __getitem__(self, word: StrEnum) -> str:
        try:
            return self._labels[type(word), word.value][1]
        except AttributeError:
            raise KeyError(word) from None

    def __iter__(self) -> Iterator[StrEnum]:
        return (word for word, _ in self._labels.values())

    def __len__(self) -> int:
        return len(self._labels)


LABELS: Mapping[StrEnum, str] = _Labels(
    (EntryKind.GOOD_EXAMPLE, "Gott exempel"),
    (EntryKind.LESSON_LEARNED, "Lärdom"),
    (EntrySize.TIP, "Tips"),
    (EntrySize.STORY, "Berättelse"),
    (EntrySize.IN_DEPTH, "Fördjupning"),
    (RevisionStatus.DRAFT, "Utkast"),
    (RevisionStatus.SUBMITTED, "Väntar på granskning"),
    (RevisionStatus.CHANGES_REQUESTED, "Ändringar begärda"),
    (RevisionStatus.PUBLISHED, "Publicerad"),
    (RevisionStatus.SUPERSEDED, "Ersatt av en nyare version"),
    (RevisionStatus.REJECTED, "Avslagen"),
    (RevisionStatus.DISCARDED, "Återtagen"),
    (Outcome.SUCCEEDED, "Lyckad"),
    (Outcome.PARTLY, "Delvis uppnådd"),
    (Outcome.DELAYED, "Försenad"),
    (Outcome.OVER_BUDGET, "Dyrare än planerat"),
    (Outcome.STOPPED, "Avbruten"),
    (Outcome.REPLACED, "Ersatt eller omtagen"),
    (Outcome.ONGOING, "Pågår"),
    (Outcome.UNKNOWN, "Utfall okänt"),
    (FactState.KNOWN, "känd"),
    (FactState.ESTIMATED, "uppskattad"),
    (FactState.EXPECTED, "väntad"),
    (FactState.WITHHELD, "uppges inte"),
    (FactState.UNKNOWN, "uppgift saknas"),
    (FactName.FIRST_BUDGET, "Första budget"),
    (FactName.DECIDED_BUDGET, "Beslutad budget"),
    (FactName.OUTCOME_COST, "Utfall"),
    (FactName.START, "Start"),
    (FactName.FIRST_END, "Första slutdatum"),
    (FactName.DECIDED_END, "Beslutat slutdatum"),
    (FactName.ACTUAL_END, "Verkligt slut"),
    (FactName.TEAM_SIZE, "Projektgruppens storlek"),
    (FactName.USERS_AFFECTED, "Berörda användare"),
    (CostClass.UNDER_1M, "Under 1 miljon kronor"),
    (CostClass.FROM_1M, "1–5 miljoner kronor"),
    (CostClass.FROM_5M, "5–25 miljoner kronor"),
    (CostClass.FROM_25M, "25–200 miljoner kronor"),
    (CostClass.OVER_200M, "Över 200 miljoner kronor"),
    (CostClass.UNKNOWN, "Kostnad okänd"),
    (OrganisationType.STATE_AUTHORITY, "Statlig myndighet"),
    (OrganisationType.MUNICIPALITY, "Kommun"),
    (OrganisationType.REGION, "Region"),
    (OrganisationType.MUNICIPAL_FEDERATION, "Kommunalförbund"),
    (OrganisationType.UNIVERSITY, "Lärosäte"),
    (OrganisationType.MINISTRY, "Departement"),
    (OrganisationType.COLLABORATION, "Samverkan"),
    (OrganisationSize.UNDER_50, "färre än 50 anställda"),
    (OrganisationSize.FROM_50, "50–249 anställda"),
    (OrganisationSize.FROM_250, "250–999 anställda"),
    (OrganisationSize.FROM_1000, "1 000–4 999 anställda"),
    (OrganisationSize.FROM_5000, "fler än 5 000 anställda"),
    (Role.CONTRIBUTOR, "Bidragsgivare"),
    (Role.MODERATOR, "Granskare"),
    (Role.ADMIN, "Administratör"),
    (BenefitStage.EXPECTED, "Väntad nytta"),
    (BenefitStage.REALISED, "Uppnådd nytta"),
    (Conformity.FULL, "helt förenlig"),
    (Conformity.PARTLY, "delvis förenlig"),
    (Conformity.NOT, "inte förenlig"),
    (UserSituation.WITHOUT_SIGHT, "Om du inte kan se"),
    (UserSituation.LOW_VISION, "Om du ser dåligt"),
    (UserSituation.COLOUR, "Om du har svårt att skilja färger åt"),
    (UserSituation.HEARING, "Om du hör dåligt eller inte alls"),
    (UserSituation.VOICE, "Om du inte kan tala"),
    (UserSituation.MOTOR, "Om du har svårt att röra dig eller använda händerna"),
    (UserSituation.FLICKER, "Om du är känslig för det som blinkar"),
    (UserSituation.COGNITION, "Om du har svårt att läsa, förstå eller minnas"),
    (SiteField.SERVICE_NAME, "Tjänstens namn"),
    (SiteField.AUTHORITY, "Den myndighet som driver webbplatsen"),
    (SiteField.ORGANISATION_NUMBER, "Organisationsnummer"),
    (SiteField.EMAIL, "Kansliets e-postadress"),
    (SiteField.TELEPHONE, "Kansliets telefonnummer"),
    (SiteField.POSTAL_ADDRESS, "Kansliets postadress"),
    (SiteField.DATA_PROTECTION_OFFICER, "Kontakt till dataskyddsombudet"),
    (SiteField.ANSWERING_TIME, "Hur snart du får svar"),
    (SiteField.MESSAGE_RETENTION, "Hur länge meddelanden från läsare sparas"),
    (SiteField.LOG_RETENTION, "Hur länge driftens loggar sparas"),
    (SiteField.CONFORMITY, "Hur väl webbplatsen följer lagen om tillgänglighet"),
    (SiteField.KNOWN_FAULTS, "Kända brister i tillgängligheten"),
    (SiteField.ASSESSMENT_METHOD, "Hur tillgängligheten har bedömts"),
    (SiteField.ASSESSED_ON, "Dag för bedömningen"),
    (SiteField.UPDATED_ON, "Dag för senaste uppdateringen av redogörelsen"),
    (SiteField.UNREASONABLE_BURDEN, "Undantag som oskäligt betungande (12 §)"),
    (SiteField.OUTSIDE_THE_LAW, "Innehåll som lagen inte omfattar (9 §)"),
    (SiteField.SECURITY_CONTACT, "Kontakt för säkerhetsbrister"),
    (SiteField.LICENCE, "Licens för webbplatsens egna texter"),
    (Licence.CC0, "CC0 1.0"),
    (Licence.CC_BY, "CC BY 4.0"),
    (MessageKind.CORRECTION, "Förslag till rättelse"),
    (MessageKind.STORY_REQUEST, "Önskemål om en erfarenhet"),
    (MessageKind.FEEDBACK, "Synpunkt på webbplatsen"),
    (MessageKind.CONTACT, "Fråga till kansliet"),
    (MessageKind.ACCESSIBILITY, "Anmälan om bristande tillgänglighet"),
    (MessageState.RECEIVED, "mottaget"),
    (LessonBasis.SOURCE, "Lärdomen står i källan"),
    (LessonBasis.INFERRED, "Lärdomen är delvis vår slutsats av källan"),
)
"""What users read for each word; a test holds that no member of these enums is missing."""
