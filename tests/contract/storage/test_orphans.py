"""What no row names is swept after two days, from disk and bucket alike; what any row names never is."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from brief_audio.db.models import AudioGenerationJob, ItemNarration, Rendition, Show
from brief_audio.domain.errors import ConflictError, StorageError
from brief_audio.domain.jobs import JobStatus, NarrationState, RenditionState
from brief_audio.domain.names import cover_name, narration_name, rendition_names
from brief_audio.services import orphans
from brief_audio.services.orphans import sweep_orphans
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
def edition(database, store, sound):
    add_show(database)
    return add_edition(database, store, sound)


def stored(store):
    return {one.name for one in store.list()}


def add_narrations(database, edition, *keys, state=NarrationState.SPOKEN):
    """Rows of a job that has ended; they name those keys."""
    with database.transaction() as session:
        brief_id = session.query(Rendition.brief_id).filter_by(id=edition.rendition_id).scalar()
        job = AudioGenerationJob(
            brief_id=brief_id, brief_title="-", requested_by="test", status=JobStatus.FAILED, finished_at=NOW
        )
        session.add(job)
        session.flush()
        for position, key in enumerate(keys, start=1):
            narration = ItemNarration(
                job_id=job.id, position=position, headline="-", body="-", voice="joe", state=state, narration_key=key
            )
            session.add(narration)


def test_what_died_before_it_was_published_is_swept(database, store, sound, edition):
    lost = rendition_names(show_slug="morning-brief", brief_id=1, number=2, job_id=9, attempt=3, sha256=KEYS[0])
    put_files(store, sound, lost)
    store.put(narration_name(KEYS[0]), sound, "audio/flac")
    store.put(cover_name("morning-brief", KEYS[0], "png"), sound, "image/png")
    kept = {edition.names.audio, edition.names.captions, edition.names.chapters, edition.names.manifest}

    deleted = sweep_orphans(database, store, now=IN_THREE_DAYS)

    assert stored(store) == kept
    assert len(deleted) == 6
    assert not set(deleted) & kept


@pytest.mark.parametrize("state", list(RenditionState))
def test_a_rendition_keeps_its_files_in_every_state(database, store, sound, state):
    add_show(database)
    add_edition(database, store, sound, state=state)
    before = stored(store)

    assert sweep_orphans(database, store, now=IN_THREE_DAYS) == ()
    assert stored(store) == before


def test_the_cover_and_every_narration_that_a_row_names_stay(database, store, sound, edition, repository):
    cover = add_cover(database, store, "morning-brief", repository / "brief_audio/sample/cover.png")
    for key in KEYS:
        store.put(narration_name(key), sound, "audio/flac")
    add_narrations(database, edition, *KEYS[:2])
    add_narrations(database, edition, *KEYS[1:3], state=NarrationState.SPEAKING)

    deleted = sweep_orphans(database, store, now=IN_THREE_DAYS)

    assert set(deleted) == {narration_name(key) for key in KEYS[3:]}
    assert cover in stored(store)


def test_a_cover_that_was_replaced_is_swept(database, store, edition, repository, sound):
    old = add_cover(database, store, "morning-brief", repository / "brief_audio/sample/cover.png")
    new = cover_name("morning-brief", KEYS[0], "png")
    store.put(new, sound, "image/png")
    with database.transaction() as session:
        session.query(Show).update({"cover_object": new})

    assert sweep_orphans(database, store, now=IN_THREE_DAYS) == (old,)


def test_what_is_younger_than_two_days_may_be_named_any_moment(database, store, sound, edition):
    store.put(narration_name(KEYS[0]), sound, "audio/flac")

    assert sweep_orphans(database, store, now=NOW + timedelta(hours=47)) == ()

    assert narration_name(KEYS[0]) in stored(store)


def test_what_a_row_names_in_the_middle_of_the_sweep_stays(database, store, sound, edition):
    store.put(narration_name(KEYS[0]), sound, "audio/flac")

    class Watched:
        """A store in which a job finishes as soon as it was listed."""

        def list(self):
            yield from list(store.list())
            add_narrations(database, edition, KEYS[0])

        def delete(self, name):
            return store.delete(name)

    assert sweep_orphans(database, Watched(), now=IN_THREE_DAYS) == ()
    assert narration_name(KEYS[0]) in stored(store)


def names_of(count):
    return [narration_name(hashlib.sha256(str(number).encode()).hexdigest()) for number in range(count)]


def test_a_sweep_goes_through_all_that_is_stored(database, store, sound, edition):
    names = names_of(2 * orphans.BATCH)
    for name in names:
        store.put(name, sound, "audio/flac")
    named, unnamed = names[::2], names[1::2]
    add_narrations(database, edition, *[name.rpartition("/")[2].removesuffix(".flac") for name in named])

    assert set(sweep_orphans(database, store, now=IN_THREE_DAYS)) == set(unnamed)
    assert set(named) < stored(store)


def test_the_store_of_another_database_is_left_alone(database, store, sound, edition):
    for name in names_of(orphans.FEW + 1):
        store.put(name, sound, "audio/flac")
    before = stored(store)

    with pytest.raises(ConflictError, match="no row names 101 of the 105 objects"):
        sweep_orphans(database, store, now=IN_THREE_DAYS)

    assert stored(store) == before


def test_a_sweep_ends_when_the_service_does(database, store, sound, edition):
    store.put(narration_name(KEYS[0]), sound, "audio/flac")

    assert sweep_orphans(database, store, now=IN_THREE_DAYS, is_stopping=lambda: True) == ()
    assert narration_name(KEYS[0]) in stored(store)


def test_a_store_that_does_not_answer_loses_nothing(database, store, edition):
    class Down:
        def list(self):
            yield from store.list()
            raise StorageError("the bucket answered 503")

    before = stored(store)

    with pytest.raises(StorageError):
        sweep_orphans(database, Down(), now=IN_THREE_DAYS)
    assert stored(store) == before
