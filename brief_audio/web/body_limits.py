"""How much may be sent to us: refused before it is read, or before it is taken apart."""

from flask import Flask, abort, request

MOST_BYTES = 16 * 1024 * 1024  # also what the server in front of us reads; the largest thing that is sent is a cover
MOST_FORM_BYTES = 4 * 1024 * 1024  # a brief of 1 MB in letters of which each is written as %D8%A7
MOST_FIELDS = 5_000  # of a form: a brief may have a thousand items
FORM = "application/x-www-form-urlencoded"


def add_body_limits(app: Flask) -> None:
    """Refuse what is too large, and forms of too many fields: each would cost hundreds of bytes of memory."""
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
    if request.get_data(cache=True).count(b"&") >= MOST_FIELDS:
        abort(413, f"A form may have {MOST_FIELDS:,} fields; this one has more. Load the page and fill it in again.")
