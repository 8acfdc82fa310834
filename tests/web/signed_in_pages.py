"""Every kind of page that someone who is signed in can meet: the lists that the tests of all of them read.

A family of pages adds its function to ``FAMILIES``; it gets the site and its people, and may make what its
pages need. A page that several may see has a row for each whose page differs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import db, writing
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.clock import today
from kb.domain.letters import LetterKind, LetterState
from kb.domain.predicates import READER, SYSTEM, Actor
from kb.domain.reader_messages import Vote
from kb.domain.vocabulary import EntrySize, Role
from kb.models import Entry, ExternalIdentity, Letter, User, new_id, now
from kb.services import (
    audit,
    drafts,
    identities,
    images,
    letters,
    people,
    preview_links,
    reader_messages,
    readings,
    submissions,
)
from kb.services.rate_limits import Place
from kb.web.writing_places import OF_SLUG
from tests.accounts import make_user, sign_in
from tests.drafts import actor_of, complete_story_fields, complete_tip_fields, start_draft
from tests.pictures.samples import picture
from tests.web.site import BASE_URL, Site

CONTRIBUTOR = "contributor"
MODERATOR = "moderator"
ADMIN = "admin"
HALF_WAY = "half_way"
"""An administrator who has no second factor yet."""
WRITER = "writer"
"""Who has written one of the site's stories."""
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Page:
    """``who`` asks for it; ``data`` is what a POST sends."""

    name: str
    path: str
    status: int = 200
    who: str = ADMIN
    method: str = "GET"
    data: dict[str, str] = field(default_factory=dict)

    def fetch(self, browsers: Browsers) -> TestResponse:
        return browsers.of(self.who).open(
            self.path, method=self.method, data=self.data, headers={"Origin": BASE_URL}, buffered=True
        )


@dataclass(slots=True)
class Browsers:
    """The people of a site, each with a browser that is signed in."""

    site: Site
    people: dict[str, User] = field(default_factory=dict)
    signed_in: dict[str, FlaskClient] = field(default_factory=dict)

    def of(self, who: str) -> FlaskClient:
        if who == NOBODY:
            return self.site.app.test_client()
        if who not in self.signed_in:
            self.signed_in[who] = sign_in(self.site.app, self.people[who])
        return self.signed_in[who]


Family = Callable[[Browsers], list[Page]]


def browsers_of(site: Site) -> Browsers:
    """New people in the site's database."""
    with site.app.app_context():
        persons = {
            CONTRIBUTOR: make_user(Role.CONTRIBUTOR, name="Cilla Ceder"),
            MODERATOR: make_user(Role.MODERATOR, name="Milla Modig"),
            ADMIN: make_user(Role.ADMIN, name="Anna Aspelin"),
            HALF_WAY: make_user(Role.ADMIN, name="Hanna Halvorsen", second_factor=False),
        }
        for person in persons.values():
            db.session.refresh(person)
        db.session.expunge_all()
    return Browsers(site, persons)


