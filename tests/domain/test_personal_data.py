"""Personal identity numbers and addresses are seen in every form, and other numbers pass."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from kb.domain.personal_data import holds_personal_data


def numbered(born: str, serial: str) -> str:
    """Ten digits with the check digit computed the long way: the sum of the digits of each product."""
    nine = born + serial
    products = "".join(str(int(digit) * (2, 1)[place % 2]) for place, digit in enumerate(nine))
    return nine + str(-sum(map(int, products)) % 10)


@pytest.mark.parametrize(
    "number",
    [
        "811218-9876",
        "8112189876",
        "811218 9876",
        "19811218-9876",
        "198112189876",
        "19811218 9876",
        "1981-12-18-9876",
        "1981 12 18 9876",
        "81 12 18 9876",
        "811218+9876",
        "18811218+9876",
        "811218 - 9876",
        "811218–9876",
        "811218\u20119876",
        "８１１２１８-９８７６",
        "121212-1212",
        "19121212-1212",
        "701063-2391",
        "640883-3231",
        "19701063-2391",
        "(811218-9876)",
        "personnummer:811218-9876,",
        "pnr811218-9876",
    ],
)
def test_every_form_of_a_number_is_seen(number: str) -> None:
    assert holds_personal_data(number)
    assert holds_personal_data(f"registrering av {number} i systemet")


def test_numbers_of_people_born_on_any_day_are_seen() -> None:
    choose = random.Random(1)
    for _ in range(500):
        born = date(1920, 1, 1) + timedelta(days=choose.randrange(38_000))
        day = born.day + choose.choice((0, 60))
        number = numbered(f"{born:%y%m}{day:02}", f"{choose.randrange(1000):03}")
        form = choose.choice(("{0}-{1}", "{0}{1}", "{2}{0}-{1}", "{2}{0}{1}", "{0} {1}"))
        written = form.format(number[:6], number[6:], f"{born:%Y}"[:2])
        assert holds_personal_data(written), written


@pytest.mark.parametrize(
    "text",
    [
        "811218-9875",  # the check digit is wrong
        "811318-9876",  # there is no thirteenth month
        "810230-9873",  # nor a thirtieth of February
        "556036-0793",  # organisations: the third digit is 2 or more
        "202100-5489",
        "212000-0142",
        "16556036-0793",
        "165560360793",
        "2012-11-23",
        "20121123",
        "2012-11-23 2013",
        "2012-11-23--2013-01-15",
        "2018-05-25 kl 12.30",
        "dnr 2019-001234",
        "Fi2019/01234/DF",
        "3.1.2-2019-12345",
        "SFS 2018:218",
        "RiR 2025:8",
        "070-174 06 05",
        "070-1740605",
        "08-123 456 78",
        "+46 70 174 06 05",
        "bankgiro 5050-1055",
        "OCR 12345678901234567",
        "1234567812345670",
        "63 000 000 kronor",
        "år:2015..2020",
        "journalsystem",
        "@myndigheten",
        "9 @ 10",
        "a@b",
        "e-post@",
    ],
)
def test_what_only_looks_alike_passes(text: str) -> None:
    assert not holds_personal_data(text)


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.se",
        "anna.andersson@region.example.se",
        "ANNA@EXAMPLE.SE",
        "åsa@öster.example.se",
        "anna+bank@example.se",
        "<anna@example.se>",
        "mailto:anna@example.se",
        "hej anna@example.se!",
    ],
)
def test_an_address_is_seen(address: str) -> None:
    assert holds_personal_data(address)


@pytest.mark.parametrize("text", ["1" * 5000, "a@" * 2500, "a." * 2500 + "@", "@a." * 2000, "81 " * 2000])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    holds_personal_data(text)
