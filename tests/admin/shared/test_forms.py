"""What a form may be made of, whichever it is."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from admin.shared.forms import Form
from brief_audio.http.body_limits import FORM
from tests.admin.browser import Browser


@pytest.mark.parametrize(("count", "problem"), [(1, None), (2, "The field cover was sent twice.")])
def test_a_file_that_is_sent_twice_is_refused_as_a_text_is(app: Flask, count: int, problem: str | None) -> None:
    """Red without `files` in the `twice` of `admin/shared/forms.py`: the second would be dropped unseen."""
    sent = MultiDict([("cover", (BytesIO(b"x"), "a.png")) for _ in range(count)])

    with app.test_request_context("/", method="POST", data=sent):
        form = Form(files=("cover",))

    assert (form.problems.get("") or "").startswith(problem or "")
    assert form.is_right is (problem is None)


@pytest.mark.parametrize("value", ["%FF", "a%ED%A0%80b", "%C0%80", "%F4%90%80%80", "%E2%82", "%e2%82&more=%ac", "\xff"])
def test_bytes_that_are_no_text_are_refused_before_they_are_kept(client: FlaskClient, value: str) -> None:
    """Red without `_is_text` in `brief_audio/http/body_limits.py`: the escapes themselves would be read aloud."""
    body = f"csrf_token={Browser(client).token()}&headline=".encode() + value.encode("latin-1")

    page = client.post("/login", data=body, content_type=FORM)

    assert page.status_code == 400
    assert "This form contains a character that isn’t valid UTF-8. Reload the page and fill it in again." in page.text


@pytest.mark.parametrize("value", ["%E2%82%AC", "%F0%9F%8E%99", "€", "100%", "%zz", "a+b", ""])
def test_text_passes_however_it_is_escaped(client: FlaskClient, value: str) -> None:
    body = f"csrf_token={Browser(client).token()}&headline={value}".encode()

    page = client.post("/login", data=body, content_type=FORM)

    assert page.status_code == 422  # read to the end: this form has no such field
