"""`/briefs/<slug>`: one edition to hear and read, with and without a script."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from brief_audio.db.models import Brief, Rendition
from brief_audio.domain.jobs import BriefKind, BriefState, NarrationState, RenditionState
from brief_audio.domain.rendition_contents import ContentsItem
from tests.web.editions import ITEMS, Published, SiteParts, add_edition, add_show

FAILED = ContentsItem(3, "River falls", "Dry & low.", None, NarrationState.FAILED, None, None, "the voice <hung>")


def page(client: FlaskClient, address: str = "/briefs/morning-brief-2026-03-20") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_sound_and_its_captions_have_addresses_that_answer(client: FlaskClient, published: Published) -> None:
    html = page(client)

    assert f'<audio controls preload="metadata" src="/audio/{published.names.audio}">' in html
    assert f'<track kind="captions" src="/audio/{published.names.captions}" srclang="en" label="Captions">' in html
    assert client.get(f"/audio/{published.names.audio}").data == published.sound


def test_the_facts_were_measured(client: FlaskClient, published: Published) -> None:
    html = page(client)

    assert '<time datetime="2026-03-20T06:03:00+01:00">06:03</time>' in html
    assert '<time datetime="PT20S">20\N{NO-BREAK SPACE}s</time>' in html
    assert "2 items" in html
    assert f'href="/audio/{published.names.audio}?download=1"' in html
    assert "Download MP3, 10.0\N{NO-BREAK SPACE}kB" in html


def test_it_says_that_the_voice_is_synthetic(client: FlaskClient, published: Published) -> None:
    html = page(client)

    assert "Read by a synthetic voice, “joe”. Written by our editors." in html
    assert "20\N{NO-BREAK SPACE}s, read by a synthetic voice, “joe”." in html


def test_it_names_every_voice(client: FlaskClient, parts: SiteParts, published: Published) -> None:
    with parts.db.transaction() as session:
        session.query(Rendition).update({"voices": ("joe", "amy")})

    assert "Read by synthetic voices, “joe” and “amy”. Written by our editors." in page(client)


def test_chapters_and_transcript_lead_to_their_seconds(client: FlaskClient, published: Published) -> None:
    html = page(client)

    assert html.count('href="?t=10"') == 2
    assert html.count('data-start="10.6"') == 2
    assert "<p>Cars at noon.</p>" in html
    assert "<p>Buses follow.</p>" in html


def test_a_place_is_found_without_a_script(client: FlaskClient, published: Published) -> None:
    html = page(client, "/briefs/morning-brief-2026-03-20?t=10")

    assert f'src="/audio/{published.names.audio}#t=10"' in html
    assert '<li data-start="10.6" aria-current="true">' in html
    assert '<rect width="220.0"' in html


@pytest.mark.parametrize("asked", ["x", "-5", "1e3", "99999", "20", "\N{ARABIC-INDIC DIGIT FIVE}", "1" * 5000])
def test_a_place_that_makes_no_sense_is_the_beginning(client: FlaskClient, published: Published, asked: str) -> None:
    answer = client.get("/briefs/morning-brief-2026-03-20", query_string={"t": asked})

    assert answer.status_code == 200
    assert "#t=" not in answer.text
    assert "aria-current" not in answer.text


def test_a_failed_item_is_visible_as_failed(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    add_show(parts.db)
    add_edition(parts.db, parts.store, sound, items=(*ITEMS, FAILED))

    html = page(client)

    assert "<span>Not read aloud.</span>" in html
    assert "hung" not in html
    assert "<p>Dry &amp; low.</p>" in html
    assert html.count("Not read aloud") == 2
    assert "2 of 3 items" in html


def test_a_source_is_linked_only_where_it_is_a_web_address(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    add_show(parts.db)
    hostile = ContentsItem(3, "Odd", "Text.", "javascript:alert(1)", NarrationState.SPOKEN, 20_000, 21_000)
    add_edition(parts.db, parts.store, sound, items=(*ITEMS, hostile))

    html = page(client)

    assert '<a href="https://www.example.org/fares" rel="noopener">Read the full story at example.org</a>' in html
    assert "javascript:" not in html


def test_hostile_words_are_only_text(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    hostile = "</script><img src=x onerror=alert(1)>\"'"
    add_show(parts.db, title=hostile, language="en")
    item = ContentsItem(1, hostile, hostile, None, NarrationState.SPOKEN, 400, 1000)
    add_edition(parts.db, parts.store, sound, title=hostile, items=(item,))

    assert "<img src=x" not in page(client)


def test_a_later_rendition_is_marked_as_updated(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    add_show(parts.db)
    add_edition(parts.db, parts.store, sound, state=RenditionState.SUPERSEDED)
    sound.write_bytes(b"anew")
    newer = add_edition(parts.db, parts.store, sound, number=2, published_at=datetime(2026, 3, 21, 10, tzinfo=UTC))

    html = page(client)

    assert newer.names.audio in html
    assert "Updated <time" in html
    assert "Saturday 21 March 2026, 11:00" in html


def test_each_show_has_its_own_words_and_zone(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    add_show(parts.db)
    add_show(parts.db, "soir", title="Le Soir", language="fr", time_zone="America/Montreal")
    add_edition(parts.db, parts.store, sound, show="soir", title="Le pont ouvre")

    html = page(client, "/briefs/soir-2026-03-20")

    assert '<time datetime="2026-03-20T01:03:00-04:00">01:03</time>' in html
    assert '<p class="lede" lang="fr">Le pont ouvre</p>' in html
    assert "</svg> Brief Audio</a>" in html


def test_a_brief_without_a_date_is_headed_by_its_title(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    add_show(parts.db)
    add_edition(parts.db, parts.store, sound, slug="a-talk", title="A talk")
    with parts.db.transaction() as session:
        session.query(Brief).update({"kind": BriefKind.TEXT, "local_date": None})

    html = page(client, "/briefs/a-talk")

    assert '<h1 lang="en">A talk</h1>' in html
    assert "<title>A talk · Morning Brief</title>" in html


def test_an_edition_without_a_waveform_still_plays(client: FlaskClient, parts: SiteParts, sound: Path) -> None:
    add_show(parts.db)
    add_edition(parts.db, parts.store, sound, peaks=())

    html = page(client)

    assert 'class="wave"' not in html
    assert "<audio" in html


def test_keys_that_need_a_script_are_hidden_until_it_runs(client: FlaskClient, published: Published) -> None:
    assert '<div class="keys row" hidden>' in page(client)


@pytest.mark.parametrize("slug", ["nothing", "a-draft", "..%2f..", "%00"])
def test_a_brief_that_is_not_published_has_no_page(client: FlaskClient, parts: SiteParts, slug: str) -> None:
    show_id = add_show(parts.db)
    with parts.db.transaction() as session:
        draft = Brief(show_id=show_id, slug="a-draft", local_date=date(2026, 3, 20), title="B", state=BriefState.DRAFT)
        session.add(draft)

    assert client.get(f"/briefs/{slug}").status_code == 404


@pytest.mark.parametrize("is_current", [True, False])
@pytest.mark.parametrize("state", [RenditionState.STORED, RenditionState.WITHDRAWN])
def test_a_held_or_withdrawn_rendition_has_no_page(
    client: FlaskClient, parts: SiteParts, sound: Path, state: RenditionState, *, is_current: bool
) -> None:
    add_show(parts.db)
    added = add_edition(parts.db, parts.store, sound, state=state)
    with parts.db.transaction() as session:
        session.query(Brief).update({"current_rendition_id": added.rendition_id if is_current else None})

    assert client.get(f"/briefs/{added.slug}").status_code == 404
    assert client.get(f"/audio/{added.names.audio}").status_code == 404
    assert added.slug not in client.get("/").text
