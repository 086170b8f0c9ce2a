"""Reads requests, and refuses every one that two servers could take for requests of different lengths.

A proxy in front that disagrees with us about where a request ends would hand us the rest of it as the next one, which
may be another person's (RFC 9112, 11.2). So what is ambiguous is answered with 400, and the connection closed.
"""

import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from waitress.parser import HTTPRequestParser, ParsingError

from brief_audio.web.chunked_body import ChunkedBody

VERSIONS = frozenset({"1.0", "1.1"})
AT_MOST_ONCE = (b"host", b"content-length", b"transfer-encoding", b"content-type", b"expect")
FOLDED = re.compile(rb"\r\n[ \t]")
VISIBLE = re.compile(r"[\x21-\x7e]+")


class RequestParser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """A request that is being read."""

    body_rcv: Any
    error: Any

    def received(self, data: bytes) -> int:
        """Take what belongs to this request from `data`; return how much that was."""
        used: int = super().received(data)
        if self.error is not None or self.body_rcv is None:
            # Told to go on where no body is due, a client would send the next request, which would be read as this one.
            self.expect_continue = False
        return used

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; raise `ParsingError` where it is malformed or ambiguous."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # a number that is too long, or an address that is none
            raise ParsingError("the head cannot be read") from error
        self._check_lines(header_plus)
        self._check_target()
        if self.chunked:
            self.body_rcv = ChunkedBody(self.body_rcv.getbuf())

    def _check_lines(self, head: bytes) -> None:
        """Refuse what RFC 9112 refuses in 2.3, 3.2, 5.2, 6.1 and 6.3."""
        if self.version not in VERSIONS:
            raise ParsingError("HTTP/1.0 and HTTP/1.1 are spoken here")
        if FOLDED.search(head):
            raise ParsingError("a header goes over several lines")
        names = Counter(line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:])
        if any(names[name] > 1 for name in AT_MOST_ONCE):
            raise ParsingError("a header that may be given once is given twice")
        if names[b"transfer-encoding"] and not self._is_chunked_alone(head, names):
            raise ParsingError("the length of the body is given in two ways, or in none")
        if self.version == "1.1" and not names[b"host"]:
            raise ParsingError("no host is named")

    def _is_chunked_alone(self, head: bytes, names: Counter[bytes]) -> bool:
        is_plain = re.search(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n", head, re.IGNORECASE) is not None
        return self.version == "1.1" and is_plain and not names[b"content-length"]

    def _check_target(self) -> None:
        """Refuse a target that is no path of this site, or names another host than the head does (RFC 9112, 3.2)."""
        target: str = self.request_uri
        is_path = target.startswith("/") or (target == "*" and self.command == "OPTIONS")
        if not VISIBLE.fullmatch(target) or not (is_path or self._names_same_host(target)):
            raise ParsingError("the target is no path of this site")

    def _names_same_host(self, target: str) -> bool:
        parts = urlsplit(target)
        return parts.scheme in {"http", "https"} and parts.netloc.lower() == self.headers.get("HOST", "").lower()
