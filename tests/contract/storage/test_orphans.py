"""What no row names is swept after two days, from disk and bucket alike; what any row names never is."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from brief_audio.db.models import AudioGenerationJob, InstallationToken, ItemNarration, Rendition, Show
from brief_audio.domain.errors import ConflictError, StorageError
from brief_audio.domain.jobs import NarrationState, RenditionState
from brief_audio.domain.object_names import OWNERS, cover_name, narration_name, rendition_names
from brief_audio.domain.work import WorkStatus
from brief_audio.services.operations import orphaned_objects
from brief_audio.services.operations.orphaned_objects import sweep_orphans
from brief_audio.services.operations.store_ownership import mark_as_ours
from brief_audio.storage.local import LocalStore
from tests.web.editions import add_cover, add_edition, add_show, put_files

STORES = {
    "local": lambda request: LocalStore(request.getfixturevalue("tmp_path") / "store"),
    "gcs": lambda request: request.getfixturevalue("gcs_server").store(),
}
NOW = datetime.now(UTC)
IN_THREE_DAYS = NOW + timedelta(days=3)
KEYS = [hashlib.sha256(bytes([number])).hexdigest() for number in range(6)]


@pytest.fixture(params=[pytest.param(name, marks=[] if name == "local" else pytest.mark.slow) for name in STORES])
def store(request):
    made = STORES[request.param](request)
    yield made
    made.close()


@pytest.fixture
def sound(tmp_path):
    path = tmp_path / "sound.mp3"
    path.write_bytes(b"sound")
    return path


@pytest.fixture
def sweep(database, store, tmp_path):
    """Sweep a store that was found to be this database's some days before."""
    mark_as_ours(database, store, tmp_path / "tmp")

    def swept(by=store, **options):
        return sweep_orphans(database, by, tmp_path / "tmp", **options)

    return swept


@pytest.fixture
def edition(database, store, sound):
    add_show(database)
    return add_edition(database, store, sound)


def stored(store):
    return {one.name for one in store.list() if not one.name.startswith(OWNERS)}


def add_narrations(database, edition, *keys, state=NarrationState.SPOKEN):
    """Rows of a job that has ended; they name those keys."""
    with database.transaction() as session:
        brief_id = session.query(Rendition.brief_id).filter_by(id=edition.rendition_id).scalar()
        job = AudioGenerationJob(
            brief_id=brief_id, brief_title="-", requested_by="test", status=WorkStatus.FAILED, finished_at=NOW
        )
        session.add(job)
        session.flush()
        for position, key in enumerate(keys, start=1):
            narration = ItemNarration(
                job_id=job.id, position=position, headline="-", body="-", voice="joe", state=state, narration_key=key
            )
            session.add(narration)


def test_what_died_before_it_was_published_is_swept(database, sweep, store, sound, edition):
    lost = rendition_names(show_slug="morning-brief", brief_id=1, number=2, job_id=9, attempt=3, sha256=KEYS[0])
    put_files(store, sound, lost)
    store.put(narration_name(KEYS[0]), sound, "audio/flac")
    store.put(cover_name("morning-brief", KEYS[0], "png"), sound, "image/png")
    kept = {edition.names.audio, edition.names.captions, edition.names.chapters, edition.names.manifest}

    deleted = sweep(now=IN_THREE_DAYS)

    assert stored(store) == kept
    assert len(deleted) == 6
    assert not set(deleted) & kept


@pytest.mark.parametrize("state", list(RenditionState))
def test_a_rendition_keeps_its_files_in_every_state(database, sweep, store, sound, state):
    add_show(database)
    add_edition(database, store, sound, state=state)
    before = stored(store)

    assert sweep(now=IN_THREE_DAYS) == ()
    assert stored(store) == before


def test_the_cover_and_every_narration_that_a_row_names_stay(database, sweep, store, sound, edition, repository):
    cover = add_cover(database, store, "morning-brief", repository / "brief_audio/sample/cover.png")
    for key in KEYS:
        store.put(narration_name(key), sound, "audio/flac")
    add_narrations(database, edition, *KEYS[:2])
    add_narrations(database, edition, *KEYS[1:3], state=NarrationState.SPEAKING)

    deleted = sweep(now=IN_THREE_DAYS)

    assert set(deleted) == {narration_name(key) for key in KEYS[3:]}
    assert cover in stored(store)


