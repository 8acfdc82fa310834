"""Which account someone at a provider is, and what the provider may say of them (S-16, S-17)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kb.db import db, writing
from kb.domain.predicates import SYSTEM
from kb.domain.vocabulary import Role
from kb.models import ExternalIdentity, FormerSlug, Letter, Organisation, User, UserSession, now
from kb.services import people, sessions
from tests.accounts import make_user, sign_in
from tests.federation.conftest import NewWalk
from tests.federation.provider import SUBJECT, Provider
from tests.federation.walking import ORGANISATION, ORGANISATIONS, SESSION, Walk, details, refused, table

SECOND = 'second_factor_acr = ["urn:mfa", "mfa"]\n'
ROLES = 'role_claim = "roles"\n' + ORGANISATIONS + '[provider.roles]\n"kansli" = "moderator"\n'
TENANT = "11111111-2222-3333-4444-555555555555"
OBJECT = "99999999-8888-7777-6666-555555555555"


def add_identity(user: User, provider: Provider, subject: str = SUBJECT) -> None:
    with writing(db.session):
        db.session.add(
            ExternalIdentity(
                issuer=provider.issuer, subject=subject, user_id=user.id, provider="leverantoren"
            )
        )


def signed_in(app: Flask, user: User, **changes: object) -> Walk:
    return Walk(app, sign_in(app, user, **changes))


def session_of(browser: Walk) -> sessions.SignedIn | None:
    cookie = browser.client.get_cookie(SESSION)
    db.session.rollback()
    return sessions.find(cookie.value) if cookie else None


def test_the_same_subject_of_another_issuer_is_another_person(
    walk: NewWalk, provider: Provider, other: Provider
) -> None:
    browser = walk(table(provider, extra=ORGANISATIONS), table(other, "annan", ORGANISATIONS))
    browser.sign_in()
    other.manners.person["email"] = "en-annan@skog.example"
    stranger = Walk(browser.app, browser.app.test_client(), "annan")
    assert stranger.sign_in().status_code == 303
    assert db.session.query(User).count() == 2
    identities = db.session.query(ExternalIdentity).all()
    assert {one.subject for one in identities} == {SUBJECT}
    assert {one.issuer for one in identities} == {provider.issuer, other.issuer}
    assert len({one.user_id for one in identities}) == 2


def test_the_same_email_is_not_the_same_person(walk: NewWalk, provider: Provider) -> None:
    """Not even where the provider says that the address is verified: it says what it wants."""
    browser = walk()
    make_user(email="asa.oberg@skog.example")
    provider.manners.person["email_verified"] = True
    response = browser.sign_in()
    refused(response, browser, "email_taken")
    assert "Konto → Säkerhet" in response.text
    assert db.session.query(ExternalIdentity).count() == 0


@pytest.mark.parametrize("said", [None, "5561234567", "", ["5561234567"], 2021005612, {"2021005612": 1}])
def test_an_organisation_that_nobody_knows(walk: NewWalk, provider: Provider, said: object) -> None:
    provider.manners.person[ORGANISATION] = said
    browser = walk()
    response = browser.sign_in()
    refused(response, browser, "organisation")
    assert "Fråga kansliet" in response.text
    assert db.session.query(User).count() == 0


def test_an_organisation_of_the_file_that_the_site_has_not(
    walk: NewWalk, provider: Provider, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whoever runs the site can see in the log what to mend."""
    browser = walk(table(provider, extra=ORGANISATIONS.replace("skogsstyrelsen", "finns-inte")))
    refused(browser.sign_in(), browser, "organisation")
    line = next(one for one in capfd.readouterr().err.splitlines() if "organisation_of_file_unknown" in one)
    assert "finns-inte" in line


def test_an_organisation_that_has_another_address_now(walk: NewWalk, provider: Provider) -> None:
    browser = walk()
    with writing(db.session):
        owner = db.session.query(Organisation).one()
        owner.slug = "skogsmyndigheten"
        db.session.add(FormerSlug(slug="skogsstyrelsen", organisation_id=owner.id))
    assert browser.sign_in().status_code == 303


def test_someone_who_has_left_the_organisation(walk: NewWalk, provider: Provider) -> None:
    """The provider is asked each time: an account from before does not help."""
    browser = walk()
    browser.sign_in()
    provider.manners.person[ORGANISATION] = "5561234567"
    refused(browser.sign_in(), browser, "organisation", sessions=1)


def test_a_provider_that_vouches_for_no_organisation_makes_no_accounts(
    walk: NewWalk, provider: Provider
) -> None:
    browser = walk(table(provider))
    refused(browser.sign_in(), browser, "organisation")
    add_identity(make_user(), provider)
    assert browser.sign_in().status_code == 303


