"""Health checks for load balancers and monitors: is the process up, ready, and are the shows on time."""

import logging

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from brief_audio.domain.cache_policy import NOT_KEPT
from brief_audio.domain.clock import utc_now
from brief_audio.http.request_context import container
from brief_audio.services.operations import health
from brief_audio.services.operations.health import Level
from brief_audio.services.schedules import late_editions
from brief_audio.web.last_known import last_known

blueprint = Blueprint("health", __name__)
log = logging.getLogger(__name__)
NEVER_KEPT = {"Cache-Control": NOT_KEPT}
# These pages are public, and an error may name hosts and users: details only go to the log.
REASONS = {
    "database": "the database is not responding",
    "migrations": "the database schema does not match this version",
    "store": "the store is not responding",
}


@blueprint.get("/health")
def alive() -> ResponseReturnValue:
    """Report that the process is up, and the result of the last check of published files.

    Always answer 200, within a second: process managers use this to decide on restarts, and a restart does not bring
    back a missing file.
    """
    faulty = last_known().faulty()
    if faulty:
        reason = f"{faulty} published edition{'s' * (faulty > 1)} with missing or incomplete files"
        return jsonify(status="degraded", reasons=[reason]), NEVER_KEPT
    return jsonify(status="ok"), NEVER_KEPT


@blueprint.get("/ready")
def ready() -> ResponseReturnValue:
    """Answer 200 if database, schema and store are OK, otherwise 503 with the reasons."""
    failed = [check for check in health.readiness(container().db, container().store) if check.level is Level.FAIL]
    for check in failed:
        log.warning("not ready: %s: %s", check.name, check.found)
    if failed:
        return jsonify(status="not ready", reasons=[REASONS[check.name] for check in failed]), 503, NEVER_KEPT
    return jsonify(status="ready"), NEVER_KEPT


@blueprint.get("/health/shows")
@blueprint.get("/health/shows/<slug>")
def punctual(slug: str | None = None) -> ResponseReturnValue:
    """Answer 200 if the newest edition of the show, or of every show, is on time; otherwise 503, naming the late ones.

    Computed from the schedule, so external monitors are warned even if no scheduler is running.
    """
    with container().db.transaction() as session:
        late = late_editions.late_editions(session, now=utc_now(), show_slug=slug)
    editions = [
        {"show": one.show, "date": one.local_date.isoformat(), "ready_by": one.ready_by.isoformat()} for one in late
    ]
    if editions:
        return jsonify(status="late", editions=editions), 503, NEVER_KEPT
    return jsonify(status="ok"), NEVER_KEPT
