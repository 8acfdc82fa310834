"""What a picture is sent with."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from kb.web.forms.fields import FormField

FILE = FormField("file", _("Bild"), type="file")
ALT = FormField("alt", _("Vad visar bilden?"), rows=3)
DECORATIVE = FormField("decorative", _("Bilden är bara dekoration"))

FIELDS = (FILE, ALT, DECORATIVE)