@pytest.mark.parametrize(
    "said", [{"email": None}, {"email": "ingen adress"}, {"email": 7}, {"email_verified": False}]
)
def test_an_account_needs_an_address(walk: NewWalk, provider: Provider, said: dict[str, object]) -> None:
    provider.manners.person |= said
    browser = walk()
    refused(browser.sign_in(), browser, "no_email")


def test_a_name_in_two_parts_or_none(walk: NewWalk, provider: Provider) -> None:
    provider.manners.person |= {"name": None, "given_name": "Åsa", "family_name": "Öberg"}
    browser = walk()
    browser.sign_in()
    provider.manners.person = {"sub": "b", "email": "bo.ek@skog.example", ORGANISATION: "2021005612"}
    browser.sign_in()
    assert {one.name for one in db.session.query(User)} == {"Åsa Öberg", "bo.ek"}


def _disable(user: User) -> None:
    user.disabled_at = now()


def _erase(user: User) -> None:
    user.disabled_at = user.erased_at = now()


@pytest.mark.parametrize("shut_out", [_disable, _erase])
def test_an_account_that_is_shut_out(
    walk: NewWalk, provider: Provider, shut_out: Callable[[User], None]
) -> None:
    browser = walk()
    user = make_user()
    add_identity(user, provider)
    with writing(db.session):
        shut_out(db.session.get_one(User, user.id))
    refused(browser.sign_in(), browser, "disabled")


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({"acr": "urn:mfa"}, True),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "urn:low", "amr": ["pwd"]}, False),
    ],
)
def test_a_second_factor_at_the_provider(
    walk: NewWalk, provider: Provider, said: dict[str, object], counts: bool
) -> None:
    """A moderator who has shown one there may act; one who has not may not yet (S-13)."""
    browser = walk(table(provider, extra=SECOND + ORGANISATIONS))
    add_identity(make_user(Role.MODERATOR, second_factor=False), provider)
    provider.manners.person |= said
    browser.sign_in()
    found = session_of(browser)
    assert found is not None
    assert found.second_factor is counts
    assert found.actor.role is (Role.MODERATOR if counts else None)


@pytest.mark.parametrize(
    ("said", "role"),
    [
        (["kansli"], Role.MODERATOR),
        ("kansli", Role.MODERATOR),
        (["annat", "admin", "moderator"], Role.CONTRIBUTOR),
        (None, Role.CONTRIBUTOR),
    ],
)
def test_roles_come_from_the_claims_that_the_file_names(
    walk: NewWalk, provider: Provider, said: object, role: Role
) -> None:
    provider.manners.person["roles"] = said
    browser = walk(table(provider, extra=ROLES))
    browser.sign_in()
    assert db.session.query(User).one().role is role


def test_a_role_is_looked_at_each_time(walk: NewWalk, provider: Provider) -> None:
    provider.manners.person["roles"] = ["kansli"]
    browser = walk(table(provider, extra=ROLES))
    browser.sign_in()
    elsewhere = Walk(browser.app, browser.app.test_client())
    provider.manners.person["roles"] = []
    elsewhere.sign_in()
    db.session.rollback()
    assert db.session.query(User).one().role is Role.CONTRIBUTOR
    assert details("role_changed") == [{"after": "contributor", "before": "moderator"}]
    assert db.session.query(Letter).one().kind == "role_changed"
    assert session_of(browser) is None, "the sessions from before ended"
    assert session_of(elsewhere) is not None


def test_a_role_without_a_table_of_roles_is_not_changed(walk: NewWalk, provider: Provider) -> None:
    provider.manners.person["roles"] = ["kansli", "contributor"]
    browser = walk()
    add_identity(make_user(Role.MODERATOR), provider)
    browser.sign_in()
    db.session.rollback()
    assert db.session.query(User).one().role is Role.MODERATOR


def test_an_administrator_stays_one(walk: NewWalk, provider: Provider) -> None:
    """No provider makes an administrator, and none unmakes one."""
    browser = walk(table(provider, extra=ROLES))
    user_id = make_user(Role.ADMIN).id
    add_identity(db.session.get_one(User, user_id), provider)
    add_identity(make_user(Role.ADMIN), provider, "another-administrator")
    assert browser.sign_in().status_code == 303
    db.session.rollback()
    assert db.session.get_one(User, user_id).role is Role.ADMIN