def _administration(browsers: Browsers) -> list[Page]:
    """The administrator's pages about the site, its people and its organisations."""
    with browsers.site.app.app_context():
        invited, _link = people.invite(f"{new_id()}@exempel.se", "Inger Bjuden", Role.ADMIN, [], SYSTEM)
        shut_out = make_user(name="Ulla Utestängd").id
        people.disable(shut_out, SYSTEM)
    somebody, oneself = browsers.people[MODERATOR].id, browsers.people[ADMIN].id
    start, persons, places = "/administration", "/administration/personer", "/administration/myndigheter"
    return [
        Page("administration", start),
        Page("administration, a moderator", start, 404, MODERATOR),
        Page("people", persons),
        Page("people, narrowed", f"{persons}?q=modig&roll=moderator&lage=invited&myndighet=skatteverket"),
        Page("people, nobody found", f"{persons}?q=finns-inte&roll=hittepå&sida=99"),
        Page("people, a contributor", persons, 404, CONTRIBUTOR),
        Page("invite", f"{persons}/bjud-in"),
        Page("invite, without a token", f"{persons}/bjud-in", 400, method="POST", data={"email": "a"}),
        Page("a person", f"{persons}/{somebody}"),
        Page("a person, changed", f"{persons}/{somebody}?klart=roll"),
        Page("a person, oneself", f"{persons}/{oneself}"),
        Page("a person, invited", f"{persons}/{invited}"),
        Page("a person, shut out", f"{persons}/{shut_out}"),
        Page("a person, unknown", f"{persons}/01JD0000000000000000000000", 404),
        Page("role", f"{persons}/{somebody}/roll"),
        Page("role, one's own", f"{persons}/{oneself}/roll", 302),
        Page("organisations of a person", f"{persons}/{somebody}/organisationer"),
        Page("shut out", f"{persons}/{somebody}/stang-av"),
        Page("let in", f"{persons}/{shut_out}/oppna"),
        Page("invite again", f"{persons}/{invited}/bjud-in-igen"),
        Page("organisations", places),
        Page("organisations, none found", f"{places}?q=finns-inte"),
        Page("add an organisation", f"{places}/ny"),
        Page("change an organisation", f"{places}/skatteverket?klart=andrad"),
        Page("change an organisation, unknown", f"{places}/finns-inte", 404),
        Page("merge, choose", f"{places}/skatteverket/sla-ihop"),
        Page("merge, unknown", f"{places}/skatteverket/sla-ihop?till=Skateverket", 422),
        Page("merge, itself", f"{places}/skatteverket/sla-ihop?till=skatteverket", 422),
        Page("merge", f"{places}/skatteverket/sla-ihop?till=tullverket"),
        Page("hand over, choose", f"{places}/skatteverket/lamna-over"),
        Page("hand over", f"{places}/skatteverket/lamna-over?till=Tullverket"),
    ]


def _account(browsers: Browsers) -> list[Page]:
    """One's own account, as those see it whose pages differ."""
    key = _identity(browsers)
    return [
        Page("profile", "/konto", who=CONTRIBUTOR),
        Page("profile that was changed", "/konto?klart=profil"),
        Page("profile refused", "/konto", 400, method="POST", data={"name": "Ny", "language": "sv"}),
        Page("profile half-way", "/konto", 302, who=HALF_WAY),
        Page("email change", "/konto/e-post"),
        Page("own organisations", "/konto/organisation", who=CONTRIBUTOR),
        Page("own organisations of an administrator", "/konto/organisation"),
        Page("security", "/konto/sakerhet", who=CONTRIBUTOR),
        Page("security with a second factor", "/konto/sakerhet"),
        Page("security half-way", "/konto/sakerhet", who=HALF_WAY),
        Page("password change", "/konto/sakerhet/losenord", who=CONTRIBUTOR),
        Page("second factor", "/konto/sakerhet/tvasteg", who=CONTRIBUTOR),
        Page("second factor anew", "/konto/sakerhet/tvasteg"),
        Page("second factor needed", "/konto/sakerhet/tvasteg", who=HALF_WAY),
        Page("second factor off that there is none of", "/konto/sakerhet/tvasteg/stang-av", who=CONTRIBUTOR),
        Page("second factor off that may not be", "/konto/sakerhet/tvasteg/stang-av"),
        Page("recovery codes without a factor", "/konto/sakerhet/reservkoder", who=CONTRIBUTOR),
        Page("recovery codes", "/konto/sakerhet/reservkoder"),
        Page("sessions to end", "/konto/sakerhet/sessioner", 302),
        Page("identity that there is none of", "/konto/sakerhet/inloggning/0", 404),
        Page("identity to remove", f"/konto/sakerhet/inloggning/{key}"),
        Page("notifications", "/konto/notiser", who=CONTRIBUTOR),
        Page("notifications of the secretariat", "/konto/notiser", who=MODERATOR),
        Page("own data", "/konto/mina-uppgifter", who=CONTRIBUTOR),
        Page("own data to export", "/konto/mina-uppgifter/exportera", 302),
        Page("own account to erase", "/konto/mina-uppgifter/radera", who=CONTRIBUTOR),
    ]


