"""The navigation around every page, and the signed-in user shown in it."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from admin.shared.current_user import signed_in_user
from brief_audio.domain.accounts import Role
from brief_audio.services.accounts.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A page that the navigation offers to users with `role` or more.

    It is also marked current for blueprints whose names start like its own.
    """

    endpoint: str
    label: str
    icon: str
    role: Role = Role.VIEWER
    begins_group: bool = False


@dataclass(frozen=True, slots=True)
class NavigationLink:
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
    pages: tuple[NavigationLink, ...]
    who: SignedIn


NAVIGATION = (
    NavigationEntry("today.page", "Today", "today"),
    NavigationEntry("briefs.listing", "Briefs", "briefs"),
    NavigationEntry("jobs.listing", "Jobs", "jobs"),
    NavigationEntry("schedules.listing", "Schedules", "schedules"),
    NavigationEntry("shows.listing", "Shows", "shows", begins_group=True),
    NavigationEntry("lexicon.listing", "Pronunciations", "lexicon"),
    NavigationEntry("workers.page", "Workers and health", "workers", begins_group=True),
    NavigationEntry("errors.listing", "Errors", "errors"),
    NavigationEntry("users.listing", "Users", "users", role=Role.ADMIN),
)


def add_navigation(app: Flask) -> None:
    """Give every template of the dashboard its navigation."""
    app.context_processor(lambda: {"navigation": _navigation()} if current_user.is_authenticated else {})


def _navigation() -> Navigation:
    me = signed_in_user()
    known = [place for place in NAVIGATION if place.endpoint in current_app.view_functions and me.role.may(place.role)]
    return Navigation(url_for("today.page"), tuple(_page(place) for place in known), me)


def _page(place: NavigationEntry) -> NavigationLink:
    family = place.endpoint.partition(".")[0].removesuffix("s")  # `brief_page` belongs to `briefs`
    is_here = (request.blueprint or "").startswith(family)
    return NavigationLink(url_for(place.endpoint), place.label, place.icon, place.begins_group, is_here)
