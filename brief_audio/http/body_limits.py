"""Limit request bodies: reject those that are too large or not text before they are read or parsed."""

from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request

from brief_audio.http.statuses import MALFORMED

MOST_BYTES = 16 * 1024 * 1024  # also the WSGI server's limit; the largest upload is a cover
MOST_FORM_BYTES = 4 * 1024 * 1024  # a brief of 1 MB whose letters are each encoded as %D8%A7
MOST_FIELDS = 5_000  # of a form; a brief may have a thousand items
FORM = "application/x-www-form-urlencoded"


def add_body_limits(app: Flask) -> None:
    """Reject bodies that are too large or not text, and forms with too many fields (each costs hundreds of bytes)."""
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=MOST_FORM_BYTES, MAX_FORM_PARTS=MOST_FIELDS)
    app.before_request(_check)


def _check() -> None:
    if request.mimetype != FORM:
        return
    if (request.content_length or 0) > MOST_FORM_BYTES:
        abort(
            413,
            f"This form has more than {MOST_FORM_BYTES // 1024 // 1024} MB of text. Split it up and send it in parts.",
        )
    # Cached, so that werkzeug parses the form from memory. It enforces the number of fields for multipart forms only.
    body = request.get_data(cache=True)
    if body.count(b"&") >= MOST_FIELDS:
        abort(413, f"This form has more than {MOST_FIELDS:,} fields. Reload the page and fill it in again.")
    if not _is_text(body):
        abort(MALFORMED, "This form contains a character that isn’t valid UTF-8. Reload the page and fill it in again.")


def _is_text(body: bytes) -> bool:
    """Return whether a form is UTF-8; werkzeug would keep invalid bytes as `%ED`, which would be read aloud."""
    try:
        unquote_to_bytes(body).decode()
    except UnicodeDecodeError:
        return False
    return True
