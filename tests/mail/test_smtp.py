"""Letters over SMTP: at each step it is known who has the letter. Against a real server on loopback."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from kb.config import ConfigurationError
from kb.mail import NotTaken, Post, Refused, Unheard, smtp
from kb.mail.post import Sender
from kb.mail.smtp import Server, SmtpMailer
from tests.mail import certificates
from tests.mail.post_office import (
    BODY,
    CLOSE,
    CLOSE_LATE,
    DATA,
    EHLO,
    END,
    HANG,
    MAIL,
    PASSWORD,
    RCPT,
    USER,
    PostOffice,
    post_office,
    silent_server,
)

SENDER = Sender("Erfarenhetsbanken", "bank@myndigheten.example")
SECRET = "01M84YENKVXXY7H07B4BSFWBX0.1AiytsLFAiLx1cDmBodNxw8V0DHZQDBU4yrO2pfet5E"
LINK = f"https://erfarenhetsbanken.example/lank/{SECRET}"


def a_post(**changes: str) -> Post:
    values = {
        "message_id": "01k.abc@myndigheten.example",
        "recipient": "anna@exempel.example",
        "subject": "Välj ett nytt lösenord",
        "body": f"Hej!\n\n.en rad som börjar med punkt\nÅäö – ”så”\n\n{LINK}\n",
    }
    return Post(**{**values, **changes}, date=datetime(2026, 11, 23, 10, 20, tzinfo=UTC))


class Ends:
    """Counts how often the mailer said that it was about to tell the end."""

    count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def ends() -> Ends:
    return Ends()


@pytest.fixture
def office() -> Iterator[tuple[PostOffice, int]]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time-outs that a test can wait for."""
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.4)
    monkeypatch.setattr(smtp, "END_SECONDS", 0.4)


def mailer(port: int, **changes: str) -> SmtpMailer:
    return SmtpMailer(Server("127.0.0.1", port, **{"tls": "none", **changes}), SENDER)


class TestTaken:
    def test_the_letter_arrives_as_it_was_written(self, office: tuple[PostOffice, int], ends: Ends) -> None:
        mailer(office[1]).send(a_post(), ends)
        (letter,) = office[0].letters()
        assert letter["From"] == "Erfarenhetsbanken <bank@myndigheten.example>"
        assert letter["To"] == "anna@exempel.example"
        assert letter["Subject"] == "Välj ett nytt lösenord"
        assert letter["Message-ID"] == "<01k.abc@myndigheten.example>"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Date"].datetime == datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
        assert letter.get_content_type() == "text/plain"
        assert letter.get_content().replace("\r\n", "\n") == a_post().body
        assert office[0].recipients == ["anna@exempel.example"]
        assert ends.count == 1

    def test_an_address_with_letters_beyond_ascii(self, office: tuple[PostOffice, int], ends: Ends) -> None:
        mailer(office[1]).send(a_post(recipient="åsa@råd.example"), ends)
        assert office[0].recipients == ["åsa@xn--rd-yia.example"]

    @pytest.mark.usefixtures("brief")
    def test_what_happens_after_the_answer_does_not_matter(
        self, office: tuple[PostOffice, int], ends: Ends
    ) -> None:
        office[0].order("QUIT", CLOSE)
        mailer(office[1]).send(a_post(), ends)
        assert len(office[0].taken) == 1


