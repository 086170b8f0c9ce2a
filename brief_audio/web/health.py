"""What a load balancer asks: whether the process is up, and whether it can answer listeners."""

import logging

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from brief_audio.domain.cache_policy import NOT_KEPT
from brief_audio.domain.clock import utc_now
from brief_audio.http import container
from brief_audio.services import health, punctuality
from brief_audio.services.health import Level
from brief_audio.web.last_known import last_known

blueprint = Blueprint("health", __name__)
log = logging.getLogger(__name__)
NEVER_KEPT = {"Cache-Control": NOT_KEPT}
# What went wrong in detail is for the log: an error may name hosts and users, and anybody may ask here.
REASONS = {
    "database": "the database does not answer",
    "migrations": "the database's schema is not the one that this version needs",
    "store": "the store does not answer",
}


@blueprint.get("/health")
def alive() -> ResponseReturnValue:
    """Say that the process answers, and what the last check of published files found.

    It is 200 in both cases and within a second: who restarts processes asks here, and a restart brings no file back.
    """
    faulty = last_known().faulty()
    if faulty:
        reason = f"{faulty} published edition{'s' * (faulty > 1)} with missing or incomplete files"
        return jsonify(status="degraded", reasons=[reason]), NEVER_KEPT
    return jsonify(status="ok"), NEVER_KEPT


@blueprint.get("/ready")
def ready() -> ResponseReturnValue:
    """Answer 200 where database, schema and store are in order, else 503 with the reasons."""
    failed = [check for check in health.readiness(container().db, container().store) if check.level is Level.FAIL]
    for check in failed:
        log.warning("not ready: %s: %s", check.name, check.found)
    if failed:
        return jsonify(status="not ready", reasons=[REASONS[check.name] for check in failed]), 503, NEVER_KEPT
    return jsonify(status="ready"), NEVER_KEPT


@blueprint.get("/health/shows")
@blueprint.get("/health/shows/<slug>")
def punctual(slug: str | None = None) -> ResponseReturnValue:
    """Answer 200 while the newest edition of the show, or of every show, is out in time; else 503, naming it.

    It is reckoned from the schedule, so that a monitor outside is told though no scheduler lives.
    """
    with container().db.transaction() as session:
        late = punctuality.late_editions(session, now=utc_now(), show_slug=slug)
    told = [
        {"show": one.show, "date": one.local_date.isoformat(), "ready_by": one.ready_by.isoformat()} for one in late
    ]
    if told:
        return jsonify(status="late", editions=told), 503, NEVER_KEPT
    return jsonify(status="ok"), NEVER_KEPT
