"""Values for the parameters of addresses: the newest of everything, and the oldest, as pages must not slow down."""

from sqlalchemy import text

from brief_audio.db.connection.engine import Database

SOUND = frozenset({"previews.sound", "brief_renditions.sound"})  # stored audio, not pages
ONE = text("""
    SELECT (SELECT max(id) FROM audio_generation_job WHERE status = 'completed') AS job_id,
        (SELECT max(id) FROM schedule) AS schedule_id, (SELECT max(id) FROM lexicon_rule) AS rule_id,
        (SELECT max(id) FROM dashboard_user) AS user_id, (SELECT max(id) FROM preview) AS number,
        (SELECT slug FROM brief ORDER BY local_date DESC, id DESC LIMIT 1) AS slug, 1 AS position
""")
OLD = text("""
    SELECT (SELECT min(id) FROM audio_generation_job) AS job, (SELECT min(local_date) FROM brief) AS day,
        (SELECT slug FROM brief ORDER BY local_date, id LIMIT 1) AS brief,
        (SELECT id FROM audio_generation_job WHERE status = 'processing' LIMIT 1) AS live
""")
ADDRESSES = (
    "/admin/?show=show-10",
    "/admin/briefs/?view=calendar&show=show-3",
    "/admin/briefs/?view=calendar&show=show-3&month={day:%Y-%m}",
    "/admin/briefs/?state=failed",
    "/admin/briefs/{brief}",
    "/admin/jobs/?state=failed",
    "/admin/jobs/?state=errors&show=show-3",
    "/admin/jobs/?before={job}0",
    "/admin/jobs/{job}",
    "/admin/jobs/{live}",
    "/admin/errors/?source=store",
)


def samples(db: Database) -> dict[str, dict[str, str]]:
    """Return values by endpoint and name; those under the empty name are for all endpoints."""
    with db.transaction() as session:
        usual = {name: str(value) for name, value in session.execute(ONE).mappings().one().items()}
    return {"": usual, "shows.page": {"slug": "show-1"}}


def more_addresses(db: Database) -> list[str]:
    """Return addresses with filters, and addresses of old items."""
    with db.transaction() as session:
        old = session.execute(OLD).mappings().one()
    return [address.format_map(old) for address in ADDRESSES]
