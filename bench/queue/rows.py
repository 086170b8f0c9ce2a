"""The rows of both sides: a realistic history and waiting jobs, written by SQL to be fast.

The newest finished jobs have events; those of older ones are deleted by age. Waiting jobs have items that were spoken.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rows:
    """How to fill one side's tables and query the results; `history`, `queued` and `briefs` are parameters."""

    begin: tuple[str, ...]
    history: tuple[str, ...]
    queue: tuple[str, ...]
    tables: str
    left: str  # number of waiting jobs
    done: str  # number of jobs finished between two times


OURS = Rows(
    tables="audio_generation_job, item_narration, event",
    begin=(
        "TRUNCATE voice, show, brief, rendition, item RESTART IDENTITY CASCADE",
        """
        INSERT INTO voice (name, engine, language, rate_hz, licence, descends_from, is_verified)
        VALUES ('tone', 'tone', 'en-US', 22050, '', '', false)
        """,
        "INSERT INTO show (slug, title, language, time_zone, voice_id) VALUES ('dawn', 'Dawn', 'en-US', 'UTC', 1)",
        """
        INSERT INTO brief (show_id, slug, kind, title, state)
        SELECT 1, 'brief-' || n, 'text', 'News', 'ready' FROM generate_series(1, %(briefs)s) AS n
        """,
    ),
    history=(
        """
        INSERT INTO audio_generation_job (brief_id, brief_title, status, run_after, attempt, charged, claimed_by,
            claimed_at, requested_by, total_items, completed_items, progress, created_at, finished_at)
        SELECT 1 + n %% %(briefs)s, 'News', 'completed', at, 1, 1, 'host:1:abcd', at, 'schedule 1', 4, 4, 100, at, at
        FROM generate_series(1, %(history)s) AS n, LATERAL (SELECT now() - interval '1 s' * (%(history)s - n) AS at)
        """,
        """
        INSERT INTO event (at, actor, kind, job_id, brief_id, attempt)
        SELECT created_at, 'host:1:abcd', kind, id, brief_id, 1
        FROM audio_generation_job, unnest(ARRAY['job.queued', 'job.claimed', 'job.completed']) AS kind
        WHERE id > %(history)s - %(with_events)s
        """,
    ),
    queue=(
        """
        INSERT INTO audio_generation_job (brief_id, brief_title, requested_by, total_items)
        SELECT id, title, 'bench', 4 FROM brief WHERE NOT EXISTS (
            SELECT FROM audio_generation_job WHERE brief_id = brief.id AND status IN ('queued', 'processing'))
        ORDER BY id LIMIT %(queued)s - (SELECT count(*) FROM audio_generation_job WHERE status = 'queued')
        """,
        """
        INSERT INTO item_narration (job_id, position, headline, body, voice, state)
        SELECT id, position, 'A headline', 'A sentence or two.', 'tone', 'spoken'
        FROM (SELECT id FROM audio_generation_job AS job WHERE status = 'queued'
                AND NOT EXISTS (SELECT FROM item_narration WHERE job_id = job.id) ORDER BY id LIMIT %(batch)s),
            generate_series(1, 4) AS position
        """,
    ),
    left="SELECT count(*) FROM audio_generation_job WHERE status = 'queued'",
    done="SELECT count(*) FROM event WHERE kind = 'job.completed' AND at >= %(begin)s AND at < %(end)s",
)

THEIRS = Rows(
    tables="procrastinate_jobs, procrastinate_events",
    begin=("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_workers RESTART IDENTITY CASCADE",),
    history=(
        """
        INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts)
        SELECT 'default', 'nothing', 'succeeded', 1 FROM generate_series(1, %(history)s)
        """,
        """
        INSERT INTO procrastinate_events (job_id, type, at)
        SELECT id, kind, now() - interval '1 s' * (%(history)s - id)
        FROM procrastinate_jobs, unnest(ARRAY['deferred', 'started', 'succeeded']) AS kind (name),
            LATERAL (SELECT kind.name::procrastinate_job_event_type) AS typed (kind)
        WHERE id > %(history)s - %(with_events)s
        """,
    ),
    queue=(
        """
        INSERT INTO procrastinate_jobs (queue_name, task_name) SELECT 'default', 'nothing'
        FROM generate_series(1, %(queued)s - (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'))
        """,
    ),
    left="SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'",
    done="SELECT count(*) FROM procrastinate_events WHERE type = 'succeeded' AND at >= %(begin)s AND at < %(end)s",
)
