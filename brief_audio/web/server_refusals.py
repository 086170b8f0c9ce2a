"""Answer requests that the server rejects before they reach the application, with a plain one-sentence page."""

from html import escape
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from brief_audio.http.body_limits import MOST_BYTES
from brief_audio.http.security_headers import SECURITY_HEADERS
from brief_audio.web.request_parser import RequestParser

TOO_MUCH = 413
SENTENCES = {
    TOO_MUCH: f"The upload is larger than the limit of {MOST_BYTES // 1024 // 1024} MB. Nothing was changed."
    " Go back and send a smaller file.",
    408: "The upload was too slow and was cancelled. Nothing was changed. Go back and try again over a faster"
    " connection.",
    431: "The request headers are too long. Delete this site's cookies and open it again.",
    500: "Something went wrong on our side. Go back and try again.",
    503: "Too many uploads are in progress. Nothing was changed. Go back and try again in a minute.",
}
ANY_OTHER = "The server couldn’t understand this request. Go back, reload the page and try again."
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<h1>{title}</h1>
<p>{sentence}</p>
"""


def bare_page(title: str, sentence: str) -> bytes:
    """Return a page with a heading and a sentence that needs no other file of this site."""
    return PAGE.format(title=escape(title), sentence=escape(sentence)).encode()


class Refusal(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """The answer to a request that is too large, too long or not HTTP; the rest of the request is not read."""

    def execute(self) -> None:
        """Write the page and close the connection."""
        error: Any = self.request.error
        sentence = SENTENCES.get(error.code, ANY_OTHER)
        title = "Upload too large" if error.code == TOO_MUCH else error.reason
        body = bare_page(title, sentence)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend([("Content-Type", "text/html; charset=utf-8"), *SECURITY_HEADERS.items()])
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection with our strict parser and our error pages."""

    parser_class = RequestParser
    error_task_class = Refusal
