"""Letters leave here: over SMTP, or to a folder where there is no server. The only user of smtplib.

A server has a letter when it has been told the letter's end, and not before. So ``send`` calls ``before_end``
in between: what fails until then may be tried again, and an answer that is not heard after it leaves the
letter uncertain.
"""

from __future__ import annotations

from kb.config import ConfigurationError, Settings
from kb.mail.folder import FolderMailer
from kb.mail.post import Mailer, NotTaken, Post, Refused, Sender, Unheard
from kb.mail.smtp import Server, SmtpMailer

__all__ = ["Mailer", "NotTaken", "Post", "Refused", "Unheard", "mailer_of"]

_SENDER_OUTSIDE_PRODUCTION = "erfarenhetsbanken@localhost"


def mailer_of(settings: Settings) -> Mailer | None:
    """The mailer that the settings name; none in production without a server: then letters wait.

    Raises ``ConfigurationError`` for settings that cannot be used.
    """
    if not settings.mail_from and settings.is_production:
        if not settings.mail_url:
            return None
        raise ConfigurationError(
            "KB_MAIL_FROM saknas. Sätt den till adressen som tjänstens brev kommer från, till exempel "
            "Erfarenhetsbanken <erfarenhetsbanken@myndigheten.example>."
        )
    sender = Sender.parse(settings.mail_from or _SENDER_OUTSIDE_PRODUCTION)
    if settings.mail_url:
        return SmtpMailer(Server.parse(settings.mail_url), sender)
    return None if settings.is_production else FolderMailer(settings.instance / "letters", sender)
