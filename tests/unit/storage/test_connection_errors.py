"""What is told of a line that failed: the innermost reason in a few words, and where it was to go."""

import http.client
import socket
import ssl

import pytest
import requests
from google.auth.exceptions import TransportError
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    IncompleteRead,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)

from brief_audio.storage.connection_errors import line_reason

POOL = HTTPConnectionPool("storage.example.org", 4443)
ADDRESS = "/storage/v1/b/briefs/o/shows%2Fmorning-brief?projection=noAcl"


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def given_up(reason: Exception) -> Exception:
    """As `requests` raises what urllib3 gave up."""
    return requests.ConnectionError(MaxRetryError(POOL, ADDRESS, reason))


def unconnected(reason: OSError) -> Exception:
    noise = f"HTTPConnection(host='storage.example.org', port=4443): Failed to establish a new connection: {reason}"
    return caused(NewConnectionError(POOL._get_conn(), noise), reason)  # type: ignore[arg-type]


def sign_in_failed(reason: str | Exception) -> Exception:
    return TransportError(reason)  # type: ignore[no-untyped-call]


REFUSED = ConnectionRefusedError(111, "Connection refused")
NOT_TRUSTED = ssl.SSLCertVerificationError(
    1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:1006)"
)
NOT_TRUSTED.verify_message = "self-signed certificate"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (given_up(unconnected(REFUSED)), "Connection refused (storage.example.org:4443)"),
        (given_up(unconnected(socket.gaierror(-2, "Name or service not known"))), "Name or service not known (storage"),
        (given_up(ProxyError("no", unconnected(REFUSED))), "the proxy: Connection refused (storage.example.org:4443)"),
        (given_up(NOT_TRUSTED), "self-signed certificate (storage.example.org:4443)"),
        (given_up(ConnectTimeoutError(POOL, "timed out")), "no answer in time (storage.example.org:4443)"),
        (requests.ReadTimeout(ReadTimeoutError(POOL, ADDRESS, "Read timed out.")), "no answer in time (storage"),
        (
            requests.ConnectionError(ProtocolError("Connection aborted.", http.client.RemoteDisconnected("hung up"))),
            "hung up",
        ),
        (
            requests.ConnectionError(ProtocolError("no", http.client.BadStatusLine("x" * 900))),
            "the answer was not HTTP",
        ),
        (
            requests.exceptions.ChunkedEncodingError(ProtocolError("broken", IncompleteRead(3, 497))),
            "IncompleteRead(3 bytes read, 497 more expected)",
        ),
        (caused(sign_in_failed("Failed to retrieve …"), given_up(unconnected(REFUSED))), "Connection refused ("),
        (sign_in_failed(given_up(unconnected(REFUSED))), "Connection refused ("),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
        (OSError(), "OSError"),
    ],
)
def test_the_innermost_reason_is_told_without_the_noise_around_it(error: Exception, told: str) -> None:
    reason = line_reason(error)

    assert reason.startswith(told)
    assert "projection" not in reason
    assert len(reason) < 100


def test_a_reason_without_end_is_cut() -> None:
    assert len(line_reason(OSError("far " * 500))) < 200


def test_errors_that_lead_back_to_themselves_are_told_all_the_same() -> None:
    first, second = OSError("first"), OSError("second")
    first.__cause__, second.__cause__ = second, first

    assert line_reason(first) in {"first", "second"}
