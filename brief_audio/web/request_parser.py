"""Parse requests, and reject any that two servers could read as having different lengths (request smuggling).

A proxy that disagrees with us about where a request ends would pass on the rest as the next request, possibly another
person's (RFC 9112, 11.2). So ambiguous requests are answered with 400, and the connection is closed.
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
    """A request being read."""

    body_rcv: Any
    error: Any

    def received(self, data: bytes) -> int:
        """Consume the part of `data` that belongs to this request; return its length."""
        used: int = super().received(data)
        if self.error is not None or self.body_rcv is None:
            # A `100 Continue` without a pending body would make the client send its next request as this one's body.
            self.expect_continue = False
        return used

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the head; raise `ParsingError` if it is malformed or ambiguous."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # a number that is too long, or an invalid URL
            raise ParsingError("malformed request head") from error
        self._check_lines(header_plus)
        self._check_target()
        if self.chunked:
            self.body_rcv = ChunkedBody(self.body_rcv.getbuf())

    def _check_lines(self, head: bytes) -> None:
        """Reject what RFC 9112 forbids in 2.3, 3.2, 5.2, 6.1 and 6.3."""
        if self.version not in VERSIONS:
            raise ParsingError("only HTTP/1.0 and HTTP/1.1 are supported")
        if FOLDED.search(head):
            raise ParsingError("header folded over several lines")
        names = Counter(line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:])
        if any(names[name] > 1 for name in AT_MOST_ONCE):
            raise ParsingError("duplicate header that is only allowed once")
        if names[b"transfer-encoding"] and not self._is_chunked_alone(head, names):
            raise ParsingError("ambiguous body length")
        if self.version == "1.1" and not names[b"host"]:
            raise ParsingError("missing Host header")

    def _is_chunked_alone(self, head: bytes, names: Counter[bytes]) -> bool:
        is_plain = re.search(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n", head, re.IGNORECASE) is not None
        return self.version == "1.1" and is_plain and not names[b"content-length"]

    def _check_target(self) -> None:
        """Reject a target that isn't a path of this site, or whose host differs from the header (RFC 9112, 3.2)."""
        target: str = self.request_uri
        is_path = target.startswith("/") or (target == "*" and self.command == "OPTIONS")
        if not VISIBLE.fullmatch(target) or not (is_path or self._names_same_host(target)):
            raise ParsingError("the target is not a path of this site")

    def _names_same_host(self, target: str) -> bool:
        parts = urlsplit(target)
        return parts.scheme in {"http", "https"} and parts.netloc.lower() == self.headers.get("HOST", "").lower()
