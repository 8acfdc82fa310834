"""The second factor: codes of an app (TOTP, RFC 6238) and recovery codes that stand in for it (S-13).

A factor that is being added lies in a sealed field of its form and nowhere else, so that looking at the page
changes nothing. The secret that counts lies encrypted in the database, with any of the site's keys.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import delete, func, or_, select, update

from kb.db import db, transaction
from kb.domain.accounts import MFA_ROLES
from kb.domain.audit import AuditAction, SubjectKind
from kb.domain.errors import Conflict, Invalid, NotFound, NotPermitted
from kb.domain.letters import LetterKind
from kb.domain.permissions import Permission, require
from kb.domain.predicates import Actor, Subject
from kb.models import RecoveryCode, User, UserSession, now
from kb.services import audit, letters, sessions, site_settings

log = structlog.get_logger(__name__)

ISSUER = "Erfarenhetsbanken"
STEP_SECONDS = 30
_DIGITS = 6
_DRIFT = (-1, 0, 1)
"""Clocks may differ by one step."""

CODES = 10
_CODE_LENGTH = 16
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's thirty-two signs, so 80 bits for each code; who reads a 1 as an I or an L is understood."""
_MISREAD = str.maketrans("ILO", "110")
_SEAL_SECONDS = 30 * 60


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A factor on its way: the secret to type, the address of its QR code, and both sealed for the form."""

    secret: str
    uri: str
    sealed: str

    def __repr__(self) -> str:
        return "Enrolment(…)"


def start(user_id: str, at: datetime | None = None) -> Enrolment:
    """A new secret for the user's app. Nothing is stored until ``finish``. Raises ``NotFound``."""
    secret = pyotp.random_base32()
    text = json.dumps({"user": user_id, "secret": secret}).encode()
    sealed = _vault("second-factor-form").encrypt_at_time(text, _seconds(at))
    return _enrolment(user_id, secret, sealed.decode("ascii"))


def offered(user_id: str, sealed: str, at: datetime | None = None) -> Enrolment:
    """The enrolment of a form that came back. Raises ``Invalid`` when it is too old or someone else's."""
    return _enrolment(user_id, _unsealed(user_id, sealed, at), sealed)


