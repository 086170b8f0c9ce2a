"""`/`: the newest edition, earlier ones by whole days, and what to say before the first."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from brief_audio.db.models import AudioGenerationJob, Brief, Show
from brief_audio.domain.jobs import RenditionState
from tests.web.editions import Published, SiteParts, add_edition, add_show


def page(client: FlaskClient, address: str = "/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_newest_edition_stands_first_with_a_way_to_play_it(client: FlaskClient, published: Published) -> None:
    html = page(client)

    assert 'href="/briefs/morning-brief-2026-03-20#play"' in html
    assert "The bridge opens early" in html
    assert '<time datetime="2026-03-20">Friday 20 March 2026</time>' in html


def test_an_only_edition_shows_what_is_in_it(client: FlaskClient, published: Published) -> None:
    html = page(client)

    assert "In this edition" in html
    assert 'href="/briefs/morning-brief-2026-03-20?t=10#play"' in html
    assert "Earlier editions" not in html


def test_earlier_editions_are_listed_with_their_length(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    add_show(parts.db)
    add_edition(parts.db, parts.store, sound, local_date=date(2026, 3, 20))
    add_edition(parts.db, parts.store, sound, local_date=date(2026, 3, 19), duration_ms=358_200)

    html = page(client)

    assert "Earlier editions" in html
    assert '<time class="num quiet" datetime="PT358S">5:58</time>' in html


def test_pages_hold_whole_days_and_lose_no_edition(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    for slug in ("dawn", "dusk", "noon"):
        add_show(parts.db, slug, title=slug.title())
    for number in range(8):
        for slug in ("dawn", "dusk", "noon"):
            day = date(2026, 3, 20) - timedelta(days=number)
            add_edition(parts.db, parts.store, sound, show=slug, local_date=day, title=f"No. {number} of {slug}")

    first, second = page(client), page(client, "/?before=2026-03-14")

    assert 'href="?before=2026-03-14"' in first
    titles = [f"No. {number} of {slug}" for number in range(8) for slug in ("dawn", "dusk", "noon")]
    assert [(title in first) + (title in second) for title in titles] == [1] * 24
    assert "Older editions" not in second


def test_editions_of_several_shows_say_whose_they_are(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    add_show(parts.db, "dawn", title="Dawn & Co")
    add_show(parts.db, "dusk", title="Dusk")
    add_edition(parts.db, parts.store, sound, show="dawn")
    add_edition(parts.db, parts.store, sound, show="dusk", local_date=date(2026, 3, 19))

    html = page(client)

    assert "<title>Brief Audio</title>" in html
    assert "Dawn &amp; Co · " in html
    assert "Dusk · " in html


def test_a_page_beyond_the_last_edition_says_so(client: FlaskClient, published: Published) -> None:
    assert "No editions before this date." in page(client, "/?before=2001-01-01")


@pytest.mark.parametrize("before", ["yesterday", "2026-02-30", "<b>"])
def test_what_is_no_day_is_refused(client: FlaskClient, published: Published, before: str) -> None:
    assert client.get("/", query_string={"before": before}).status_code == 400


@pytest.mark.parametrize("state", [RenditionState.STORED, RenditionState.WITHDRAWN])
def test_what_is_not_published_is_not_listed(
    client: FlaskClient, parts: SiteParts, sound: Path, state: RenditionState
) -> None:
    add_show(parts.db)
    add_edition(parts.db, parts.store, sound, state=state)

    html = page(client)

    assert "Nothing published yet" in html
    assert "The bridge opens early" not in html


@pytest.mark.parametrize(
    ("done", "total", "sentence"),
    [
        (0, 0, "Waiting for the voice to start…"),
        (4, 10, "4 of 10 items are recorded."),
        (10, 10, "All 10 items are recorded. Joining them into one file…"),
    ],
)
def test_the_first_edition_in_the_making_tells_how_far_it_is(
    client: FlaskClient, parts: SiteParts, done: int, total: int, sentence: str
) -> None:
    show_id = add_show(parts.db)
    with parts.db.transaction() as session:
        brief = Brief(show_id=show_id, slug="b", local_date=date(2026, 3, 20), title="B")
        job = AudioGenerationJob(
            brief=brief, brief_title="B", requested_by="test", total_items=total, completed_items=done, progress=38
        )
        session.add(job)

    html = page(client)

    assert "The first edition is being generated" in html
    assert sentence in html
    assert '<progress value="38" max="100"' in html


def test_hostile_titles_are_only_text(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    hostile = '"><script>alert(1)</script>{{ 7 * 7 }}'
    add_show(parts.db, title=hostile, tagline=hostile)
    add_edition(parts.db, parts.store, sound, title=hostile)
    add_edition(parts.db, parts.store, sound, title=hostile, local_date=date(2026, 3, 19))

    html = page(client)

    assert "<script>alert" not in html
    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in html


def test_a_show_without_a_cover_still_has_a_picture(client: FlaskClient, published: Published) -> None:
    assert "icon.svg" in page(client).split('class="hero"')[1].split("</section>")[0]


def test_the_cover_is_shown_with_its_description(client: FlaskClient, parts: SiteParts, published: Published) -> None:
    with parts.db.transaction() as session:
        session.query(Show).update({"cover_object": "shows/x/covers/0123456789abcdef.png", "cover_alt": "Bars"})

    html = page(client)

    assert '<img src="/covers/shows/x/covers/0123456789abcdef.png" width="480" height="480" alt="Bars">' in html


@pytest.mark.parametrize(("title", "is_long"), [("The bridge opens early", False), ("Long words. " * 10, True)])
def test_a_long_title_is_set_smaller(
    client: FlaskClient, parts: SiteParts, sound: Path, title: str, *, is_long: bool
) -> None:
    add_show(parts.db)
    add_edition(parts.db, parts.store, sound, title=title)

    assert ('<h1 lang="en" class="long">' in page(client)) is is_long
