"""Assembly of the dashboard: sign-in, CSRF protection, navigation and pages."""

from pathlib import Path

from flask import Blueprint, Flask

from admin import (
    account,
    brief_items,
    brief_new,
    brief_page,
    brief_renditions,
    briefs,
    errors,
    generating,
    job_page,
    lexicon,
    links,
    previews,
    schedule_edits,
    schedules,
    shows,
    sign_in,
    today,
    users,
    workers,
)
from admin.csrf import add_csrf
from admin.frame import add_frame
from admin.row_numbers import add_row_numbers
from admin.signed_in import add_sign_in

PAGES: tuple[Blueprint, ...] = (
    sign_in.blueprint,
    links.blueprint,
    account.blueprint,
    users.blueprint,
    today.blueprint,
    briefs.blueprint,
    brief_new.blueprint,
    brief_page.blueprint,
    brief_items.blueprint,
    brief_renditions.blueprint,
    job_page.blueprint,
    generating.blueprint,
    previews.blueprint,
    schedules.blueprint,
    schedule_edits.blueprint,
    shows.blueprint,
    lexicon.blueprint,
    workers.blueprint,
    errors.blueprint,
)


def add_dashboard(app: Flask) -> None:
    """Add every page of the dashboard to `app`."""
    add_row_numbers(app)
    add_sign_in(app)
    add_csrf(app)
    add_frame(app)
    app.register_blueprint(Blueprint("dashboard", __name__, template_folder=str(Path(__file__).parent / "templates")))
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
