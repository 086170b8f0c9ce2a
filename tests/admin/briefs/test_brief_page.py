"""What a brief's page says of its items and its renditions."""

from pathlib import Path

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing, renditions
from brief_audio.db.models import Brief, Rendition
from brief_audio.domain.jobs import RenditionState
from brief_audio.storage.local import LocalStore
from tests.admin.brief_rows import PAGE, SLUG, add_brief, kept, narrate, version
from tests.admin.browser import Browser
from tests.web.editions import add_edition, add_show

TYPED = {"headline": "Headline 2", "body": "It snows.", "source_url": "", "voice": ""}


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return tmp_path / "a.mp3"


@pytest.fixture
def brief(database: Database) -> None:
    add_brief(database, add_show(database))


@pytest.fixture
def published(database: Database, store: LocalStore, sound: Path, brief: None) -> None:
    """Rendition 1, which a job made of the three items as they stand."""
    sound.write_bytes(b"sound one")
    add_edition(database, store, sound)
    narrate(database)


def test_a_brief_that_was_never_made_says_so(viewer: Browser, brief: None) -> None:
    page = viewer.text(PAGE)

    assert page.count("Not spoken yet") == 3
    assert "3 items · 12 words · about" in page
    assert "Versions" not in page


def test_a_published_brief_says_what_was_measured(viewer: Browser, published: None) -> None:
    page = viewer.text(PAGE)

    assert page.count("> Spoken</span>") == 3
    assert "−16.0\N{NO-BREAK SPACE}LUFS" in page
    assert "−1.4\N{NO-BREAK SPACE}dBTP" in page
    assert "Version 1, published" in page
    assert "Changed since" not in page


def test_an_edit_is_what_a_new_rendition_speaks(editor: Browser, database: Database, published: None) -> None:
    form = version(editor.text(f"{PAGE}?edit=2"))

    editor.post(f"{PAGE}/items/{kept(database)[1].id}", version=form, **TYPED)

    page = editor.text(PAGE)
    assert "Changed since version 1" in page
    assert "<del>rains.</del> <ins>snows.</ins>" in page
    assert "records about 1 item and reuses about 2" in page
    assert page.count("Re-recorded") == 1
    assert "by editor@example.org" in page


def test_a_failed_item_says_why(viewer: Browser, database: Database, published: None) -> None:
    narrate(database, failed=3)

    page = viewer.text(PAGE)

    assert "The voice stopped answering" in page
    assert "Version 1 has 1 failed item" in page


def test_what_was_dropped_and_moved_is_told(editor: Browser, database: Database, published: None) -> None:
    editor.post(f"{PAGE}/items/{kept(database)[0].id}/drop", version=version(editor.text(f"{PAGE}?edit=1")))
    editor.post(f"{PAGE}/items/{kept(database)[0].id}/move", version=version(editor.text(f"{PAGE}?edit=1")), to="down")

    page = editor.text(PAGE)

    assert "<del>Headline 1</del>" in page
    assert "The items were reordered." in page


def test_a_rendition_whose_job_is_gone_is_compared_by_its_contents(
    viewer: Browser, database: Database, published: None
) -> None:
    """Red without `parts_of_rendition`'s second half."""
    with database.transaction() as session:
        session.query(Rendition).update({"job_id": None})

    page = viewer.text(PAGE)

    assert page.count("> New</span>") == 3
    assert "<del>Harbour bridge reopens</del>" in page


def test_a_live_job_takes_the_place_of_the_button(editor: Browser, database: Database, brief: None) -> None:
    assert "Generate audio" in editor.text(PAGE)
    with database.transaction() as session:
        job = enqueueing.enqueue(session, session.query(Brief).one(), requested_by="night").job_id

    page = editor.text(PAGE)

    assert "Generate audio" not in page
    assert f"/admin/jobs/{job}/progress" in page
    assert "by night" in page