def _identity(browsers: Browsers) -> str:
    """The key of an identity that the administrator has at a provider."""
    with browsers.site.app.app_context():
        user_id = browsers.people[ADMIN].id
        if not identities.of_user(user_id):
            with writing(db.session):
                named = {"issuer": "https://id.exempel.se", "subject": user_id, "provider": "prov"}
                db.session.add(ExternalIdentity(**named, user_id=user_id))
        return identities.of_user(user_id)[0].key


def _log(browsers: Browsers) -> list[Page]:
    """The audit log, with a row of every sort of action and subject."""
    with browsers.site.app.app_context():
        user_id = browsers.people[ADMIN].id
        by = Actor(user_id, Role.ADMIN, address="2001:db8::7")
        subjects = [
            *((kind, "01JD0000000000000000000000") for kind in SubjectKind),
            (SubjectKind.USER, user_id),
        ]
        for number, action in enumerate(AuditAction):
            audit.record(
                action, by, subject=subjects[number % len(subjects)], before="contributor", count=number
            )
    log = "/administration/logg"
    return [
        Page("log", log),
        Page("log, narrowed", f"{log}?grupp=people&person={user_id}&fran=2026-01-01&om=01JD"),
        Page("log, last page", f"{log}?sida=9999"),
        Page("log, none found", f"{log}?om=finns-inte"),
        Page("log, a day that is none", f"{log}?fran=i-dag&till=2026-02-30", 422),
        Page("log, a moderator", log, 404, MODERATOR),
        Page("log as a file, without a token", f"{log}.csv", 400, method="POST", data={"fran": "2026-01-01"}),
        Page("log as a file, asked for", f"{log}.csv", 405),
    ]


def _letters(browsers: Browsers) -> list[Page]:
    """A letter in every state, with what a server may have said of it."""
    made: dict[LetterState, str] = {}
    late = now() + timedelta(hours=1)
    with browsers.site.app.app_context(), writing(db.session):
        for state in LetterState:
            letters.put(LetterKind.RESET, "anna@exempel.example", user_id=browsers.people[ADMIN].id)
            letter = db.session.scalars(select(Letter).order_by(Letter.id.desc()).limit(1)).one()
            letter.state, letter.created_at = state, now() - timedelta(hours=2)
            letter.sent_at = now() if state is LetterState.SENT else None
            if state is LetterState.HANDING_OVER:
                letter.leased_by, letter.leased_until = "prov", late
            if state in letters.MAY_BE_SENT_AGAIN:
                letter.problem = "E-postservern svarade: 550 <b>nej</b> & adjö"
            made[state] = letter.id
        letters.put(LetterKind.INVITATION, "bo@exempel.example", user_id=None, not_after=late)
    path = "/administration/brev"
    again = f"{path}/{made[LetterState.UNCERTAIN]}/skicka-igen"
    return [
        Page("letters", path),
        Page("letters, refused", f"{path}?lage=refused"),
        *(Page(f"letter, {state}", f"{path}/{letter_id}") for state, letter_id in made.items()),
        Page("letter to send again", again),
        Page("letter to send again, refused", again, 400, method="POST"),
        Page("letter that need not be sent again", f"{path}/{made[LetterState.SENT]}/skicka-igen", 302),
        Page("letters, a moderator", path, 404, MODERATOR),
    ]


