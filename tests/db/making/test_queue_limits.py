"""Room in the queue: how many may wait, who is counted with whom, and who moves up."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing, job_lookup
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Show
from brief_audio.db.work import Claim
from brief_audio.domain.errors import QueueFullError
from brief_audio.domain.jobs import BACKFILL_PRIORITY, MANUAL_PRIORITY, NIGHT_PRIORITY, QueueRules
from brief_audio.domain.work import WorkStatus
from brief_audio.services.making.jobs import Requested, request_generation, retry
from brief_audio.speech.base import SpeechService
from tests.e2e.generation.thread_speech import FaultyEngine, ThreadSpeech

Ask = Callable[..., Requested]


@pytest.fixture
def speech() -> Iterator[SpeechService]:
    made = ThreadSpeech(FaultyEngine())
    yield made
    made.close()


@pytest.fixture
def ask(database: Database, speech: SpeechService) -> Ask:
    def asked(brief: Brief, rules: QueueRules, priority: int = MANUAL_PRIORITY) -> Requested:
        return request_generation(
            database, brief.id, speech, rules=rules, force=False, requested_by="ann", priority=priority
        )

    return asked


def fill(database: Database, show: Show, count: int, priority: int = MANUAL_PRIORITY) -> None:
    """Let `count` jobs wait, each of a brief of its own."""
    with database.transaction() as session:
        briefs = [{"show_id": show.id, "kind": "text", "slug": f"text-{n}", "title": "T"} for n in range(count)]
        made = session.execute(insert(Brief).returning(Brief.id), briefs).scalars().all()
        rows = [{"brief_id": n, "brief_title": "T", "requested_by": "bob", "priority": priority} for n in made]
        session.execute(insert(Job), rows)


def count_jobs(database: Database) -> int:
    with database.transaction() as session:
        return session.execute(select(func.count()).select_from(Job)).scalar_one()


def _die(session: Session, claim: Claim) -> None:
    session.execute(update(Job).where(Job.id == claim.id).values(lease_until=func.now() - timedelta(seconds=1)))
    assert work.rescue(session, JOBS, QueueRules(), actor="clock") == [claim.id]


def kinds(database: Database, job_id: int) -> list[str]:
    with database.transaction() as session:
        return [event.kind for event in job_lookup.history(session, job_id)]


def test_the_hundred_and_first_job_is_refused(database: Database, show: Show, brief: Brief, ask: Ask) -> None:
    """Red without the call of `refuse_if_full` in `brief_audio/services/making/jobs.py:request_generation`."""
    fill(database, show, 100)

    with pytest.raises(QueueFullError, match=r"queue is full: 100 of 100 jobs .*BRIEF_QUEUE_LIMIT.*try again"):
        ask(brief, QueueRules())

    assert count_jobs(database) == 100


def test_the_hundredth_is_not(database: Database, show: Show, brief: Brief, ask: Ask) -> None:
    """Red with `<` for `<=` in `brief_audio/db/making/enqueueing.py:refuse_if_full`."""
    fill(database, show, 99)

    assert ask(brief, QueueRules()).is_new


@pytest.mark.parametrize(
    ("full_of", "asked_for"), [(BACKFILL_PRIORITY, MANUAL_PRIORITY), (MANUAL_PRIORITY, BACKFILL_PRIORITY)]
)
def test_backfill_and_what_is_asked_for_by_hand_are_counted_apart(
    database: Database, show: Show, make_brief: Callable[..., Brief], ask: Ask, full_of: int, asked_for: int
) -> None:
    """Red without `kind` in the count of `brief_audio/db/making/enqueueing.py:refuse_if_full`."""
    rules = QueueRules(most_queued=3, most_backfilled=3)
    fill(database, show, 3, full_of)

    assert ask(make_brief(), rules, asked_for).is_new
    with pytest.raises(QueueFullError):
        ask(make_brief(), rules, full_of)


def test_a_job_in_a_workers_hands_takes_no_room(
    database: Database, claim: Claim, make_brief: Callable[..., Brief], ask: Ask
) -> None:
    """Red with `LIVE_STATUSES` for `QUEUED` in `brief_audio/db/making/enqueueing.py:refuse_if_full`."""
    assert ask(make_brief(), QueueRules(most_queued=1)).is_new


def test_many_dates_at_once_need_room_for_all_of_them(database: Database, show: Show) -> None:
    """Red without `more` in `brief_audio/db/making/enqueueing.py:refuse_if_full`."""
    fill(database, show, 3, BACKFILL_PRIORITY)
    rules = QueueRules(most_backfilled=5)

    with database.transaction() as session:
        enqueueing.refuse_if_full(session, rules, priority=BACKFILL_PRIORITY, more=2)
        with pytest.raises(QueueFullError, match="3 jobs are waiting, and 3 more would exceed the limit of 5"):
            enqueueing.refuse_if_full(session, rules, priority=BACKFILL_PRIORITY, more=3)


def test_a_night_is_never_refused(database: Database, show: Show, brief: Brief, ask: Ask) -> None:
    """Red without the first `return` in `brief_audio/db/making/enqueueing.py:refuse_if_full`."""
    fill(database, show, 3)

    assert ask(brief, QueueRules(most_queued=3), NIGHT_PRIORITY).is_new


def test_the_retry_of_a_night_is_not_refused_either(
    database: Database, show: Show, brief: Brief, rules: QueueRules
) -> None:
    """Red without the first `return` in `brief_audio/db/making/enqueueing.py:refuse_if_full`."""
    with database.transaction() as session:
        enqueueing.enqueue(session, brief, requested_by="night", priority=NIGHT_PRIORITY)
    night = work.claim_next(database, JOBS, "worker-1", rules)
    assert night is not None
    with database.transaction() as session:
        work.fail(session, night, "it cannot be", permanent=True, rules=rules)
    fill(database, show, 3)

    with database.transaction() as session:
        assert retry(session, night.id, rules=QueueRules(most_queued=3), requested_by="ann").is_new


def test_nights_take_no_room_from_what_is_asked_for_by_hand(
    database: Database, show: Show, brief: Brief, ask: Ask
) -> None:
    """Red without `MANUAL_PRIORITY` in the count of `brief_audio/db/making/enqueueing.py:refuse_if_full`."""
    fill(database, show, 3, NIGHT_PRIORITY)

    assert ask(brief, QueueRules(most_queued=3)).is_new


def test_a_retry_finds_no_room_either(database: Database, show: Show, claim: Claim, rules: QueueRules) -> None:
    """Red without the call of `refuse_if_full` in `brief_audio/services/making/jobs.py:retry`."""
    with database.transaction() as session:
        work.fail(session, claim, "it cannot be", permanent=True, rules=rules)
    fill(database, show, 2)

    with pytest.raises(QueueFullError), database.transaction() as session:
        retry(session, claim.id, rules=QueueRules(most_queued=2), requested_by="ann")

    assert "job.retried" not in kinds(database, claim.id)


def test_twenty_requests_at_once_get_five_places(
    database: Database, make_brief: Callable[..., Brief], ask: Ask
) -> None:
    """Red without the lock in `brief_audio/db/making/enqueueing.py:refuse_if_full`: each would count the same jobs."""
    briefs = [make_brief(1) for _ in range(20)]

    def try_it(brief: Brief) -> str:
        try:
            return "made" if ask(brief, QueueRules(most_queued=5)).is_new else "joined"
        except QueueFullError:
            return "refused"

    with ThreadPoolExecutor(8) as people:
        answers = Counter(people.map(try_it, briefs))

    assert answers == {"made": 5, "refused": 15}
    assert count_jobs(database) == 5


def test_a_request_for_a_brief_with_a_live_job_is_not_refused_however_full(
    database: Database, brief: Brief, queued: int, ask: Ask
) -> None:
    """Red without the look for a live job in `brief_audio/services/making/jobs.py:request_generation`."""
    asked = ask(brief, QueueRules(most_queued=1))

    assert (asked.job_id, asked.is_new) == (queued, False)


def test_a_job_that_something_more_urgent_joins_moves_up(database: Database, brief: Brief, queued: int) -> None:
    """Red without `_move_up` in `brief_audio/db/making/enqueueing.py:enqueue`."""
    with database.transaction() as session:
        enqueueing.enqueue(session, brief, requested_by="night", priority=NIGHT_PRIORITY)
        priority = session.execute(select(Job.priority)).scalar()

    assert priority == NIGHT_PRIORITY
    assert kinds(database, queued) == ["job.queued", "job.moved_up"]


def test_a_job_that_something_less_urgent_joins_stays_where_it_is(
    database: Database, brief: Brief, queued: int
) -> None:
    """Red without the comparison of priorities in `brief_audio/db/making/enqueueing.py:_move_up`."""
    with database.transaction() as session:
        enqueueing.enqueue(session, brief, requested_by="backfill", priority=BACKFILL_PRIORITY)
        priority = session.execute(select(Job.priority)).scalar()

    assert priority == MANUAL_PRIORITY
    assert kinds(database, queued) == ["job.queued"]


@pytest.mark.parametrize("end", [work.release, _die])
def test_a_job_in_a_workers_hands_comes_back_where_the_night_waits(
    database: Database, brief: Brief, claim: Claim, end: Callable[[Session, Claim], object]
) -> None:
    """Red with `QUEUED` for `LIVE_STATUSES` in `brief_audio/db/making/enqueueing.py:_move_up`."""
    with database.transaction() as session:
        enqueueing.enqueue(session, brief, requested_by="night", priority=NIGHT_PRIORITY)
    with database.transaction() as session:
        end(session, claim)
        status, priority = session.execute(select(Job.status, Job.priority)).one()

    assert (status, priority) == (WorkStatus.QUEUED, NIGHT_PRIORITY)
    assert kinds(database, claim.id)[:3] == ["job.queued", "job.claimed", "job.moved_up"]
