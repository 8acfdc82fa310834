"""What templates may call, beside the values of ``test_formatting``."""

from __future__ import annotations

from kb.domain.published import LessonView, OrganisationRef, TermRef
from kb.domain.vocabulary import LABELS, OrganisationType, Outcome
from kb.web import template_helpers
from kb.web.situations import situations
from tests.web.site import BASE_URL, Site
from tests.web.test_story_page import story


def test_a_word_of_the_code_and_a_term_have_labels() -> None:
    assert template_helpers.label(Outcome.STOPPED) == "Avbruten"
    assert template_helpers.label(TermRef("phase", "test", "Test")) == "Test"
    assert all(template_helpers.label(word) for word in LABELS)


def test_addresses_are_of_the_site(site: Site) -> None:
    with site.app.test_request_context(headers={"Host": "evil.example"}):
        organisation = OrganisationRef("skatteverket", "Skatteverket", OrganisationType.STATE_AUTHORITY)
        assert template_helpers.organisation_url(organisation) == "/myndigheter/skatteverket"
        assert template_helpers.absolute("/om") == f"{BASE_URL}/om"


def test_a_lesson_has_the_same_address_in_every_version(site: Site) -> None:
    with site.app.test_request_context():
        first, later = story(version=1), story(version=7)
        lesson = LessonView(anchor="lardom-x")
        assert template_helpers.lesson_url(first, lesson) == template_helpers.lesson_url(later, lesson)
        assert template_helpers.version_url(first) != template_helpers.version_url(later)


def test_the_ways_in_are_searches_with_choices(site: Site) -> None:
    with site.app.test_request_context():
        found = situations("/sok")
    assert len({situation.label for situation in found}) == len(found) == 6
    assert found[0].url == "/sok?fas=procurement"
    assert found[-1].url == "/sok?utfall=replaced&utfall=stopped"