def test_a_moderator_without_organisation_who_is_one_no_more(walk: NewWalk, provider: Provider) -> None:
    browser = walk(table(provider, extra=ROLES))
    add_identity(make_user(Role.MODERATOR, organisations=()), provider)
    assert browser.sign_in().status_code == 303
    db.session.rollback()
    user = db.session.query(User).one()
    assert (user.role, [one.slug for one in user.organisations]) == (Role.CONTRIBUTOR, ["skogsstyrelsen"])


def test_adding_an_identity_to_an_account(walk: NewWalk, provider: Provider) -> None:
    app = walk().app
    user = make_user(email="asa.oberg@skog.example")
    browser = signed_in(app, user)
    before = browser.client.get_cookie(SESSION)
    response = browser.sign_in(syfte="lagg-till", till="/konto/sakerhet")
    assert (response.status_code, response.location) == (303, "/konto/sakerhet")
    assert db.session.query(ExternalIdentity).one().user_id == user.id
    after = browser.client.get_cookie(SESSION)
    assert before.value != after.value, "a new token where rights change"
    assert len(details("identity_added")) == 1
    fresh = Walk(app, app.test_client())
    assert fresh.sign_in().status_code == 303
    assert session_of(fresh).user_id == user.id


def test_adding_needs_that_one_is_signed_in(walk: NewWalk) -> None:
    browser = walk()
    refused(browser.start(syfte="lagg-till"), browser, "signed_out")


def test_adding_needs_that_one_was_there_a_moment_ago(walk: NewWalk) -> None:
    """(S-15)"""
    app = walk().app
    browser = signed_in(app, make_user(), at=now() - sessions.RECENT - (sessions.RECENT / 10))
    refused(browser.start(syfte="lagg-till"), browser, "not_recent", sessions=1)


def test_adding_needs_the_second_factor_that_is_missing(walk: NewWalk) -> None:
    """Else a stolen password would be enough to add an identity that counts as a second factor."""
    app = walk().app
    browser = signed_in(app, make_user(Role.MODERATOR), second_factor=False)
    refused(browser.start(syfte="lagg-till"), browser, "not_recent", sessions=1)


def test_adding_ends_where_one_has_signed_out_or_is_another(walk: NewWalk, provider: Provider) -> None:
    app = walk().app
    user = make_user()
    browser = signed_in(app, user)
    back = browser.at_provider(browser.address(syfte="lagg-till"))
    cookie = browser.client.get_cookie("__Host-kb_oidc")
    another = signed_in(app, make_user())
    another.client.set_cookie("__Host-kb_oidc", cookie.value, path="/")
    assert another.client.get(back).status_code == 400
    assert details("sign_in_failed")[-1]["reason"] == "signed_out"
    assert db.session.query(ExternalIdentity).count() == 0
    assert provider.count("/token") == 0


def test_an_identity_belongs_to_one_account(walk: NewWalk, provider: Provider) -> None:
    app = walk().app
    add_identity(make_user(), provider)
    browser = signed_in(app, make_user())
    refused(browser.sign_in(syfte="lagg-till"), browser, "identity_taken", sessions=1)


def test_proving_anew_who_one_is(walk: NewWalk, provider: Provider) -> None:
    app = walk().app
    user = make_user()
    add_identity(user, provider)
    browser = signed_in(app, user, at=now() - 2 * sessions.RECENT)
    assert session_of(browser).is_recent is False
    assert browser.sign_in(syfte="bekrafta", till="/konto/e-post").location == "/konto/e-post"
    assert (provider.sent[-1]["prompt"], provider.sent[-1]["max_age"]) == ("login", "0")
    assert session_of(browser).is_recent is True
    assert len(details("reauthenticated")) == 1
    assert db.session.query(UserSession).count() == 1


@pytest.mark.parametrize("said", [None, 0, 1_700_000_000, True, "nu"])
def test_proving_anew_needs_that_it_was_anew(walk: NewWalk, provider: Provider, said: object) -> None:
    app = walk().app
    user = make_user()
    add_identity(user, provider)
    provider.manners.change = lambda claims: claims.update(auth_time=said)
    browser = signed_in(app, user, at=now() - 2 * sessions.RECENT)
    refused(browser.sign_in(syfte="bekrafta"), browser, "not_anew", sessions=1)
    assert session_of(browser).is_recent is False


def test_proving_anew_as_someone_else(walk: NewWalk, provider: Provider) -> None:
    app = walk().app
    add_identity(make_user(), provider)
    browser = signed_in(app, make_user(), at=now() - 2 * sessions.RECENT)
    refused(browser.sign_in(syfte="bekrafta"), browser, "other_person", sessions=1)
    provider.manners.person["sub"] = "nobody-here"
    refused(browser.sign_in(syfte="bekrafta"), browser, "other_person", sessions=1)


