"""Schema changes: linear, equal to the models, up and down, one runner at a time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from brief_audio.db.connection import migrate
from brief_audio.db.connection.engine import Database, psycopg2_url
from brief_audio.db.models import Base


@pytest.fixture
def empty(server_url: str) -> Iterator[Database]:
    """A database of its own, without any table."""
    admin = create_engine(psycopg2_url(server_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE migration_test"))
    url = psycopg2_url(server_url).set(database="migration_test")
    db = Database(url.render_as_string(hide_password=False).replace("+psycopg2", ""), name="migrations", pool_size=4)
    yield db
    db.close()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE migration_test"))
    admin.dispose()


def tables(db: Database) -> set[str]:
    with db.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def before(revision: str) -> str:
    """Return the revision that a migration starts from."""
    down = scripts_of_the_product().get_revision(revision).down_revision
    assert isinstance(down, str)
    return down


def scripts_of_the_product() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    return ScriptDirectory.from_config(config)


def test_the_migrations_are_one_line() -> None:
    scripts = scripts_of_the_product()

    revisions = [script.revision for script in scripts.walk_revisions()]

    assert scripts.get_heads() == [migrate.head()]  # which reads the names of the files alone
    assert revisions == sorted(revisions, reverse=True)
    assert revisions == [f"{number:04d}" for number in range(len(revisions), 0, -1)]


def test_the_migrations_make_exactly_the_models(empty: Database) -> None:
    migrate.upgrade(empty)

    with empty.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_every_migration_goes_down_and_up_again(empty: Database) -> None:
    migrate.upgrade(empty)
    whole = tables(empty)

    while migrate.current(empty) is not None:
        migrate.downgrade(empty, "-1")
    nothing = tables(empty)
    migrate.upgrade(empty)

    assert nothing == set()
    assert tables(empty) == whole


def test_two_runners_at_once_migrate_once(empty: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: migrate.upgrade(empty), range(2)))

    assert migrate.current(empty) == migrate.head()


# A show with a job of four items, its rendition, and one whose job is forgotten, as they were before 0013.
RENDITIONS_OF_ONE_VOICE = """
WITH the_voice AS (
    INSERT INTO voice (name, engine, language, rate_hz, licence, descends_from, is_verified)
    VALUES ('amy', 'tone', 'en', 22050, '-', '-', true) RETURNING id
), the_show AS (
    INSERT INTO show (slug, title, language, time_zone, voice_id)
    SELECT 'dawn', 'Dawn', 'en', 'UTC', id FROM the_voice RETURNING id
), the_brief AS (
    INSERT INTO brief (show_id, kind, slug, title) SELECT id, 'text', 'dawn-1', 'News' FROM the_show RETURNING id
), job AS (
    INSERT INTO audio_generation_job (brief_id, brief_title, status, total_items, requested_by, finished_at)
    SELECT id, 'News', 'completed', 4, 'test', now() FROM the_brief RETURNING id, brief_id
), narrated AS (
    INSERT INTO item_narration (job_id, position, headline, body, voice, state)
    SELECT id, position, '', '', voice, state FROM job, (VALUES
        (1, 'amy', 'failed'), (2, 'joe', 'spoken'), (3, 'kim', 'reused'), (4, 'joe', 'spoken')
    ) AS item (position, voice, state)
)
INSERT INTO rendition (brief_id, job_id, number, audio_object, captions_object, chapters_object, manifest_object,
    sha256, size_bytes, duration_ms, loudness_lufs, true_peak_dbtp, item_count, failed_items, voice, inputs_sha256,
    contents)
SELECT brief_id, CASE number WHEN 1 THEN id END, number, 'a' || number, 'c', 'h', 'm', '-', 1, 1, -16, -1, 4, 1, 'amy',
    '-', '{}' FROM job, (VALUES (1), (2)) AS made (number)
"""


def test_older_renditions_name_the_voices_that_are_heard_in_them(empty: Database) -> None:
    migrate.upgrade(empty, before("0013"))
    with empty.engine.begin() as connection:
        connection.execute(text(RENDITIONS_OF_ONE_VOICE))

    migrate.upgrade(empty)
    voices = column(empty, "voices")
    migrate.downgrade(empty, before("0013"))

    assert voices == [["joe", "kim"], ["amy"]]
    assert column(empty, "voice") == ["joe", "amy"]


def column(db: Database, name: str) -> list[object]:
    with db.engine.connect() as connection:
        return list(connection.execute(text(f"SELECT {name} FROM rendition ORDER BY number")).scalars())


# Hearings in every state, as they were before 0010: waiting, waiting for a retry, in progress, and ended.
HEARINGS = """
WITH the_voice AS (
    INSERT INTO voice (name, engine, language, rate_hz, licence, descends_from, is_verified)
    VALUES ('amy', 'tone', 'en', 22050, '-', '-', true) RETURNING id
), the_show AS (
    INSERT INTO show (slug, title, language, time_zone, voice_id)
    SELECT 'dawn', 'Dawn', 'en', 'UTC', id FROM the_voice RETURNING id
)
INSERT INTO hearing (id, show_id, headline, body, voice, state, attempt, lease_until, requested_by)
SELECT number, the_show.id, '', 'Words.', 'amy', state, attempt, lease::timestamptz, 'ann' FROM the_show, (VALUES
    (7, 'queued', 0, NULL), (8, 'queued', 1, '2026-03-20 05:00+00'), (9, 'speaking', 2, '2026-03-20 05:00+00'),
    (10, 'speaking', 1, NULL), (11, 'spoken', 1, NULL), (12, 'failed', 3, NULL)
) AS made (number, state, attempt, lease)
"""
PREVIEWS = "SELECT id, status, charged, lease_until IS NULL, finished_at IS NULL, priority FROM preview ORDER BY id"


def test_hearings_become_previews_and_previews_hearings(empty: Database) -> None:
    migrate.upgrade(empty, before("0010"))
    with empty.engine.begin() as connection:
        connection.execute(text(HEARINGS))

    migrate.upgrade(empty)
    with empty.engine.begin() as connection:
        previews = [tuple(row) for row in connection.execute(text(PREVIEWS))]
        connection.execute(text("UPDATE preview SET status = 'cancelled', finished_at = now() WHERE id = 7"))
        again = text(
            "INSERT INTO preview (show_id, headline, body, voice, requested_by) "
            "SELECT id, '', 'More.', 'amy', 'ann' FROM show RETURNING id"
        )
        added = connection.execute(again).scalar_one()
    migrate.downgrade(empty, before("0010"))
    with empty.engine.connect() as connection:
        hearings = [tuple(row) for row in connection.execute(text("SELECT id, state, error FROM hearing ORDER BY id"))]

    assert previews == [
        (7, "queued", 0, True, True, 75),
        (8, "queued", 1, True, True, 75),
        (9, "processing", 2, False, True, 75),
        (10, "processing", 1, False, True, 75),
        (11, "completed", 1, True, False, 75),
        (12, "failed", 3, True, False, 75),
    ]
    assert added == 13
    assert hearings == [
        (7, "failed", "cancelled"),
        (8, "queued", None),
        (9, "speaking", None),
        (10, "speaking", None),
        (11, "spoken", None),
        (12, "failed", None),
        (13, "queued", None),
    ]
