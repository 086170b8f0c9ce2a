"""Jobs as a kind of work: a brief becomes a rendition."""

from brief_audio.db.making.jobs import JOBS
from brief_audio.db.work import Claim
from brief_audio.domain.jobs import BACKFILL_PRIORITY, QueueRules
from brief_audio.services.making.edition import generate
from brief_audio.services.operations.error_log import MetError, met
from brief_audio.services.work.attempt import Attempt
from brief_audio.services.work.kind import WorkKind, WorkTools


def edition_work(rules: QueueRules, *, places: int) -> WorkKind:
    """Return the kind of work that makes renditions, `places` at once.

    If there are two or more places, the first takes no backfill, so that today's edition never waits for an old one.
    """
    first = BACKFILL_PRIORITY if places > 1 else None
    return WorkKind(JOBS, rules, (first, *[None] * (places - 1)), _make_edition, _error_to_keep)


def _make_edition(studio: WorkTools, attempt: Attempt) -> str:
    published = generate(studio, attempt)
    return f"rendition {published.number} {published.held_reason or 'published'}"


def _error_to_keep(claim: Claim, error: Exception) -> MetError:
    return met(error, "attempt at a job", job_id=claim.id)
