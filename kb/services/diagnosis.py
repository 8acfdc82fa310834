"""What is wrong with this installation, in plain words, and how to mend it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kb import mail
from kb.config import ConfigurationError, Settings, resource
from kb.db import db
from kb.domain import clock
from kb.domain.errors import DomainError
from kb.federation import configuration
from kb.search import maintenance, sync
from kb.services import audit_check, images, letters, migrating, site_information
from kb.services.audit_anchor import Standing

_MIN_FREE_MB = 200


class Verdict(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``remedy`` says what to do about a warning or a fault; one that
    ``stops`` keeps the application from starting.
    """

    verdict: Verdict
    subject: str
    detail: str
    remedy: str = ""
    stops: bool = False


def before_start(settings: Settings) -> Iterator[Finding]:
    """What must hold before the application can be made: settings, files and folder. Changes nothing."""
    yield _settings(settings)
    yield from _resources()
    yield from _providers(settings)
    yield _instance(settings)


def of_content(settings: Settings) -> Iterator[Finding]:
    """The database, the index and what the site says of itself, in the order in which faults should be
    mended. Changes nothing.
    """
    database = _database()
    yield database
    if database.verdict is not Verdict.FAULT:
        yield _stories()
        yield _pictures(settings)
        yield _index()
        yield _audit_log()
        yield _letters()
        yield from _site(settings)


def _settings(settings: Settings) -> Finding:
    subject = "Inställningar"
    try:
        settings.check_for_serving()
        mail.mailer_of(settings)
    except ConfigurationError as error:
        return Finding(Verdict.FAULT, subject, str(error), "Sätt miljövariabeln och kör kommandot igen.")
    if not settings.is_production:
        return Finding(Verdict.GOOD, subject, f"KB_ENVIRONMENT är {settings.environment}.")
    return Finding(Verdict.GOOD, subject, "Inställningarna håller för produktion.")


def _resources() -> Iterator[Finding]:
    missing = [name for name in ("templates", "static", "seed") if not resource(name).is_dir()]
    if missing:
        yield Finding(
            Verdict.FAULT,
            "Produktens filer",
            f"Mapparna {', '.join(missing)} saknas.",
            "Installera om paketet.",
        )


def _providers(settings: Settings) -> Iterator[Finding]:
    """The file of identity providers, if there is one. No provider is asked."""
    subject = "Inloggning genom andra"
    file = settings.oidc_file
    if file is None:
        return
    try:
        found = configuration.read(file, allow_loopback=not settings.is_production)
    except ConfigurationError as error:
        yield Finding(
            Verdict.FAULT,
            subject,
            str(error),
            "Rätta filen. docs/federation.md visar hur den ska se ut.",
            stops=True,
        )
        return
    if file.stat().st_mode & stat.S_IROTH:
        yield Finding(
            Verdict.WARNING,
            subject,
            f"Alla användare på maskinen kan läsa {file}.",
            f"Kör chmod 640 {file}, så att bara tjänstens användare och grupp kan läsa hemligheten.",
        )
        return
    names = ", ".join(provider.id for provider in found)
    count = (
        "1 inloggningstjänst är inställd"
        if len(found) == 1
        else f"{len(found)} inloggningstjänster är inställda"
    )
    yield Finding(Verdict.GOOD, subject, f"{count} ({names}).")


def _instance(settings: Settings) -> Finding:
    subject = "Datamappen"
    folder = settings.instance
    there = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not there.is_dir() or not os.access(there, os.W_OK):
        return Finding(
            Verdict.FAULT,
            subject,
            f"Det går inte att skriva i {folder}.",
            "Ge tjänstens användare skrivrätt, eller sätt KB_INSTANCE till en mapp som går att skriva i.",
            stops=True,
        )
    if there != folder:
        return Finding(Verdict.FAULT, subject, f"{folder} finns inte än.", "Kör kb db upgrade.", stops=True)
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < _MIN_FREE_MB:
        return Finding(
            Verdict.WARNING,
            subject,
            f"Bara {free} MB är lediga på disken.",
            "Frigör utrymme innan disken blir full.",
        )
    return Finding(Verdict.GOOD, subject, f"Det går att skriva i {folder}, och {free} MB är lediga.")


def _database() -> Finding:
    subject = "Databasen"
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if file and not file.startswith("file:") and not Path(file).exists():
        return Finding(Verdict.FAULT, subject, f"{file} finns inte än.", "Kör kb db upgrade.")
    try:
        version = migrating.current(db.engine)
        if version != migrating.newest():
            return _of_another_version(version)
        if db.engine.dialect.name == "sqlite":
            verdict = db.session.scalar(text("PRAGMA quick_check(1)"))
            dangling = db.session.execute(text("PRAGMA foreign_key_check")).first()
            if verdict != "ok" or dangling is not None:
                return Finding(
                    Verdict.FAULT,
                    subject,
                    "Databasen är skadad.",
                    "Stoppa tjänsten och återställ den senaste säkerhetskopian.",
                )
    except SQLAlchemyError as error:
        return Finding(
            Verdict.FAULT,
            subject,
            f"Databasen går inte att läsa ({type(error).__name__}).",
            "Kontrollera KB_DATABASE_URL och att filen finns och går att läsa.",
        )
    return Finding(Verdict.GOOD, subject, f"Databasen har version {version} och är hel.")


