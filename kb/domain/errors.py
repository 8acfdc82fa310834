"""What can go wrong, said once; each door (page, API, terminal) says it in its own way.

A message is a Swedish sentence for the user that says what to do. It is also the message id for
translation, so values go in as ``params`` and never into the text itself.
"""

from __future__ import annotations

from datetime import date


class DomainError(Exception):
    """Base of all errors that a user may see.

    ``message`` is a Swedish template with ``%(name)s`` places, ``params`` fills them.
    """

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message, params)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class NotFound(DomainError):
    """There is no such thing, or the asker may not know of it (S-27: the two look the same)."""


class Gone(DomainError):
    """What was published here has been withdrawn; says when and why (L-20)."""

    def __init__(self, message: str, *, withdrawn_on: date, reason: str) -> None:
        super().__init__(message)
        self.withdrawn_on = withdrawn_on
        self.reason = reason


class NotPermitted(DomainError):
    """The asker is known and may not do this."""


class Invalid(DomainError):
    """A value was refused; ``field`` names it where there is one."""

    def __init__(self, message: str, *, field: str = "", **params: object) -> None:
        super().__init__(message, **params)
        self.field = field

    def at(self, field: str) -> Invalid:
        """The same, said of a field."""
        message = self.message
        return Invalid(message, field=field, **self.params)


class InvalidFields(DomainError):
    """Several values were refused at once; ``problems`` has one error for each field."""

    def __init__(self, problems: tuple[Invalid, ...]) -> None:
        super().__init__("Något är fel ifyllt. Rätta det som står vid fälten och skicka igen.")
        self.problems = problems


class ContentRefused(Invalid):
    """A text breaks a limit (size, columns, nesting) and is not rendered."""


class QueryRefused(Invalid):
    """A search query that is not run: too long, or with characters that no text has."""


class Conflict(DomainError):
    """Someone else changed it first, or it is not in a state where this can be done."""


class TooManyAttempts(DomainError):
    """The same was done too often from one place; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            "Det har kommit för mycket från din anslutning på kort tid. Inget har sparats den här gången. "
            "Vänta en stund och försök igen."
        )
        self.retry_after = retry_after


class SearchedTooOften(TooManyAttempts):
    """So many searches came from one place that the next ones have to wait."""

    def __init__(self, retry_after: int) -> None:
        DomainError.__init__(
            self,
            "Det har kommit för många sökningar från din anslutning den senaste minuten. "
            "Vänta en stund och försök igen.",
        )
        self.retry_after = retry_after


class SignInSlowed(TooManyAttempts):
    """Signing in failed too often for this account or from this place; true also of accounts that are not."""

    def __init__(self, retry_after: int) -> None:
        DomainError.__init__(
            self,
            "Det har blivit för många misslyckade försök att logga in. Vänta en stund och försök igen. "
            "Har du glömt lösenordet kan du välja ett nytt.",
        )
        self.retry_after = retry_after


class SignInFailed(DomainError):
    """Nobody was let in. Which of the possible reasons it was is never told (S-12)."""


class SearchUnavailable(DomainError):
    """The index is missing, broken or being rebuilt; reading still works."""


class StorageUnavailable(DomainError):
    """The database or the disk cannot be written (full, read-only, locked)."""
