"""Every component in its states, for those who build the product: development and test only."""

from __future__ import annotations

from flask import Blueprint, render_template

from kb.web.component_samples import samples

blueprint = Blueprint("components", __name__)


@blueprint.get("/komponenter")
def show() -> str:
    return render_template("komponenter.html", **samples())
