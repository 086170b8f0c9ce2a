"""Nights under attack: several schedulers at once, none at the tick, a brief that is late, and an admin in between."""

from datetime import date, datetime, timedelta

import pytest

from brief_audio.domain.jobs import BriefState
from brief_audio.services.briefs.lookup import found, set_state
from tests.e2e.faults.evidence import assert_in_order, kinds
from tests.e2e.faults.newsroom import Newsroom, a_minute_ago
from tests.e2e.product import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

A_DAY = timedelta(days=1)
NIGHT = [
    "job.queued",
    "night.came",
    "job.claimed",
    "job.mastering",
    "job.storing",
    "job.completed",
    "rendition.published",
]


def ticks(newsroom: Newsroom) -> list[tuple[date, str, int | None]]:
    return newsroom.rows("SELECT local_date, state, job_id FROM tick ORDER BY local_date")


def write_tonight(newsroom: Newsroom, minute: datetime, *, as_draft: bool = False) -> int:
    """Write the brief of that minute's date, in another installation than the sample's of the same date."""
    newsroom.change("UPDATE brief SET local_date = '2020-01-01', slug = 'the-sample' WHERE id = 1")
    return newsroom.write("It rains.", day=minute.date(), as_draft=as_draft)


def jobs_of(newsroom: Newsroom, brief: int) -> list[int]:
    found = newsroom.rows("SELECT id FROM audio_generation_job WHERE brief_id = :brief ORDER BY id", brief=brief)
    return [job for (job,) in found]


def assert_one_edition(newsroom: Newsroom, brief: int) -> int:
    """See that the brief came to one job with one rendition; return the job."""
    [job] = jobs_of(newsroom, brief)
    assert newsroom.job(job).status == "completed"
    found = newsroom.rows("SELECT number, state, job_id FROM rendition WHERE brief_id = :brief", brief=brief)
    assert found == [(1, "published", job)]
    assert_in_order(newsroom)
    return job


def test_a_night_and_many_admins_at_once_come_to_one_edition(newsroom: Newsroom) -> None:
    """Red without `on_conflict_do_nothing` in `brief_audio/db/making/enqueueing.py:enqueue`."""
    minute = a_minute_ago()
    brief = write_tonight(newsroom, minute)
    newsroom.plan(f"{minute.minute} {minute.hour} * * *", since=minute - timedelta(hours=1))

    scheduler = newsroom.product.start("scheduler")
    admins = [newsroom.product.start("generate", str(brief)) for _ in range(4)]
    assert [admin.wait(120) for admin in admins] == [0] * 4
    wait_until(lambda: len(ticks(newsroom)) == 1, "the night")
    newsroom.wait_until_ended(*jobs_of(newsroom, brief))

    assert newsroom.product.interrupt(scheduler) == 0
    job = assert_one_edition(newsroom, brief)
    [(day, state, of_job)] = ticks(newsroom)
    assert day == minute.date()
    assert (state, of_job) in {("made", job), ("joined", job), ("already published", None)}


@pytest.mark.long
def test_two_schedulers_at_the_tick_make_one_edition(newsroom: Newsroom) -> None:
    """Red without `self.keep_nights` among the alarms of `scheduler/clock.py:Clock.__init__`.

    The only test that waits for the product's own clock: the night is due at the next full minute.
    """
    [(now,)] = newsroom.rows("SELECT now() AT TIME ZONE 'UTC'")
    due = now + timedelta(minutes=1)
    brief = write_tonight(newsroom, due)
    newsroom.change("DELETE FROM schedule")
    cron = f"{due.minute} {due.hour} * * *"
    added = newsroom.product.command("schedules", "add", "morning-brief", cron, "--zone", "UTC")
    assert added.returncode == 0, added.stderr.decode()

    schedulers = [newsroom.product.start("scheduler") for _ in range(2)]
    wait_until(lambda: len(jobs_of(newsroom, brief)) == 1, "the night")
    newsroom.wait_until_ended(*jobs_of(newsroom, brief))

    assert [newsroom.product.interrupt(one) for one in schedulers] == [0, 0]
    job = assert_one_edition(newsroom, brief)
    assert ticks(newsroom) == [(due.date(), "made", job)]
    [(due_at, made_at)] = newsroom.rows("SELECT due_at, created_at FROM tick")
    assert due_at <= made_at
    told = newsroom.product.command("events", "tail", "--job", str(job)).stdout.decode().splitlines()
    assert [line.split("  ")[1].split(" ")[0] for line in told] == NIGHT


def test_a_night_that_no_scheduler_saw_is_made_up_for_once(newsroom: Newsroom) -> None:
    """Red without `_miss` for all but the newest night in `brief_audio/services/schedules/due_runs.py:_keep`."""
    minute = a_minute_ago()
    older = [newsroom.write("It was warm.", day=minute.date() - number * A_DAY) for number in (2, 1)]
    brief = write_tonight(newsroom, minute)
    newsroom.plan(f"{minute.minute} {minute.hour} * * *", since=minute - 2 * A_DAY - timedelta(hours=1))

    schedulers = [newsroom.product.start("scheduler") for _ in range(2)]
    wait_until(lambda: len(jobs_of(newsroom, brief)) == 1, "the night")
    newsroom.wait_until_ended(*jobs_of(newsroom, brief))

    assert [newsroom.product.interrupt(one) for one in schedulers] == [0, 0]
    job = assert_one_edition(newsroom, brief)
    assert kinds(newsroom, job) == NIGHT
    assert [jobs_of(newsroom, one) for one in older] == [[], []]
    missed = [(minute.date() - number * A_DAY, "missed", None) for number in (2, 1)]
    assert ticks(newsroom) == [*missed, (minute.date(), "made", job)]
    assert newsroom.rows("SELECT count(*) FROM event WHERE kind = 'night.missed'") == [(2,)]


def test_a_brief_that_is_late_gets_its_night_from_one_of_two_schedulers(newsroom: Newsroom) -> None:
    """Red without `_look_again` in `brief_audio/services/schedules/due_runs.py:_keep`."""
    minute = a_minute_ago()
    brief = write_tonight(newsroom, minute, as_draft=True)
    newsroom.plan(f"{minute.minute} {minute.hour} * * *", since=minute - timedelta(hours=1))
    schedulers = [newsroom.product.start("scheduler") for _ in range(2)]
    wait_until(lambda: ticks(newsroom) == [(minute.date(), "not ready", None)], "the night")

    with newsroom.database.transaction() as session:
        set_state(session, found(session, brief), BriefState.READY, actor="an editor")
    wait_until(lambda: len(jobs_of(newsroom, brief)) == 1, "the job")
    newsroom.wait_until_ended(*jobs_of(newsroom, brief))

    assert [newsroom.product.interrupt(one) for one in schedulers] == [0, 0]
    job = assert_one_edition(newsroom, brief)
    assert ticks(newsroom) == [(minute.date(), "made", job)]
    came = newsroom.rows("SELECT message FROM event WHERE kind = 'night.came' ORDER BY id")
    assert [message.partition(": ")[2] for (message,) in came] == ["not ready", "made"]