def _of_another_version(version: str | None) -> Finding:
    state = "är tom" if version is None else f"har version {version}"
    if version is None or migrating.knows(version):
        remedy = "Kör kb db upgrade."
    else:
        remedy = "Installera en version av programmet som är minst lika ny som den som senast kördes."
    return Finding(
        Verdict.FAULT,
        "Databasen",
        f"Databasen {state}, men koden väntar sig version {migrating.newest()}.",
        remedy,
    )


def _stories() -> Finding:
    count = maintenance.count_public(db.session)
    if not count:
        return Finding(
            Verdict.WARNING,
            "Berättelserna",
            "Det finns inga publicerade berättelser.",
            "Kör kb seed för att läsa in dem.",
        )
    return Finding(Verdict.GOOD, "Berättelserna", f"{count} berättelser är publicerade.")


def _pictures(settings: Settings) -> Finding:
    subject = "Bilderna"
    found = images.shelf(settings)
    if found.missing:
        return Finding(
            Verdict.FAULT,
            subject,
            f"{len(found.missing)} av {found.count} bilder saknas i {settings.media_folder}.",
            "Lägg tillbaka mappen media från den senaste säkerhetskopian.",
        )
    if found.left_over:
        return Finding(
            Verdict.WARNING,
            subject,
            f"{len(found.left_over)} filer i {settings.media_folder} hör inte till någon erfarenhet.",
            "Tjänsten tar bort dem ett dygn efter att de kom dit. Kontrollera att kb serve är igång.",
        )
    return Finding(Verdict.GOOD, subject, f"Alla bilder finns ({found.count}).")


def _index() -> Finding:
    subject = "Sökindexet"
    try:
        found = maintenance.verify(sync.of(db.engine), repair=False)
    except DomainError as error:
        return Finding(Verdict.FAULT, subject, str(error), "Kör kb search rebuild.")
    if found.unreadable:
        return Finding(
            Verdict.FAULT, subject, "Sökindexet saknas eller går inte att läsa.", "Kör kb search rebuild."
        )
    if not found.in_step:
        wrong = len(found.missing) + len(found.stale) + len(found.orphaned)
        return Finding(
            Verdict.FAULT,
            subject,
            f"{wrong} berättelser skiljer sig från databasen.",
            "Kör kb search verify.",
        )
    lessons = maintenance.count_lessons(db.session)
    return Finding(
        Verdict.GOOD,
        subject,
        f"Sökindexet stämmer med databasen ({found.checked} berättelser, {lessons} lärdomar).",
    )


def _audit_log() -> Finding:
    subject = "Loggen över vad som har gjorts"
    try:
        found = audit_check.check()
    except (ConfigurationError, OSError) as error:
        return Finding(
            Verdict.FAULT,
            subject,
            f"Ankaret går inte att läsa ({type(error).__name__}).",
            "Sätt KB_SECRET_KEY, ge tjänstens användare läsrätt i datamappen och kör kb audit verify.",
        )
    if not found.verdict.whole:
        return Finding(
            Verdict.FAULT,
            subject,
            f"Loggen är inte hel. Första felet är vid rad {found.verdict.seq}.",
            "Spara en kopia av datamappen och kör kb audit verify för att se vad som är fel.",
        )
    if not found.whole:
        state = (
            "saknas"
            if found.anchor.standing is Standing.MISSING
            else "är inte skrivet med webbplatsens nyckel"
        )
        return Finding(
            Verdict.FAULT,
            subject,
            f"Raderna hänger ihop, men ankaret {state}.",
            "Ta reda på varför och kör sedan kb audit anchor --renew.",
        )
    return Finding(Verdict.GOOD, subject, f"Loggen är hel ({found.verdict.rows} rader).")


def _site(settings: Settings) -> Iterator[Finding]:
    subject = "Uppgifter om webbplatsen"
    found = site_information.shortcomings(clock.today())
    if found.missing:
        yield Finding(
            Verdict.WARNING,
            subject,
            f"De här sidorna väntar på uppgifter: {', '.join(page.value for page in found.missing)}.",
            "Kör kb site check och ange uppgifterna med kb site set.",
        )
    if found.stale is not None:
        yield Finding(
            Verdict.WARNING,
            subject,
            f"Bedömningen av tillgängligheten är från {found.stale} och äldre än ett år.",
            "Gör om bedömningen och ange assessed_on och updated_on med kb site set.",
        )
    if found.made_up and settings.is_production:
        yield Finding(
            Verdict.WARNING,
            subject,
            f"Webbplatsen visar påhittade uppgifter: {', '.join(field.value for field in found.made_up)}.",
            "Ange de rätta uppgifterna med kb site set.",
        )
    if not (found.missing or found.stale or (found.made_up and settings.is_production)):
        yield Finding(Verdict.GOOD, subject, "Ingen sida väntar på en uppgift.")


def _letters() -> Finding:
    subject = "Breven"
    found = letters.troubles()
    if found.unconfigured:
        return Finding(
            Verdict.WARNING,
            subject,
            "Ingen e-postserver är angiven, så inga brev kommer iväg.",
            "Sätt KB_MAIL_URL och KB_MAIL_FROM och starta om.",
        )
    if not found.any:
        return Finding(Verdict.GOOD, subject, "Inget brev har fastnat.")
    return Finding(
        Verdict.WARNING,
        subject,
        f"{found.refused} brev gick inte att skicka, {found.uncertain} är ovissa och {found.waiting_long} "
        "har väntat i mer än en halvtimme.",
        "Öppna Administration, Brev. Väntar breven: kontrollera att kb serve eller kb worker är igång.",
    )