class TestNotTaken:
    @pytest.mark.parametrize("step", [MAIL, RCPT, DATA, END])
    def test_the_server_asks_us_to_come_back(
        self, office: tuple[PostOffice, int], ends: Ends, step: str
    ) -> None:
        office[0].order(step, "451 4.7.1 kom tillbaka senare")
        with pytest.raises(NotTaken, match=r"451 4\.7\.1 kom tillbaka senare") as error:
            mailer(office[1]).send(a_post(), ends)
        assert not error.value.about_server
        assert office[0].taken == []
        mailer(office[1]).send(a_post(), ends)
        assert len(office[0].taken) == 1

    @pytest.mark.usefixtures("brief")
    @pytest.mark.parametrize("how", [HANG, CLOSE])
    @pytest.mark.parametrize("step", [EHLO, MAIL, RCPT, DATA])
    def test_the_server_goes_quiet_or_away_before_the_end(
        self, office: tuple[PostOffice, int], ends: Ends, step: str, how: str
    ) -> None:
        office[0].order(step, how)
        if step == EHLO:
            office[0].order(step, how)  # HELO is tried too
        with pytest.raises(NotTaken):
            mailer(office[1]).send(a_post(), ends)
        assert office[0].reached[-1] == step
        assert office[0].taken == []

    @pytest.mark.parametrize("how", [CLOSE, CLOSE_LATE])
    def test_the_server_goes_away_in_the_middle_of_the_letter(
        self, office: tuple[PostOffice, int], how: str
    ) -> None:
        """Noticed before the end is told; if it is not, the letter is uncertain."""
        office[0].order(BODY, how)
        with pytest.raises(NotTaken):
            mailer(office[1]).send(a_post(), lambda: time.sleep(0.5))
        assert office[0].taken == []

    @pytest.mark.usefixtures("brief")
    @pytest.mark.parametrize(
        ("says", "hangs_up"), [(b"", False), (b"", True), (b"554 inte du\r\n", False), (b"\x00\xff", True)]
    )
    def test_the_server_does_not_greet(self, ends: Ends, says: bytes, hangs_up: bool) -> None:
        with silent_server(says=says, hangs_up=hangs_up) as port, pytest.raises(NotTaken) as error:
            mailer(port).send(a_post(), ends)
        assert error.value.about_server, "others would fare the same"
        assert ends.count == 0

    def test_there_is_no_server(self, ends: Ends) -> None:
        with silent_server() as port:
            pass
        with pytest.raises(NotTaken) as error:
            mailer(port).send(a_post(), ends)
        assert error.value.about_server

    def test_the_end_is_not_told_when_that_cannot_be_noted(self, office: tuple[PostOffice, int]) -> None:
        def fail() -> None:
            raise LookupError

        with pytest.raises(LookupError):
            mailer(office[1]).send(a_post(), fail)
        assert END not in office[0].reached
        assert office[0].taken == []

    @pytest.mark.usefixtures("brief")
    def test_all_of_it_has_a_limit_too(
        self, office: tuple[PostOffice, int], ends: Ends, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(smtp, "BEGINNING_SECONDS", 0.0)
        with pytest.raises(NotTaken):
            mailer(office[1]).send(a_post(), ends)

    def test_a_demand_for_a_log_in_is_not_about_the_letter(
        self, office: tuple[PostOffice, int], ends: Ends
    ) -> None:
        office[0].order(MAIL, "530 5.7.0 Authentication required")
        with pytest.raises(NotTaken) as error:
            mailer(office[1]).send(a_post(), ends)
        assert error.value.about_server


class TestRefused:
    @pytest.mark.parametrize("step", [MAIL, RCPT, DATA, END])
    def test_the_server_does_not_want_it(self, office: tuple[PostOffice, int], ends: Ends, step: str) -> None:
        office[0].order(step, "550 5.1.1 ingen sådan här")
        with pytest.raises(Refused, match=r"550 5\.1\.1 ingen sådan här"):
            mailer(office[1]).send(a_post(), ends)
        assert office[0].taken == []

    def test_the_servers_words_carry_no_secret_and_no_control_character(
        self, office: tuple[PostOffice, int], ends: Ends
    ) -> None:
        office[0].order(END, f"554 farlig länk {LINK.upper()} \x1b[31m\x07röd{'x' * 900}"[:480])
        with pytest.raises(Refused) as error:
            mailer(office[1]).send(a_post(), ends)
        said = str(error.value)
        assert "farlig länk" in said
        assert not any(part.casefold() in said.casefold() for part in SECRET.split("."))
        assert said.isprintable()
        assert len(said) < 500

    @pytest.mark.parametrize(
        "changes",
        [
            {"subject": "Hej\r\nBcc: alla@exempel.example"},
            {"subject": "Hej\nBcc: alla@exempel.example"},
            {"recipient": "anna@exempel.example\r\nBcc: alla@exempel.example"},
            {"recipient": "anna@exempel.example\r\nDATA"},
            {"message_id": "x@y>\r\nBcc: alla@exempel.example"},
        ],
    )
    def test_no_value_makes_another_header(
        self, office: tuple[PostOffice, int], ends: Ends, changes: dict[str, str]
    ) -> None:
        """(S-14)"""
        with pytest.raises(Refused):
            mailer(office[1]).send(a_post(**changes), ends)
        assert office[0].taken == []

    def test_several_addresses_are_one_that_does_not_exist(
        self, office: tuple[PostOffice, int], ends: Ends
    ) -> None:
        with pytest.raises((Refused, NotTaken)):
            mailer(office[1]).send(a_post(recipient="a@x.example,b@y.example"), ends)
        assert office[0].taken == []


class TestUnheard:
    @pytest.mark.usefixtures("brief")
    @pytest.mark.parametrize("how", [HANG, CLOSE, CLOSE_LATE, "25", "whatever"])
    def test_the_answer_to_the_end_is_not_heard(
        self, office: tuple[PostOffice, int], ends: Ends, how: str
    ) -> None:
        office[0].order(END, how)
        with pytest.raises(Unheard):
            mailer(office[1]).send(a_post(), ends)
        assert ends.count == 1


class TestProtected:
    def test_starttls_and_log_in(self, tmp_path: Path, ends: Ends) -> None:
        server, trusting = certificates.make(tmp_path)
        with post_office(server, auth=True) as (office, port):
            url = f"smtp://{quote(USER)}:{quote(PASSWORD)}@127.0.0.1:{port}"
            SmtpMailer(Server.parse(url), SENDER, trusting).send(a_post(), ends)
            assert office.was_encrypted == [True]

    def test_a_wrong_password_is_a_wait_and_not_told(self, tmp_path: Path, ends: Ends) -> None:
        server, trusting = certificates.make(tmp_path)
        with post_office(server, auth=True) as (office, port):
            given = Server("127.0.0.1", port, "starttls", USER, "fel-ord")
            with pytest.raises(NotTaken) as error:
                SmtpMailer(given, SENDER, trusting).send(a_post(), ends)
        assert error.value.about_server
        assert "KB_MAIL_URL" in str(error.value)
        assert "fel-ord" not in str(error.value) + repr(given)
        assert office.taken == []

    @pytest.mark.parametrize("for_address", ["127.0.0.2", "127.0.0.1"])
    def test_a_certificate_that_is_not_the_servers_stops_everything(
        self, tmp_path: Path, ends: Ends, for_address: str
    ) -> None:
        server, trusting = certificates.make(tmp_path, for_address)
        context = trusting if for_address == "127.0.0.2" else ssl.create_default_context()
        with post_office(server) as (office, port), pytest.raises(NotTaken, match="certifikatet"):
            SmtpMailer(Server("127.0.0.1", port), SENDER, context).send(a_post(), ends)
        assert office.taken == []

    def test_nothing_is_sent_unprotected_where_protection_was_asked_for(
        self, office: tuple[PostOffice, int], ends: Ends
    ) -> None:
        with pytest.raises(NotTaken, match="STARTTLS"):
            mailer(office[1], tls="starttls").send(a_post(), ends)
        assert MAIL not in office[0].reached


class TestSettings:
    def test_the_parts_of_an_address(self) -> None:
        found = Server.parse("smtp://a%40b:c%3Ad@post.example?tls=tls")
        assert found == Server("post.example", 465, "tls", "a@b", "c:d")
        assert Server.parse("smtp://post.example").port == 587
        assert Server.parse("smtp://post.example:2525?tls=none").port == 2525

    @pytest.mark.parametrize(
        "url",
        [
            "post.example",
            "http://post.example",
            "smtp://",
            "smtp://post.example?tls=kanske",
            "smtp://post.example?lts=tls",
            "smtp://post.example:hej",
            "smtp://post.example/mapp",
            "smtp://bara-namn@post.example",
            "smtp://a:b@post.example?tls=none",
            "smtp://a:l%C3%B6sen@post.example",
        ],
    )
    def test_an_address_that_cannot_be_used(self, url: str) -> None:
        with pytest.raises(ConfigurationError, match="KB_MAIL_URL"):
            Server.parse(url)

    @pytest.mark.parametrize(
        "text", ["", "bank", "bank@", "@x.example", "a b@x.example", "a@x.example\nBcc: b"]
    )
    def test_a_sender_that_is_none(self, text: str) -> None:
        with pytest.raises(ConfigurationError, match="KB_MAIL_FROM"):
            Sender.parse(text)

    def test_a_sender_has_a_name(self) -> None:
        assert Sender.parse("a@x.example") == Sender("Erfarenhetsbanken", "a@x.example")
        assert Sender.parse("Banken <a@x.example>") == Sender("Banken", "a@x.example")
