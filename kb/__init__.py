"""Erfarenhetsbanken: what Swedish authorities learned from digital investments.

``create_app`` is the only code that knows every part; it imports inside, so that the domain can be
imported without Flask and SQLAlchemy (invariant 12).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from kb.config import Settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """The application, wired. Raises ``ConfigurationError`` for settings that are wrong."""
    from inspect import iscoroutinefunction

    from flask import Flask
    from sqlalchemy.orm import Session

    from kb import config, feeds, logs, web
    from kb.db import db, engine_options, prepare
    from kb.domain import clock
    from kb.domain.wordlists import WordLists
    from kb.models.synonym import load_word_lists
    from kb.search import sync
    from kb.search.whoosh_index import WhooshIndex
    from kb.services import federation, site_settings

    settings = settings or config.load()
    logs.configure(settings)
    app = Flask(
        "kb",
        template_folder=str(config.resource("templates")),
        static_folder=str(config.resource("static")),
        instance_path=str(settings.instance),
    )
    app.config.update(
        SECRET_KEY=settings.secret_key or None,
        TESTING=settings.environment == "test",
        SQLALCHEMY_ENGINES={"default": engine_options(settings.database_url)},
        KB=settings,
    )
    settings.instance.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    # There are no asynchronous sessions here, and closing them would start a thread and an event loop at the
    # end of each request: a third of what a small page costs.
    app.teardown_appcontext_funcs = [
        close for close in app.teardown_appcontext_funcs if not iscoroutinefunction(close)
    ]
    with app.app_context():
        prepare(db.engine)
        engine = db.engine
        site_settings.attach(engine, settings)
        federation.attach(engine, settings)

        def word_lists() -> WordLists:
            with Session(engine) as session:
                return load_word_lists(session)

        index = WhooshIndex(settings.index_folder, word_lists=word_lists)
        sync.attach(
            sync.IndexSync(
                db.engine,
                stories=index,
                lessons=index.beside("lessons"),
                lock_file=settings.instance / "index.lock",
                today=clock.today,
            )
        )
    web.init_app(app)
    feeds.init_app(app)
    return app