@transaction
def finish(
    user_id: str, sealed: str, code: str, by: Actor, *, session_id: str, at: datetime | None = None
) -> tuple[str, ...]:
    """Let the factor count, once its code has been shown; the recovery codes, told once.

    The session shows it thereby, and the user's other sessions end. One who has a factor may put another in
    its place, with the old one shown in this session. Raises ``Invalid``, ``NotPermitted``.
    """
    at = at or now()
    _require_own(user_id, by)
    user = _user(user_id)
    if user.totp_confirmed_at is not None and by.role is None:
        raise NotPermitted("Logga in med din tvåstegskod innan du byter app.")
    secret = _unsealed(user_id, sealed, at)
    step = _step_of(secret, code, at)
    if step is None:
        raise Invalid("Koden stämmer inte. Vänta på nästa kod i appen och skriv den.", field="code")
    user.totp_secret = stored_form(secret)
    user.totp_confirmed_at = at
    user.totp_last_step = step
    shown = update(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
    db.session.execute(shown.values(second_factor_at=at))
    sessions.end_others(user_id, session_id, by)
    audit.record(AuditAction.SECOND_FACTOR_ADDED, by, subject=(SubjectKind.USER, user_id))
    _tell(user)
    return _new_codes(user_id)


@transaction
def remove(user_id: str, by: Actor) -> None:
    """Take the factor away, with its recovery codes: one's own, or that of someone who has lost the phone.

    The other's sessions end. Raises ``Conflict`` for oneself in a role that needs one, ``NotPermitted``.
    """
    user = _user(user_id)
    if by.user_id == user_id:
        _require_own(user_id, by)
        if by.role is None:
            raise NotPermitted("Logga in med din tvåstegskod först.")
        if user.role in MFA_ROLES:
            raise Conflict("Din roll kräver tvåstegsinloggning. Du kan byta app, men inte stänga av den.")
    else:
        require(Permission.USER_CHANGE, by, Subject(user_id=user_id))
        sessions.end_all(user_id, by)
    if user.totp_secret is None:
        return
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    audit.record(AuditAction.SECOND_FACTOR_REMOVED, by, subject=(SubjectKind.USER, user_id))
    _tell(user)


@transaction
def new_recovery_codes(user_id: str, by: Actor) -> tuple[str, ...]:
    """New codes, told once; the old ones end. Raises ``NotPermitted``, ``Conflict`` without a factor."""
    _require_own(user_id, by)
    if by.role is None:
        raise NotPermitted("Logga in med din tvåstegskod först.")
    user = _user(user_id)
    if user.totp_confirmed_at is None:
        raise Conflict("Slå på tvåstegsinloggning först. Då får du också reservkoder.")
    audit.record(AuditAction.RECOVERY_CODES_MADE, by, subject=(SubjectKind.USER, user_id))
    return _new_codes(user_id)


def is_on(user_id: str) -> bool:
    """Whether the account has a second factor that counts."""
    return db.session.scalar(select(User.totp_confirmed_at).where(User.id == user_id)) is not None


def stored_form(secret: str) -> str:
    """The secret of an app as it lies in ``User.totp_secret``: encrypted with the site's newest key."""
    return _vault("second-factor").encrypt(secret.encode()).decode("ascii")


def codes_left(user_id: str) -> int:
    """How many recovery codes have not been used."""
    counted = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    return int(db.session.scalar(counted) or 0)


@transaction
def take_code(user_id: str, code: str, at: datetime) -> bool:
    """Use up a code of the app. False if it is wrong, or of a step that has been used or passed.

    A secret that lies under an older key of the site is put under the newest.
    """
    stored = db.session.scalar(
        select(User.totp_secret).where(User.id == user_id, User.totp_confirmed_at.is_not(None))
    )
    if stored is None:
        return False
    vault = _vault("second-factor")
    try:
        secret = vault.decrypt(stored).decode("ascii")
    except InvalidToken:
        log.warning("second_factor_unreadable", user_id=user_id, reason="no key of KB_SECRET_KEY fits")
        return False
    step = _step_of(secret, code, at)
    if step is None:
        return False
    taken = db.session.scalar(
        update(User)
        .where(User.id == user_id, or_(User.totp_last_step.is_(None), User.totp_last_step < step))
        .values(totp_last_step=step, totp_secret=vault.rotate(stored).decode("ascii"))
        .returning(User.id)
    )
    return taken is not None


@transaction
def take_recovery_code(user_id: str, code: str) -> bool:
    """Use up a recovery code; of two who use it at once, one gets False."""
    letters_only = "".join(code.split()).replace("-", "").upper().translate(_MISREAD)
    if len(letters_only) != _CODE_LENGTH:
        return False
    taken = db.session.scalar(
        delete(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == _hash(letters_only))
        .returning(RecoveryCode.user_id)
    )
    return taken is not None


def _new_codes(user_id: str) -> tuple[str, ...]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(CODES)]
    db.session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(code)) for code in codes)
    db.session.flush()
    return tuple("-".join(code[at : at + 4] for at in range(0, _CODE_LENGTH, 4)) for code in codes)


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step whose code it is; every step is compared, whichever fits."""
    typed = "".join(code.split()).encode("utf-8", "replace")
    totp = pyotp.TOTP(secret, digits=_DIGITS, interval=STEP_SECONDS)
    now_step = int(at.timestamp()) // STEP_SECONDS
    fitting = [
        step
        for step in (now_step + drift for drift in _DRIFT)
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed)
    ]
    return max(fitting, default=None)


def _enrolment(user_id: str, secret: str, sealed: str) -> Enrolment:
    email = db.session.scalar(select(User.email).where(User.id == user_id))
    if email is None:
        raise NotFound("Kontot finns inte.")
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER), sealed)


def _unsealed(user_id: str, sealed: str, at: datetime | None) -> str:
    vault = _vault("second-factor-form")
    try:
        text = vault.decrypt_at_time(sealed.encode("utf-8", "replace"), _SEAL_SECONDS, _seconds(at))
    except InvalidToken:
        raise _too_old() from None
    values = json.loads(text)
    if values["user"] != user_id:
        raise _too_old()
    return str(values["secret"])


def _seconds(at: datetime | None) -> int:
    return int((at or now()).timestamp())


def _too_old() -> Invalid:
    return Invalid("Sidan har blivit för gammal. Börja om: du får en ny QR-kod att läsa av.", field="code")


def _vault(purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in site_settings.keys(purpose)])


def _require_own(user_id: str, by: Actor) -> None:
    require(Permission.ACCOUNT_USE, by)
    if by.user_id != user_id:
        raise NotPermitted("Du kan bara ändra din egen tvåstegsinloggning.")


def _user(user_id: str) -> User:
    user = db.session.get(User, user_id, populate_existing=True)
    if user is None or user.disabled_at is not None:
        raise NotFound("Kontot finns inte eller är avstängt.")
    return user


def _tell(user: User) -> None:
    letters.put(LetterKind.SECOND_FACTOR_CHANGED, user.email, user_id=user.id, language=user.language)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
