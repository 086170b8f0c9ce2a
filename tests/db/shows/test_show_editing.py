"""Shows change in the services only for admins, and a picture is what its first bytes say."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from brief_audio.db.models import Event
from brief_audio.domain.accounts import Role
from brief_audio.domain.cover_picture import CoverPicture, read_cover
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.shows import editing

SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\xff\xd0\x34"
FRAME = b"\xff\xc0\x00\x0b\x08\x05\x78\x05\x78\x01\x01\x11\x00"  # 1,400 by 1,400


def somebody(role: Role) -> SignedIn:
    return SignedIn(1, 1, f"{role}@example.org", "Ann", role, datetime(2026, 1, 1, tzinfo=UTC))


def edited(database, role: Role = Role.ADMIN, version: str | None = None, **changed) -> frozenset[str]:
    with database.transaction() as session:
        show = editing.show_details(session, "dawn")
        wanted = replace(show.settings, **changed)
        return editing.edit(session, "dawn", wanted, version=version or show.version, by=somebody(role))


def test_what_changed_is_told_and_kept_in_the_history(database, show) -> None:
    changed = edited(database, title="Dusk", speed=1.1)

    assert changed == {"title", "speed"}
    with database.transaction() as session:
        event = session.query(Event).filter_by(kind="show.edited").one()
    assert (event.actor, event.detail) == ("admin@example.org", {"changed": ["speed", "title"]})


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_admins_change_shows(database, show, role: Role) -> None:
    with pytest.raises(NotAllowedError):
        edited(database, role, title="Dusk")


def test_a_stale_version_is_refused_unless_nothing_would_change(database, show) -> None:
    assert edited(database, version="stale") == frozenset()
    with pytest.raises(ConflictError):
        edited(database, version="stale", title="Dusk")


@pytest.mark.parametrize(
    "changed",
    [{"speed": 3.0}, {"item_pause_ms": -1}, {"failed_share_limit": 1.5}, {"title": " "}, {"time_zone": "X/Y"}],
)
def test_what_cannot_stand_is_refused(database, show, changed) -> None:
    with pytest.raises(InvalidInputError):
        edited(database, **changed)


def test_an_unknown_voice_is_not_found(database, show) -> None:
    with pytest.raises(NotFoundError):
        edited(database, voice="nobody")


def test_a_jpeg_says_its_size_in_its_first_frame() -> None:
    segment = b"\xff\xe0\x00\x04\x00\x00"
    content = b"\xff\xd8" + segment + b"\xff" + FRAME + SCAN + b"\xff\xd9"

    assert read_cover(content + b"an archive") == CoverPicture("jpg", 1400, 1400, end=len(content))


def test_a_jpeg_of_many_scans_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(InvalidInputError, match="scans"):
        read_cover(b"\xff\xd8" + FRAME + SCAN * 51 + b"\xff\xd9")


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0\x00\x00\xff\xd9", b"\xff\xd8\xff" + b"\xff" * 50 + b"\xd9"])
def test_a_jpeg_that_leads_nowhere_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_cover(content)
