"""The file of providers: what it may say, and what a wrong one is told (S-16, S-17)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb import create_app
from kb.config import ConfigurationError
from kb.domain.vocabulary import Role
from kb.federation.configuration import ORGANISATION_NUMBER, Profile, Provider, read
from tests.installation import kb, settings_for
from tests.shared import ROOT

GOOD = """
[[provider]]
id = "inloggning"
label = { sv = "Inloggningen" }
issuer = "https://login.example/realm"
client_id = "erfarenhetsbanken"
client_secret = "hemligt-värde"
"""
DOCUMENT = (ROOT / "docs" / "federation.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)


def given(folder: Path, text: str, *, allow_loopback: bool = False) -> tuple[Provider, ...]:
    file = folder / "oidc.toml"
    file.write_text(text, encoding="utf-8")
    return read(file, allow_loopback=allow_loopback)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        given(folder, text)
    return str(caught.value)


def test_no_file_is_no_provider() -> None:
    assert read(None, allow_loopback=False) == ()


def test_what_may_be_left_out(tmp_path: Path) -> None:
    (one,) = given(tmp_path, GOOD)
    assert (one.label, one.label_en, one.profile) == ("Inloggningen", "Inloggningen", Profile.GENERIC)
    assert one.scopes == ("openid", "profile", "email")
    assert one.organisations == {}
    assert "hemligt" not in repr(one)


def test_profiles_know_where_organisation_and_role_stand(tmp_path: Path) -> None:
    (entra,) = given(tmp_path, GOOD + 'profile = "entra"\ntenants = ["T1"]\n')
    assert (entra.organisation_claim, entra.role_claim) == ("tid", "roles")
    assert entra.tenants == {"t1"}
    (swedish,) = given(tmp_path, GOOD + 'profile = "swedish"\nrequired_acr = ["loa3"]\n')
    assert swedish.organisation_claim == ORGANISATION_NUMBER


def test_roles(tmp_path: Path) -> None:
    text = GOOD + 'role_claim = "r"\n[provider.roles]\na = "contributor"\nb = "moderator"\n'
    assert given(tmp_path, text)[0].roles == {"a": Role.CONTRIBUTOR, "b": Role.MODERATOR}


def test_a_secret_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("från-fil\n", encoding="utf-8")
    text = GOOD.replace('client_secret = "hemligt-värde"', 'client_secret_file = "secret"')
    assert given(tmp_path, text)[0].client_secret == "från-fil"


def without(key: str) -> str:
    return "".join(line for line in GOOD.splitlines(keepends=True) if not line.startswith(f"{key} "))


@pytest.mark.parametrize("key", ["id", "label", "issuer", "client_id"])
def test_what_must_be_there_is_named(tmp_path: Path, key: str) -> None:
    said = refusal(tmp_path, without(key))
    assert said.startswith("KB_OIDC_FILE, [[provider]] nummer 1")
    assert f"nyckeln {key} " in said


WRONG: dict[str, tuple[str, str]] = {
    "not TOML": (GOOD + "id = = 1\n", "line 8"),
    "nothing": ("", "[[provider]]"),
    "something else": ("[server]\n", "[[provider]]"),
    "a table": ("[provider]\nid = 'x'\n", "[[provider]]"),
    "a misspelt key": (GOOD + "client_sercet = 'x'\n", "nyckeln client_sercet finns inte"),
    "an id with a slash": (GOOD.replace('"inloggning"', '"a/b"'), "nyckeln id "),
    "http": (GOOD.replace("https://", "http://"), "nyckeln issuer "),
    "http to this machine": (GOOD.replace("https://login.example", "http://127.0.0.1"), "nyckeln issuer "),
    "an issuer with a query": (GOOD.replace("/realm", "/realm?a=b"), "nyckeln issuer "),
    "an issuer that is none": (GOOD.replace("https://login.example/realm", "https://["), "nyckeln issuer "),
    "a password in the issuer": (GOOD.replace("login.example", "a:b@login.example"), "nyckeln issuer "),
    "another profile": (GOOD + 'profile = "saml"\n', "nyckeln profile "),
    "a third language": (GOOD.replace("{ sv", '{ de = "x", sv'), "nyckeln label "),
    "a label that is text": (GOOD.replace('{ sv = "Inloggningen" }', '"x"'), "nyckeln label "),
    "scopes without openid": (GOOD + 'scopes = ["profile"]\n', "nyckeln scopes "),
    "scopes that are text": (GOOD + 'scopes = "openid"\n', "nyckeln scopes "),
    "Entra without tenants": (GOOD + 'profile = "entra"\n', "nyckeln tenants "),
    "tenants without Entra": (GOOD + 'tenants = ["x"]\n', "nyckeln tenants "),
    "Swedish without a level": (GOOD + 'profile = "swedish"\n', "nyckeln required_acr "),
    "organisations of no claim": (
        GOOD + '[provider.organisations]\na = "b"\n',
        "nyckeln organisation_claim ",
    ),
    "roles of no claim": (GOOD + '[provider.roles]\na = "contributor"\n', "nyckeln role_claim "),
    "a role that is none": (
        GOOD + 'role_claim = "r"\n[provider.roles]\na = "king"\n',
        "nyckeln roles har rollen ”king”",
    ),
    "an administrator": (GOOD + 'role_claim = "r"\n[provider.roles]\na = "admin"\n', "nyckeln roles "),
    "organisations that are lists": (
        GOOD + 'organisation_claim = "o"\n[provider.organisations]\na = ["b"]\n',
        "nyckeln organisations ",
    ),
    "two secrets": (GOOD + 'client_secret_file = "x"\n', "nyckeln client_secret "),
    "a secret that is a number": (GOOD.replace('"hemligt-värde"', "7"), "nyckeln client_secret "),
    "the same id twice": (GOOD + GOOD, "samma id"),
}
ASKING = {
    "scopes": 'scopes = ["openid", "https://id.oidc.se/scope/naturalPersonNumber"]\n',
    "organisation_claim": 'organisation_claim = "https://id.oidc.se/claim/personalIdentityNumber"\n',
    "role_claim": 'role_claim = "personnummer"\n',
}
FREJA = 'scopes = ["openid", "https://frejaeid.com/oidc/scopes/personalIdentityNumber"]\n'


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, case: str) -> None:
    text, says = WRONG[case]
    said = refusal(tmp_path, text)
    assert says in said
    assert "hemligt" not in said


@pytest.mark.parametrize("text", [*ASKING.values(), FREJA, 'scopes = ["openid", "nin"]\n'])
def test_nobody_asks_for_personal_identity_numbers(tmp_path: Path, text: str) -> None:
    """Refused at start, with the word personnummer and the key (S-17)."""
    said = refusal(tmp_path, GOOD + text)
    assert "ber om personnummer" in said
    assert f"nyckeln {text.split(maxsplit=1)[0]} " in said


@pytest.mark.parametrize("kind", ["missing", "empty"])
def test_a_secret_that_cannot_be_read(tmp_path: Path, kind: str) -> None:
    if kind == "empty":
        (tmp_path / "secret").write_text("\n")
    text = GOOD.replace('client_secret = "hemligt-värde"', 'client_secret_file = "secret"')
    assert "nyckeln client_secret_file " in refusal(tmp_path, text)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    file = tmp_path / "oidc.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        read(file, allow_loopback=False)


def test_this_machine_is_for_development(tmp_path: Path) -> None:
    text = GOOD.replace("https://login.example", "http://127.0.0.1:9000")
    assert given(tmp_path, text, allow_loopback=True)
    assert "nyckeln issuer " in refusal(tmp_path, text)
    with pytest.raises(ConfigurationError):
        given(tmp_path, text.replace("127.0.0.1", "login.example"), allow_loopback=True)


def test_the_site_does_not_start_with_a_wrong_file(instance: Path, tmp_path: Path) -> None:
    file = tmp_path / "oidc.toml"
    file.write_text(GOOD + ASKING["scopes"], encoding="utf-8")
    with pytest.raises(ConfigurationError, match="personnummer"):
        create_app(settings_for(instance, oidc_file=file))


def test_the_doctor_reads_the_file(instance: Path, tmp_path: Path) -> None:
    """Without asking anyone: the providers of the file do not exist."""
    file = tmp_path / "oidc.toml"
    file.write_text(GOOD, encoding="utf-8")
    file.chmod(0o600)
    done = kb(instance, "doctor", KB_OIDC_FILE=str(file))
    assert "OK      Inloggning genom andra: 1 inloggningstjänst är inställd (inloggning)." in done.stdout
    file.chmod(0o644)
    done = kb(instance, "doctor", KB_OIDC_FILE=str(file))
    assert "VARNING Inloggning genom andra: " in done.stdout
    assert "chmod 640" in done.stdout
    file.write_text(GOOD.replace("sv =", "de ="), encoding="utf-8")
    done = kb(instance, "doctor", KB_OIDC_FILE=str(file))
    assert done.returncode == 1
    assert "FEL     Inloggning genom andra: KB_OIDC_FILE, [[provider]] nummer 1" in done.stdout
    assert "Traceback" not in done.stderr
    assert "hemligt" not in done.stdout + done.stderr


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split('"')[1])
def test_the_examples_of_the_documents_are_right(tmp_path: Path, example: str) -> None:
    (tmp_path / "secret").write_text("x")
    text = re.sub(r'client_secret_file = ".*"', 'client_secret_file = "secret"', example)
    assert len(given(tmp_path, text)) == 1


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 3
