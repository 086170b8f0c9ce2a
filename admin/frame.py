"""The navigation around every page, and the signed-in user shown in it."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from admin.signed_in import who
from brief_audio.domain.accounts import Role
from brief_audio.services.accounts.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation offers to users with `role` or more.

    It is also marked current for blueprints whose names start like its own.
    """

    endpoint: str
    label: str
    icon: str
    role: Role = Role.VIEWER
    begins_group: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A navigation entry as shown for one request."""

    address: str
    label: str
    icon: str
    begins_group: bool
    is_here: bool


@dataclass(frozen=True, slots=True)
class Navigation:
    """The entries the current user may open, and that user."""

    home: str
    pages: tuple[Page, ...]
    who: SignedIn


PLACES = (
    Place("today.page", "Today", "today"),
    Place("briefs.listing", "Briefs", "briefs"),
    Place("jobs.listing", "Jobs", "jobs"),
    Place("schedules.listing", "Schedules", "schedules"),
    Place("shows.listing", "Shows", "shows", begins_group=True),
    Place("lexicon.listing", "Pronunciations", "lexicon"),
    Place("workers.page", "Workers and health", "workers", begins_group=True),
    Place("errors.listing", "Errors", "errors"),
    Place("users.listing", "Users", "users", role=Role.ADMIN),
)


def add_frame(app: Flask) -> None:
    """Give every template of the dashboard its navigation."""
    app.context_processor(lambda: {"navigation": _navigation()} if current_user.is_authenticated else {})


def _navigation() -> Navigation:
    me = who()
    known = [place for place in PLACES if place.endpoint in current_app.view_functions and me.role.may(place.role)]
    return Navigation(url_for("today.page"), tuple(_page(place) for place in known), me)


def _page(place: Place) -> Page:
    family = place.endpoint.partition(".")[0].removesuffix("s")  # `brief_page` belongs to `briefs`
    is_here = (request.blueprint or "").startswith(family)
    return Page(url_for(place.endpoint), place.label, place.icon, place.begins_group, is_here)
