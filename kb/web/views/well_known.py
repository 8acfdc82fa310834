"""Addresses that programs know beforehand: where a password manager leads someone to change a password."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug import Response

blueprint = Blueprint("well_known", __name__)


@blueprint.get("/.well-known/change-password")
def change_password() -> Response:
    return redirect(url_for("account.password"), 302)