def _writing(browsers: Browsers) -> list[Page]:
    """Drafts of each size: empty, with faults, ready, thrown away and sent in."""
    faulty = {
        "title": "M" * 121,
        "fact.first_budget.state": "known",
        "fact.first_budget.value": "<b>mycket</b>",
        "lesson.lardom-1.situation": "Bara läget",
        "benefit.nytta-1.note": "Bara en not",
        "source.kalla-1.url": "javascript:alert(1)",
    }
    with browsers.site.app.app_context():
        writer = db.session.get_one(User, browsers.people[CONTRIBUTOR].id)
        by = actor_of(writer)
        empty, faulty_one, ready, tip, sent, thrown = (
            start_draft(writer, size, **fields)
            for size, fields in (
                (EntrySize.IN_DEPTH, {}),
                (EntrySize.IN_DEPTH, faulty),
                (EntrySize.STORY, complete_story_fields()),
                (EntrySize.TIP, complete_tip_fields()),
                (EntrySize.TIP, complete_tip_fields()),
                (EntrySize.TIP, {"title": "Kastad"}),
            )
        )
        submissions.submit(sent, 2, by)
        drafts.discard(thrown, by)
    start = "/bidra"
    parts = list(OF_SLUG)
    items = ("lardomar/lardom-1", "nyttor/nytta-1", "kallor/kalla-1")

    def page(name: str, path: str, status: int = 200, **more: Any) -> Page:
        return Page(name, f"{start}/{path}", status, CONTRIBUTOR, **more)

    return [
        Page("contribute, signed in", start, who=CONTRIBUTOR),
        page("begin", "ny"),
        page("begin, a size chosen", "ny?storlek=story"),
        page("begin, refused", "ny", 400, method="POST", data={"size": "tip"}),
        page("tasks", empty),
        page("tasks, changed", f"{ready}?klart=storlek"),
        page("tasks of a tip", tip),
        page("tasks of what was sent in", sent, 303),
        page("tasks of what was thrown away", thrown, 404),
        page("size, refused", f"{empty}/storlek", 400, method="POST", data={"size": "tip"}),
        *(page(f"section {part}, empty", f"{empty}/{part}") for part in parts),
        *(
            page(f"section {part}, filled in", f"{ready}/{part}")
            for part in ("om", "sammanhang", "text", "lardomar")
        ),
        *(page(f"section {part}, faulty", f"{faulty_one}/{part}") for part in parts),
        *(page(f"item {item}", f"{faulty_one}/{item}") for item in items),
        *(page(f"item {item}, refused", f"{faulty_one}/{item}", 400, method="POST") for item in items),
        *(page(f"item {item}, to take away", f"{faulty_one}/{item}/ta-bort") for item in items),
        page("item unknown", f"{empty}/kallor/kalla-9", 404),
        page("item to add, refused", f"{empty}/kallor/ny", 400, method="POST"),
        page("lesson of a tip", f"{tip}/lardomar"),
        page("section that a tip has not", f"{tip}/kostnad", 404),
        page("section, saved", f"{ready}/text?klart=spara"),
        page("section, refused", f"{ready}/text", 400, method="POST", data={"body": "<b>Text"}),
        page("check, all is left", f"{empty}/kontrollera"),
        page("check, faults", f"{faulty_one}/kontrollera"),
        page("check, ready", f"{ready}/kontrollera"),
        page("sending in, refused", f"{ready}/skicka", 400, method="POST"),
        page("receipt of a draft", f"{sent}/kvitto"),
        page("receipt of what was not sent in", f"{ready}/kvitto", 404),
        page("take back", f"{sent}/ta-tillbaka"),
        page("throw away", f"{ready}/kasta"),
        page("thrown away", f"{thrown}/kasta"),
        page("take a draft back, refused", f"{thrown}/aterstall", 400, method="POST"),
        page("revise another's", f"{browsers.site.story_id}/andra", 404),
        Page("draft, an administrator", f"{start}/{empty}", 404),
    ]


def _signing_in(_browsers: Browsers) -> list[Page]:
    """The pages of signing in that are for those who are."""
    return [
        Page("log in, once more", "/logga-in", 302),
        Page("log in, once more, with a way on", "/logga-in?till=/om", 302),
        Page("confirm", "/logga-in/bekrafta?till=/konto"),
        Page("confirm refused", "/logga-in/bekrafta", 400, method="POST", data={"password": "fel"}),
        Page("log out", "/logga-ut", who=CONTRIBUTOR),
        Page("log out refused", "/logga-ut", 400, method="POST"),
        Page("home, signed in", "/"),
        Page("search, signed in", "/sok?q=polisen", who=CONTRIBUTOR),
        Page("form sent half-way", "/konto", 403, HALF_WAY, "POST", {"name": "Ny"}),
        Page("unknown, signed in", "/finns-inte", 404),
    ]