def test_a_cover_that_was_replaced_is_swept(database, sweep, store, edition, repository, sound):
    old = add_cover(database, store, "morning-brief", repository / "brief_audio/sample/cover.png")
    new = cover_name("morning-brief", KEYS[0], "png")
    store.put(new, sound, "image/png")
    with database.transaction() as session:
        session.query(Show).update({"cover_object": new})

    assert sweep(now=IN_THREE_DAYS) == (old,)


def test_what_is_younger_than_two_days_may_be_named_any_moment(database, sweep, store, sound, edition):
    store.put(narration_name(KEYS[0]), sound, "audio/flac")

    assert sweep(now=NOW + timedelta(hours=47)) == ()

    assert narration_name(KEYS[0]) in stored(store)


def test_what_a_row_names_in_the_middle_of_the_sweep_stays(database, sweep, store, sound, edition):
    store.put(narration_name(KEYS[0]), sound, "audio/flac")

    class Watched:
        """A store in which a job finishes as soon as it was listed."""

        def list(self, prefix=""):
            yield from list(store.list(prefix))
            if not prefix:
                add_narrations(database, edition, KEYS[0])

        def delete(self, name):
            return store.delete(name)

    assert sweep(Watched(), now=IN_THREE_DAYS) == ()
    assert narration_name(KEYS[0]) in stored(store)


def names_of(count):
    return [narration_name(hashlib.sha256(str(number).encode()).hexdigest()) for number in range(count)]


def test_a_sweep_goes_through_all_that_is_stored(database, sweep, store, sound, edition):
    names = names_of(2 * orphaned_objects.BATCH)
    for name in names:
        store.put(name, sound, "audio/flac")
    named, unnamed = names[::2], names[1::2]
    add_narrations(database, edition, *[name.rpartition("/")[2].removesuffix(".flac") for name in named])

    assert set(sweep(now=IN_THREE_DAYS)) == set(unnamed)
    assert set(named) < stored(store)


def test_a_store_that_nobody_has_marked_is_marked_and_left_alone_for_once(database, store, sound, edition, tmp_path):
    store.put(narration_name(KEYS[0]), sound, "audio/flac")
    before = stored(store)

    assert sweep_orphans(database, store, tmp_path / "tmp", now=IN_THREE_DAYS) == ()
    assert stored(store) == before

    assert sweep_orphans(database, store, tmp_path / "tmp", now=IN_THREE_DAYS) == (narration_name(KEYS[0]),)


def test_the_store_of_another_database_is_left_alone(database, sweep, store, sound, tmp_path):
    store.put(narration_name(KEYS[0]), sound, "audio/flac")
    with database.transaction() as session:
        session.query(InstallationToken).update({"token": "0" * 32})

    for _ in range(2):
        with pytest.raises(ConflictError, match="belongs to another database: it has the mark"):
            sweep(now=IN_THREE_DAYS)

    assert stored(store) == {narration_name(KEYS[0])}


def test_an_old_copy_of_the_database_costs_nothing(database, sweep, store, sound, edition):
    for name in names_of(orphaned_objects.FEW + 1):
        store.put(name, sound, "audio/flac")
    before = stored(store)

    with pytest.raises(ConflictError, match="no row names 101 of the 105 objects"):
        sweep(now=IN_THREE_DAYS)

    assert stored(store) == before


def test_a_sweep_ends_when_the_service_does(database, sweep, store, sound, edition):
    store.put(narration_name(KEYS[0]), sound, "audio/flac")

    assert sweep(now=IN_THREE_DAYS, is_stopping=lambda: True) == ()
    assert narration_name(KEYS[0]) in stored(store)


def test_a_store_that_does_not_answer_loses_nothing(database, sweep, store, edition):
    class Down:
        def list(self, prefix=""):
            yield from store.list(prefix)
            raise StorageError("the bucket answered 503")

    before = stored(store)

    with pytest.raises(StorageError):
        sweep(Down(), now=IN_THREE_DAYS)
    assert stored(store) == before
