"""Assembly of the dashboard: sign-in, CSRF protection, navigation and pages."""

from pathlib import Path

from flask import Blueprint, Flask
from jinja2 import FileSystemLoader, PrefixLoader

from admin.accounts import one_time_links, own_account, sign_in, users
from admin.briefs import brief_items, brief_list, brief_page, brief_renditions, new_brief
from admin.jobs import job_actions, job_page
from admin.lexicon import lexicon_pages
from admin.operations import error_list, workers_and_health
from admin.previews import preview_pages
from admin.schedules import schedule_changes, schedule_pages
from admin.shared.csrf import add_csrf
from admin.shared.current_user import add_sign_in
from admin.shared.navigation import add_navigation
from admin.shared.url_numbers import add_row_numbers
from admin.shows import show_pages
from admin.today import today

PAGES: tuple[Blueprint, ...] = (
    sign_in.blueprint,
    one_time_links.blueprint,
    own_account.blueprint,
    users.blueprint,
    today.blueprint,
    brief_list.blueprint,
    new_brief.blueprint,
    brief_page.blueprint,
    brief_items.blueprint,
    brief_renditions.blueprint,
    job_page.blueprint,
    job_actions.blueprint,
    preview_pages.blueprint,
    schedule_pages.blueprint,
    schedule_changes.blueprint,
    show_pages.blueprint,
    lexicon_pages.blueprint,
    workers_and_health.blueprint,
    error_list.blueprint,
)


def _templates() -> PrefixLoader:
    """Return a loader that finds `admin/briefs/page.html` in `admin/briefs/templates/page.html`."""
    folders = {path.parent.name: FileSystemLoader(path) for path in Path(__file__).parent.glob("*/templates")}
    return PrefixLoader({"admin": PrefixLoader(folders)})


def add_dashboard(app: Flask) -> None:
    """Add every page of the dashboard to `app`."""
    add_row_numbers(app)
    add_sign_in(app)
    add_csrf(app)
    add_navigation(app)
    templates = Blueprint("dashboard", __name__)
    templates.jinja_loader = _templates()
    app.register_blueprint(templates)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
