"""The same site as the tests of the pages, run by someone who has said where to write about faults."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kb.domain.vocabulary import SiteField
from kb.services import site_information
from tests.web.conftest import new_app, site
from tests.web.site import Site

__all__ = ["new_app", "site"]


@pytest.fixture(scope="session")
def described(site: Site) -> Site:
    with site.app.app_context():
        site_information.put(SiteField.SECURITY_CONTACT, "sakerhet@erfarenhetsbanken.example")
        site_information.put(SiteField.AUTHORITY, "Provmyndigheten")
        site_information.put(SiteField.LICENCE, "cc0")
    return site


@pytest.fixture
def client(described: Site) -> FlaskClient:
    return described.app.test_client()