def test_signing_in_as_another_ends_the_session_before(walk: NewWalk, provider: Provider) -> None:
    app = walk().app
    browser = signed_in(app, make_user())
    before = browser.client.get_cookie(SESSION).value
    add_identity(make_user(), provider)
    browser.sign_in()
    db.session.rollback()
    assert sessions.find(before) is None
    assert db.session.query(UserSession).count() == 1


def entra(provider: Provider, more: str = "") -> str:
    organisations = f'{more}[provider.organisations]\n"{TENANT}" = "skogsstyrelsen"\n'
    extra = f'profile = "entra"\ntenants = ["{TENANT}"]\n{organisations}'
    return table(provider, extra=extra).replace(provider.issuer, f"{provider.issuer}/organizations/v2.0")


def as_entra(provider: Provider, tenant: str = TENANT) -> None:
    """As Entra has it: an issuer for each tenant, and a template for all of them in what it publishes."""
    provider.manners.metadata = {
        "issuer": f"{provider.issuer}/{{tenantid}}/v2.0",
        "authorization_response_iss_parameter_supported": None,
    }
    provider.manners.answer = {"iss": None}
    provider.manners.person |= {"tid": tenant, "oid": OBJECT, "iss": f"{provider.issuer}/{tenant}/v2.0"}


def test_entra_knows_a_person_by_tenant_and_object(walk: NewWalk, provider: Provider) -> None:
    as_entra(provider)
    browser = walk(entra(provider))
    assert browser.sign_in().status_code == 303
    identity = db.session.query(ExternalIdentity).one()
    assert (identity.issuer, identity.subject) == (f"{provider.issuer}/{TENANT}/v2.0", OBJECT)


def test_entra_of_another_tenant(walk: NewWalk, provider: Provider) -> None:
    as_entra(provider, "99999999-2222-3333-4444-555555555555")
    browser = walk(entra(provider))
    refused(browser.sign_in(), browser, "tenant")


@pytest.mark.parametrize(("wrong", "reason"), [({"tid": None}, "tenant"), ({"oid": None}, "claims")])
def test_entra_that_does_not_say_who(
    walk: NewWalk, provider: Provider, wrong: dict[str, object], reason: str
) -> None:
    as_entra(provider)
    provider.manners.change = lambda claims: claims.update(wrong)
    browser = walk(entra(provider))
    refused(browser.sign_in(), browser, reason)


def test_entra_with_the_issuer_of_another_tenant(walk: NewWalk, provider: Provider) -> None:
    as_entra(provider)
    provider.manners.person["iss"] = f"{provider.issuer}/99999999-2222-3333-4444-555555555555/v2.0"
    browser = walk(entra(provider))
    refused(browser.sign_in(), browser, "issuer")


def test_entra_says_the_level_by_context(walk: NewWalk, provider: Provider) -> None:
    as_entra(provider)
    browser = walk(entra(provider, 'required_acr = ["c1"]\nsecond_factor_acr = ["c1"]\n'))
    refused(browser.sign_in(), browser, "assurance")
    provider.manners.person["acrs"] = ["c1"]
    assert browser.sign_in().status_code == 303
    assert session_of(browser).second_factor is True
    assert '"acrs"' in provider.sent[-1]["claims"]


def test_a_swedish_provider_is_asked_for_the_organisation(walk: NewWalk, provider: Provider) -> None:
    """And it may say it as the end of who the person is at the organisation."""
    level = "http://id.elegnamnden.se/loa/1.0/loa3"
    extra = f'profile = "swedish"\nrequired_acr = ["{level}"]\n{ORGANISATIONS}'
    provider.manners.person |= {
        "acr": level,
        ORGANISATION: None,
        "https://id.oidc.se/claim/orgAffiliation": "asa-1@2021005612",
    }
    browser = walk(table(provider, extra=extra))
    assert browser.sign_in().status_code == 303
    assert ORGANISATION in provider.sent[-1]["claims"]
    assert "personalIdentityNumber" not in provider.sent[-1]["claims"]


def test_someone_who_is_shut_out_is_out_at_once(walk: NewWalk, provider: Provider) -> None:
    browser = walk()
    browser.sign_in()
    user = db.session.query(User).one()
    people.disable(user.id, SYSTEM)
    assert session_of(browser) is None
    fresh = Walk(browser.app, browser.app.test_client())
    refused(fresh.sign_in(), fresh, "disabled")