def _mine(browsers: Browsers) -> list[Page]:
    """What someone writes and shares: nothing, one of each, and a published story with an echo."""
    with browsers.site.app.app_context():
        published = browsers.site.revised.split("/")[2]
        revised = db.session.get_one(Entry, published)
        writer = make_user(name="Siri Skribent", organisations=(revised.owner,))
        with writing(db.session):
            db.session.get_one(Entry, published).created_by = writer.id
        writer = db.session.get_one(User, writer.id)
        by = actor_of(writer)
        draft = start_draft(writer, EntrySize.STORY, **complete_story_fields())
        empty, sent, thrown = (start_draft(writer, **fields) for fields in ({}, complete_tip_fields(), {}))
        submissions.submit(sent, 2, by)
        drafts.discard(thrown, by)
        token = preview_links.make(draft, "Styrgruppen", 14, by)
        preview_links.revoke(preview_links.of(draft, by)[0].id, by)
        token = preview_links.make(draft, "", 30, by)
        place = Place("192.0.2.7", "prov")
        preview_links.comment(token, "Åsa <b>Öberg</b>", "Bra!\n\nMen vad kostade det?", new_id(), place)
        readings.count(published, today(), READER)
        reader_messages.vote(Vote(published, 2, helped=False), new_id(), place)
        db.session.refresh(writer)
        db.session.expunge_all()
    browsers.people[WRITER] = writer
    mine, shared = "/mina-erfarenheter", f"/utkast/{token}"
    slugs = ("andringar", "utkast", "vantar", "se-over", "publicerade", "kastade")
    own = ("las", "andringar", "medforfattare", "dela")
    return [
        Page("mine, nothing", mine, who=MODERATOR),
        Page("mine", mine, who=WRITER),
        *(Page(f"mine, {slug}", f"{mine}?lage={slug}&sida=99", who=WRITER) for slug in slugs),
        *(Page(f"draft, {path}", f"/bidra/{draft}/{path}", who=WRITER) for path in own),
        *(Page(f"draft without text, {path}", f"/bidra/{empty}/{path}", who=WRITER) for path in own),
        *(Page(f"sent in, {path}", f"/bidra/{sent}/{path}", who=WRITER) for path in own),
        *(Page(f"published, {path}", f"/bidra/{published}/{path}", who=WRITER) for path in own[:3]),
        *(Page(f"draft of others, {path}", f"/bidra/{draft}/{path}", 404, MODERATOR) for path in own),
        Page("revise", f"/bidra/{published}/andra", who=WRITER),
        Page("pictures", f"/bidra/{draft}/bilder", who=WRITER),
        Page("signed in beside the text", "/bidra/inloggad", who=WRITER),
        Page("import", "/administration/importera"),
        Page("people refused", f"/bidra/{draft}/medforfattare", 400, WRITER, "POST"),
        Page("link refused", f"/bidra/{draft}/dela", 400, WRITER, "POST"),
        Page("shared draft", shared, who=NOBODY),
        Page("shared draft, thanks", f"{shared}?tack=1", who=NOBODY),
        Page("shared draft, comment refused", shared, 400, NOBODY, "POST", {"writer": "Åsa"}),
        Page("shared draft, unknown", "/utkast/finns-inte", 404, NOBODY),
        Page("story that one may change", browsers.site.revised, who=WRITER),
    ]


def _pictures(browsers: Browsers) -> list[Page]:
    """The pictures of a draft: none, some, and what is wrong with one that was sent."""
    with browsers.site.app.app_context():
        writer = make_user(name="Bibbi Bild")
        none, some = (start_draft(writer, EntrySize.STORY, **complete_story_fields()) for _ in range(2))
        images.add(some, picture(), actor_of(writer))
        db.session.refresh(writer)
        db.session.expunge_all()
    browsers.people["pictures"] = writer
    who = "pictures"
    return [
        Page("pictures, none", f"/bidra/{none}/bilder", who=who),
        Page("pictures", f"/bidra/{some}/bilder", who=who),
        Page("pictures, without a token", f"/bidra/{some}/bilder", 400, who, "POST", {"alt": "Ett flöde"}),
        Page("pictures, another's", f"/bidra/{some}/bilder", 404, CONTRIBUTOR),
    ]


FAMILIES: list[Family] = [_signing_in, _account, _administration, _letters, _log, _writing, _mine, _pictures]
"""In the order of the menus. Each family is a function in this file."""


def pages_of(browsers: Browsers) -> list[Page]:
    return [page for family in FAMILIES for page in family(browsers)]
