"""How much may be sent to us, and that it is text: refused before it is read, or before it is taken apart."""

from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request

from brief_audio.statuses import MALFORMED

MOST_BYTES = 16 * 1024 * 1024  # also what the server in front of us reads; the largest thing that is sent is a cover
MOST_FORM_BYTES = 4 * 1024 * 1024  # a brief of 1 MB in letters of which each is written as %D8%A7
MOST_FIELDS = 5_000  # of a form: a brief may have a thousand items
FORM = "application/x-www-form-urlencoded"


def add_body_limits(app: Flask) -> None:
    """Refuse what is too large, what is no text, and forms of many fields, each of which costs hundreds of bytes."""
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=MOST_FORM_BYTES, MAX_FORM_PARTS=MOST_FIELDS)
    app.before_request(_check)


def _check() -> None:
    if request.mimetype != FORM:
        return
    if (request.content_length or 0) > MOST_FORM_BYTES:
        abort(
            413, f"A form may have {MOST_FORM_BYTES // 1024 // 1024} MB of text; this one has more. Send it in parts."
        )
    # Kept, so that the form is read from here; only werkzeug's reader of parts counts them by itself.
    body = request.get_data(cache=True)
    if body.count(b"&") >= MOST_FIELDS:
        abort(413, f"A form may have {MOST_FIELDS:,} fields; this one has more. Load the page and fill it in again.")
    if not _is_text(body):
        abort(MALFORMED, "This form has a character that is no text in UTF-8. Load the page and fill it in again.")


def _is_text(body: bytes) -> bool:
    """Return whether a form is UTF-8: werkzeug keeps what is not as `%ED`, which would then be read aloud."""
    try:
        unquote_to_bytes(body).decode()
    except UnicodeDecodeError:
        return False
    return True
