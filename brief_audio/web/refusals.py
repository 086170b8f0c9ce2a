"""What the server itself refuses, before the application hears of it: in a sentence, on a page without anything."""

from html import escape
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from brief_audio.http import SECURITY_HEADERS
from brief_audio.web.body_limits import MOST_BYTES
from brief_audio.web.request_parser import RequestParser

TOO_MUCH = 413
SENTENCES = {
    TOO_MUCH: f"What was sent is larger than the {MOST_BYTES // 1024 // 1024} MB that this site takes."
    " Nothing was changed. Go back and send less.",
    408: "What was sent came too slowly and was given up. Nothing was changed. Go back and send it again over a faster"
    " connection.",
    431: "The head of this request is too long. Delete the cookies of this site and open it anew.",
    500: "Something broke on our side. Go back and try again.",
    503: "Too much is being sent here at once. Nothing was changed. Go back and try again in a minute.",
}
ANY_OTHER = "This request makes no sense to us. Go back, load the page and try again."
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<h1>{title}</h1>
<p>{sentence}</p>
"""


def bare_page(title: str, sentence: str) -> bytes:
    """Return a page of a heading and a sentence, which needs nothing else from this site."""
    return PAGE.format(title=escape(title), sentence=escape(sentence)).encode()


class Refusal(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """Answers what cannot be read: too large, too long or no HTTP; the rest of it is not read any more."""

    def execute(self) -> None:
        """Write the page and close the connection."""
        error: Any = self.request.error
        sentence = SENTENCES.get(error.code, ANY_OTHER)
        title = "That is too much for us" if error.code == TOO_MUCH else error.reason
        body = bare_page(title, sentence)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend([("Content-Type", "text/html; charset=utf-8"), *SECURITY_HEADERS.items()])
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that reads strictly, and whose refusals are ours."""

    parser_class = RequestParser
    error_task_class = Refusal
