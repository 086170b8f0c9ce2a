"""Asking for audio again and again: as often as the limit says, over however many web processes, and one job."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from brief_audio.app import create_app
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import AudioGenerationJob
from brief_audio.domain.accounts import Role
from brief_audio.http import rate_limits
from tests import factories
from tests.admin.browser import Browser
from tests.web.editions import SiteParts

GENERATE = "/admin/briefs/morning-brief-2026-03-20/generate"
BURST = 60


@pytest.fixture
def brief(database: Database) -> None:
    """A brief that nobody has asked the audio of."""
    with database.transaction() as session:
        factories.brief(session, factories.show(session).id, items=1)


def another_process(parts: SiteParts, browser: Browser) -> FlaskClient:
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    client = create_app(parts).test_client()
    client.set_cookie("session", cookie.value)
    return client


@pytest.mark.usefixtures("brief")
def test_sixty_requests_over_two_processes_are_ten_and_make_one_job(
    parts: SiteParts, editor: Browser, database: Database
) -> None:
    token = editor.token()
    clients = [another_process(parts, editor) for _ in range(2)]

    def ask(number: int) -> int:
        return clients[number % 2].post(GENERATE, data={"csrf_token": token}).status_code

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(BURST)))

    assert (answers.count(303), answers.count(429)) == (
        rate_limits.GENERATION.a_minute,
        BURST - rate_limits.GENERATION.a_minute,
    )
    with database.transaction() as session:
        assert session.execute(select(func.count()).select_from(AudioGenerationJob)).scalar_one() == 1


@pytest.mark.usefixtures("brief")
def test_the_eleventh_is_told_what_was_too_often_and_the_way_back(editor: Browser) -> None:
    token = editor.token()
    for _ in range(rate_limits.GENERATION.a_minute):
        editor.client.post(GENERATE, data={"csrf_token": token})

    page = editor.client.post(GENERATE, data={"csrf_token": token}, headers={"Referer": "http://localhost/admin/"})

    assert "You requested audio generation 11 times within a minute; the limit is 10." in page.text
    assert re.search(r"\d\d:\d\d:\d\d</time></strong> \(Europe/Berlin\)", page.text)
    assert 'href="/admin/"' in page.text


@pytest.mark.usefixtures("brief")
def test_from_one_address_several_editors_together_may_ask_three_times_as_much(app: Flask, database: Database) -> None:
    """Red without the limit by address: whoever has many accounts would have as many limits."""
    answers = []
    for number in range(4):
        with database.transaction() as session:
            factories.user(session, Role.EDITOR, f"{number}@example.org")
        browser = Browser(app.test_client())
        browser.sign_in(f"{number}@example.org")
        token = browser.token()
        sent = [
            browser.client.post(GENERATE, data={"csrf_token": token}) for _ in range(rate_limits.GENERATION.a_minute)
        ]
        answers.append({answer.status_code for answer in sent})

    assert answers == [{303}, {303}, {303}, {429}]
