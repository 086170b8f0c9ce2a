"""Years of nights, written by SQL, as it must be quick: ten shows, 20,000 briefs, 100,000 jobs, a million events."""

from bench.queue.tables import connected

SHOWS, BRIEFS, JOBS, ITEMS, EVENTS = 10, 20_000, 100_000, 5, 1_000_000
GIVEN = {
    "shows": SHOWS,
    "briefs": BRIEFS,
    "jobs": JOBS,
    "items": ITEMS,
    "days": BRIEFS // SHOWS,
    "per_brief": JOBS // BRIEFS,
    "per_job": EVENTS // JOBS,
}
# Every 50th job failed, every 25th has a failed item, the last one of ten shows is being spoken.
STATEMENTS = (
    """
    INSERT INTO voice (name, engine, language, rate_hz, licence, descends_from, is_verified)
    VALUES ('tone', 'tone', 'en-US', 22050, '', '', false)
    ON CONFLICT (name) DO NOTHING
    """,
    """
    INSERT INTO show (slug, title, language, time_zone, voice_id)
    SELECT 'show-' || n, 'Show ' || n, 'en-US', 'Europe/London', (SELECT id FROM voice WHERE name = 'tone')
    FROM generate_series(1, %(shows)s) AS n
    """,
    """
    INSERT INTO schedule (show_id, cron, time_zone)
    SELECT id, '30 5 * * *', time_zone FROM show
    """,
    """
    INSERT INTO brief (show_id, slug, kind, local_date, title, state)
    SELECT show.id, show.slug || '-' || day, 'daily', day, 'News of ' || day, 'ready'
    FROM show, LATERAL (
        SELECT current_date - n AS day FROM generate_series(0, %(days)s - 1) AS n
    ) AS days ORDER BY day, show.id
    """,
    """
    INSERT INTO item (brief_id, position, headline, body)
    SELECT brief.id, n, 'Story number ' || n, repeat('The council met on Tuesday night and agreed. ', 12)
    FROM brief, generate_series(1, %(items)s) AS n
    """,
    """
    INSERT INTO audio_generation_job (brief_id, brief_title, status, run_after, attempt, charged, claimed_by,
        claimed_at, requested_by, total_items, completed_items, failed_items, progress, error, created_at, finished_at,
        lease_until)
    SELECT brief.id, brief.title, made.status, at, 1, 1, 'host:1:abcd', at, 'schedule 1', %(items)s,
        CASE made.status WHEN 'completed' THEN %(items)s - made.failed ELSE 2 END, made.failed,
        CASE made.status WHEN 'completed' THEN 100 ELSE 38 END,
        CASE made.status WHEN 'failed' THEN 'the voice stopped answering' END, at,
        CASE WHEN made.status <> 'processing' THEN at + interval '90 s' END,
        CASE WHEN made.status = 'processing' THEN now() + interval '1 day' END
    FROM brief, generate_series(1, %(per_brief)s) AS n,
        LATERAL (SELECT brief.local_date + interval '5 h 30 min' + n * interval '10 min' AS at) AS moment,
        LATERAL (SELECT CASE
            WHEN n = %(per_brief)s AND brief.local_date = current_date THEN 'processing'
            WHEN (brief.id * %(per_brief)s + n) %% 50 = 0 THEN 'failed' ELSE 'completed' END AS status,
            CASE WHEN (brief.id * %(per_brief)s + n) %% 25 = 0 THEN 1 ELSE 0 END AS failed) AS made
    ORDER BY at, brief.id
    """,
    """
    INSERT INTO item_narration (job_id, item_id, position, headline, body, voice, state, tries, duration_ms)
    SELECT job.id, item.id, item.position, item.headline, item.body, 'tone',
        CASE WHEN job.status = 'processing' AND item.position > 2 THEN 'pending'
            WHEN item.position = 3 AND job.failed_items = 1 THEN 'failed' ELSE 'spoken' END, 1, 31000
    FROM audio_generation_job job JOIN item ON item.brief_id = job.brief_id
    """,
    """
    INSERT INTO rendition (brief_id, job_id, number, state, audio_object, captions_object, chapters_object,
        manifest_object, sha256, size_bytes, duration_ms, loudness_lufs, true_peak_dbtp, item_count, failed_items,
        voices, inputs_sha256, contents, created_at)
    SELECT brief_id, id, n, CASE WHEN n = last THEN 'published' ELSE 'superseded' END, 'a/' || id || '.mp3',
        'a/' || id || '.vtt', 'a/' || id || '.chapters.json', 'a/' || id || '.json', md5(id::text) || md5(id::text),
        2400000, 155000, -16.0, -1.2, %(items)s, failed_items, ARRAY['tone'], md5(id::text),
        '{"items": [], "peaks": []}', finished_at
    FROM (
        SELECT job.*, row_number() OVER (PARTITION BY brief_id ORDER BY id) AS n,
            count(*) OVER (PARTITION BY brief_id) AS last
        FROM audio_generation_job job WHERE status = 'completed'
    ) AS made
    """,
    """
    UPDATE brief SET current_rendition_id = rendition.id
    FROM rendition WHERE rendition.brief_id = brief.id AND rendition.state = 'published'
    """,
    """
    INSERT INTO tick (schedule_id, local_date, due_at, open_until, state, job_id, closed_at, judged_at)
    SELECT schedule.id, brief.local_date, brief.local_date + interval '5 h 30 min',
        brief.local_date + interval '11 h 30 min', 'made',
        (SELECT min(job.id) FROM audio_generation_job job WHERE job.brief_id = brief.id),
        brief.local_date + interval '6 h', brief.local_date + interval '7 h'
    FROM brief JOIN schedule ON schedule.show_id = brief.show_id
    """,
    """
    INSERT INTO event (at, actor, kind, job_id, brief_id, attempt, message)
    SELECT job.created_at + n * interval '9 s', 'host:1:abcd',
        (ARRAY['job.queued', 'job.claimed', 'job.mastering', 'job.stored', 'job.completed'])[1 + n %% 5],
        job.id, job.brief_id, 1, ''
    FROM audio_generation_job job, generate_series(1, %(per_job)s) AS n ORDER BY job.id, n
    """,
    """
    INSERT INTO error_group (fingerprint, source, title, sample, place, count)
    SELECT md5(n::text), (ARRAY['worker', 'store', 'http'])[1 + n %% 3], 'Something failed ' || n, 'It failed.', 'x', n
    FROM generate_series(1, 2000) AS n
    """,
    """
    INSERT INTO preview (
        show_id, headline, body, voice, status, finished_at, narration_key, duration_ms, requested_by
    )
    SELECT show.id, 'A story', 'It rains.', 'tone', 'completed', now(), repeat('a', 64), 4000, 'ann@example.org'
    FROM show
    """,
    """
    INSERT INTO dashboard_user (email, name, role, created_by)
    SELECT 'user' || n || '@example.org', 'User ' || n, 'editor', 'bench' FROM generate_series(1, 500) AS n
    """,
    """
    INSERT INTO lexicon_rule (show_id, written, spoken)
    SELECT show.id, 'word' || n, 'spoken ' || n FROM show, generate_series(1, 100) AS n
    """,
)


def fill(url: str) -> None:
    """Write them all into a migrated database, and do what autovacuum would."""
    with connected(url) as session, session.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no trigger, no foreign key: quicker
        for statement in STATEMENTS:
            cursor.execute(statement, GIVEN)
        cursor.execute("VACUUM ANALYZE")