def test_an_editor_rolls_back_and_only_once(
    editor: Browser, database: Database, store: LocalStore, sound: Path, published: None
) -> None:
    with database.transaction() as session:
        session.query(Brief).update({"current_rendition_id": None})
        session.query(Rendition).update({"state": "superseded"})
    sound.write_bytes(b"sound two")
    add_edition(database, store, sound, number=2)
    assert "Roll back to version 1?" in editor.text(PAGE)

    first = editor.post(f"{PAGE}/renditions/1/roll-back", instead_of="2")
    page = editor.text(PAGE)
    second = editor.post(f"{PAGE}/renditions/1/roll-back", instead_of="2")

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Rolled back to version 1. Listeners get it from now on." in page
    assert "Version 1 is already published. There is nothing to do." in second.text
    assert "Version 1, published" in editor.text(PAGE)


@pytest.fixture
def two_renditions(database: Database, store: LocalStore, sound: Path, brief: None) -> None:
    """Rendition 1 is superseded, 2 is on air."""
    for number, state in ((1, RenditionState.SUPERSEDED), (2, RenditionState.PUBLISHED)):
        sound.write_bytes(b"sound %d" % number)
        add_edition(database, store, sound, number=number, state=state)


@pytest.mark.parametrize(
    ("action", "instead_of", "said"),
    [
        ("roll-back", "1", "Version 2 has been published meanwhile. Check the brief before you choose."),
        ("publish", "1", "Version 2 has been published meanwhile. Check the brief before you choose."),
        ("publish", "2", "only a version that was never published can be published. Roll back to it instead."),
    ],
)
def test_a_decision_on_a_page_that_is_out_of_date_says_what_to_do(
    editor: Browser, two_renditions: None, action: str, instead_of: str, said: str
) -> None:
    answer = editor.post(f"{PAGE}/renditions/1/{action}", instead_of=instead_of)

    assert answer.status_code == 409
    assert said in answer.text
    assert "Version 2, published" in editor.text(PAGE)


def test_a_held_rendition_is_heard_here_alone_until_it_is_published(
    editor: Browser, viewer: Browser, database: Database, store: LocalStore, sound: Path, brief: None
) -> None:
    sound.write_bytes(b"held sound")
    made = add_edition(database, store, sound, state=RenditionState.STORED)
    with database.transaction() as session:
        renditions.hold(session, session.query(Brief).one(), "2 of 3 items failed")
    address = f"{PAGE}/renditions/1.mp3"

    assert address in viewer.text(f"{PAGE}?play=1")
    part = viewer.client.get(address, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, b"sound")
    assert part.headers["Cache-Control"] == "private, no-cache"
    assert viewer.get(f"/audio/{made.names.audio}").status_code == 404
    assert "Publish now" not in viewer.text(PAGE)

    assert "Publish version 1?" in editor.text(PAGE)
    editor.post(f"{PAGE}/renditions/1/publish", instead_of="0")

    assert "Version 1 published" in editor.text(PAGE)
    assert viewer.get(f"/audio/{made.names.audio}").status_code == 200


@pytest.mark.parametrize("action", ["roll-back", "publish"])
@pytest.mark.parametrize("instead_of", ["", "x", "٢", str(10**30)])
def test_a_form_that_was_made_up_moves_nothing(editor: Browser, published: None, action: str, instead_of: str) -> None:
    answer = editor.post(f"{PAGE}/renditions/1/{action}", instead_of=instead_of)

    assert answer.status_code == 422
    assert "must be a whole number" in answer.text


@pytest.mark.parametrize("slug", ["nobody", "%00", "a" * 101, f"{SLUG}%0a"])
def test_an_unknown_brief_is_not_found(editor: Browser, brief: None, slug: str) -> None:
    assert editor.get(f"/admin/briefs/{slug}").status_code == 404
    assert editor.post(f"/admin/briefs/{slug}/state", state="ready").status_code == 404
    assert editor.get(f"/admin/briefs/{slug}/renditions/1.mp3").status_code == 404


def test_a_viewer_decides_nothing(viewer: Browser, published: None) -> None:
    assert viewer.post(f"{PAGE}/renditions/1/roll-back", instead_of="1").status_code == 403
    assert viewer.post(f"{PAGE}/renditions/1/publish", instead_of="1").status_code == 403
