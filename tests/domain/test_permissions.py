"""Every permission × every kind of actor × every kind of thing, against a table written by hand (S-26)."""

from __future__ import annotations

from itertools import product

import pytest

from kb.domain.errors import NotFound, NotPermitted
from kb.domain.permissions import PERMISSIONS, Permission, permits, require, require_to_know
from kb.domain.predicates import NOTHING, READER, SYSTEM, Actor, Subject
from kb.domain.vocabulary import Role

ONE, TWO, THREE = "org-1", "org-2", "org-3"

ACTORS = {
    "reader": READER,
    "contributor": Actor("01", Role.CONTRIBUTOR, organisation_ids=frozenset({ONE})),
    "of two": Actor("02", Role.CONTRIBUTOR, organisation_ids=frozenset({ONE, TWO})),
    "of another": Actor("03", Role.CONTRIBUTOR, organisation_ids=frozenset({THREE})),
    "moderator": Actor("04", Role.MODERATOR),
    "admin": Actor("05", Role.ADMIN),
    "half-way": Actor("06", None, organisation_ids=frozenset({ONE})),
    "system": SYSTEM,
}
"""``half-way``: a moderator or administrator without the second factor that the role needs."""

SUBJECTS = {
    "nothing": NOTHING,
    "published story": Subject(
        is_public=True, writer_ids=frozenset({"02"}), organisation_ids=frozenset({ONE})
    ),
    "story of one": Subject(writer_ids=frozenset({"01"}), organisation_ids=frozenset({ONE})),
    "story of several": Subject(
        writer_ids=frozenset({"01", "02", "03", "04", "06"}), organisation_ids=frozenset({ONE})
    ),
    "story without a writer": Subject(organisation_ids=frozenset({ONE})),
    "account of one": Subject(user_id="01", organisation_ids=frozenset({ONE})),
    "account of two": Subject(user_id="02", organisation_ids=frozenset({ONE, TWO})),
    "account of three": Subject(user_id="03", organisation_ids=frozenset({THREE})),
    "account of the admin": Subject(user_id="05"),
    "account half-way": Subject(user_id="06", organisation_ids=frozenset({ONE})),
}

EVERYONE = set(ACTORS)
SIGNED_IN = EVERYONE - {"reader", "system"}
RUNNING = {"admin", "system"}

ALWAYS = {
    Permission.ACCOUNT_USE: SIGNED_IN,
    Permission.ADMINISTRATION_SEE: {"admin"},
    Permission.AUDIT_READ: RUNNING,
    Permission.ENTRY_IMPORT: RUNNING,
    Permission.ENTRY_PUBLISH: {"system"},
    Permission.ENTRY_WITHDRAW: {"moderator", "admin"},
    Permission.ENTRY_WRITE: {"contributor", "of two", "of another"},
    Permission.LETTER_MANAGE: RUNNING,
    Permission.ORGANISATION_CHANGE: RUNNING,
    Permission.RETENTION_DECIDE: RUNNING,
    Permission.USER_INVITE: RUNNING,
}
"""Whatever it is about."""

OWN = {
    "account of one": "contributor",
    "account of two": "of two",
    "account of three": "of another",
    "account of the admin": "admin",
    "account half-way": "half-way",
}
COLLEAGUES = {
    "story of one": {"contributor", "of two"},
    "story of several": {"contributor", "of two"},
    "story without a writer": {"contributor", "of two"},
    "published story": {"contributor", "of two"},
    "account of one": {"contributor", "of two"},
    "account of two": {"contributor", "of two"},
    "account of three": {"of another"},
    "account half-way": {"contributor", "of two"},
}


WRITE_IN = {
    "published story": {"of two"},
    "story of one": {"contributor"},
    "story of several": {"contributor", "of two"},
}
"""Writers who are still of the authority and have all that their role needs."""


def expected(permission: Permission, subject: str) -> set[str]:
    """Who may, as a reader of the plan would say it."""
    own = {OWN[subject]} if subject in OWN else set()
    match permission:
        case Permission.ENTRY_READ:
            return EVERYONE if subject == "published story" else set()
        case Permission.ENTRY_EDIT:
            return WRITE_IN.get(subject, set())
        case Permission.ENTRY_REVISE:
            return COLLEAGUES[subject] if subject == "published story" else WRITE_IN.get(subject, set())
        case Permission.USER_READ:
            return RUNNING | own | COLLEAGUES.get(subject, set())
        case Permission.USER_CHANGE:
            return RUNNING - own
        case Permission.USER_ERASE | Permission.USER_EXPORT:
            return {"system"} | own
    return ALWAYS[permission]


def test_every_permission_has_a_row() -> None:
    assert set(PERMISSIONS) == set(Permission)


@pytest.mark.parametrize(
    ("permission", "actor", "subject"), list(product(Permission, ACTORS, SUBJECTS)), ids=str
)
def test_who_may_do_what(permission: Permission, actor: str, subject: str) -> None:
    allowed = actor in expected(permission, subject)
    who, what = ACTORS[actor], SUBJECTS[subject]
    assert permits(permission, who, what) is allowed
    if allowed:
        require(permission, who, what)
        require_to_know(permission, who, what)
    else:
        with pytest.raises(NotPermitted, match="inte behörighet"):
            require(permission, who, what)
        with pytest.raises(NotFound):
            require_to_know(permission, who, what)


def test_where_someone_is_does_not_change_who_they_are() -> None:
    here, there = (Actor("01", Role.ADMIN, address=address) for address in ("192.0.2.1", "192.0.2.2"))
    assert here == there
    assert "192.0.2" not in repr(here)
