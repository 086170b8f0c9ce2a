"""Claim and finish jobs with database functions: each connection caches their plans, and a claim takes one round trip.

Parsing and planning took half of the server's time for a job. `brief_audio/db/work.py` explains the row locks.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Some results have the name of a column; inside a statement, the name means the column. A first attempt does not touch
# item_narration, because a session that locks that table would block every claim.
CLAIM_JOB = """
CREATE FUNCTION claim_job(
    worker text, lease interval, wanted bigint, more_urgent_than integer,
    OUT id bigint, OUT brief_id bigint, OUT attempt integer, OUT charged integer, OUT priority integer
) RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    due bigint;
BEGIN
    IF wanted IS NULL THEN
        SELECT job.id INTO due FROM audio_generation_job job JOIN brief ON brief.id = job.brief_id
        WHERE job.status = 'queued' AND job.run_after <= now() AND job.priority < coalesce(more_urgent_than, 2147483647)
        ORDER BY job.priority, job.run_after, job.id LIMIT 1
        FOR UPDATE OF job SKIP LOCKED FOR KEY SHARE OF brief SKIP LOCKED;
    ELSE
        SELECT job.id INTO due FROM audio_generation_job job JOIN brief ON brief.id = job.brief_id
        WHERE job.id = wanted AND job.status = 'queued' AND job.run_after <= now()
        FOR UPDATE OF job SKIP LOCKED FOR KEY SHARE OF brief SKIP LOCKED;
    END IF;
    IF due IS NULL THEN
        RETURN;
    END IF;
    UPDATE audio_generation_job job
    SET status = 'processing', attempt = attempt + 1, charged = charged + 1, claimed_by = worker,
        claimed_at = now(), lease_until = now() + lease, progress = 0, error = NULL
    WHERE job.id = due
    RETURNING job.id, job.brief_id, job.attempt, job.charged, job.priority
    INTO claim_job.id, claim_job.brief_id, claim_job.attempt, claim_job.charged, claim_job.priority;
    IF claim_job.attempt > 1 THEN
        UPDATE item_narration SET state = 'pending', tries = 0, error = NULL
        WHERE job_id = due AND state NOT IN ('spoken', 'reused');
        UPDATE audio_generation_job job
        SET failed_items = 0, completed_items = (SELECT count(*) FROM item_narration kept
            WHERE kept.job_id = due AND kept.state IN ('spoken', 'reused'))
        WHERE job.id = due;
    END IF;
    INSERT INTO event (actor, kind, job_id, brief_id, attempt)
    VALUES (worker, 'job.claimed', due, claim_job.brief_id, claim_job.attempt);
    RETURN NEXT;
END $$
"""
FINISH_JOB = """
CREATE FUNCTION finish_job(worker text, job bigint, fence integer, OUT id bigint, OUT cancel_requested boolean)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    brief bigint;
BEGIN
    UPDATE audio_generation_job ending
    SET status = 'completed', progress = 100, finished_at = now(), lease_until = NULL
    WHERE ending.id = job AND ending.attempt = fence AND ending.status = 'processing'
    RETURNING ending.id, ending.brief_id, ending.cancel_requested
    INTO finish_job.id, brief, finish_job.cancel_requested;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE item_narration said SET state = 'pending' WHERE said.job_id = job AND said.state = 'speaking';
    INSERT INTO event (actor, kind, job_id, brief_id, attempt) VALUES (worker, 'job.completed', job, brief, fence);
    RETURN NEXT;
END $$
"""


def upgrade() -> None:
    op.execute(CLAIM_JOB)
    op.execute(FINISH_JOB)


def downgrade() -> None:
    op.execute("DROP FUNCTION claim_job(text, interval, bigint, integer)")
    op.execute("DROP FUNCTION finish_job(text, bigint, integer)")
