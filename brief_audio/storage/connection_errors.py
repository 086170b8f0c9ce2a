"""Describe briefly why a connection failed, by the innermost of the errors that urllib3 and `requests` wrap."""

import http.client
import ssl
from collections.abc import Iterator

from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import ProxyError
from urllib3.exceptions import TimeoutError as RequestTimeoutError

_LONGEST = 160  # characters
_DEEPEST = 16


def line_reason(error: BaseException) -> str:
    """Return the innermost reason of an error, and the host and port it concerns, if known."""
    chain = list(_chain(error))
    by = "the proxy: " if any(isinstance(one, ProxyError) for one in chain) else ""
    return f"{by}{_told(chain)[:_LONGEST]}{_where(chain)}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and the errors inside it, innermost last."""
    inner: BaseException | None = error
    for _ in range(_DEEPEST):
        if inner is None:
            return
        yield inner
        held = (*inner.args, getattr(inner, "reason", None), inner.__cause__)
        inner = next((one for one in reversed(held) if isinstance(one, BaseException)), None)


def _told(chain: list[BaseException]) -> str:
    if any(isinstance(one, (TimeoutError, RequestTimeoutError)) and not _is_refused(one) for one in chain):
        return "no answer in time"
    match chain[-1]:
        case ssl.SSLCertVerificationError(verify_message=str(said)):
            return said
        case http.client.BadStatusLine() as error if not isinstance(error, ConnectionError):
            return "the answer was not HTTP"
        case OSError(strerror=str(said)):
            return said
        case error:
            return " ".join(str(error).split()) or type(error).__name__


def _is_refused(error: BaseException) -> bool:
    """Return whether it is one of urllib3's errors that are named timeouts but mean a failed connection."""
    return isinstance(error.__cause__, OSError) and not isinstance(error.__cause__, TimeoutError)


def _where(chain: list[BaseException]) -> str:
    pools = (getattr(one, "pool", None) for one in chain)
    return next((f" ({pool.host}:{pool.port})" for pool in pools if isinstance(pool, ConnectionPool)), "")
