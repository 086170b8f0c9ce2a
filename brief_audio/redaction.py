"""Take secrets out of text that is kept or sent elsewhere: log lines, tracebacks, errors in the database.

An address or a library's error may hold one wherever it is written, so that this is done where lines are made.
"""

import re

INSTEAD = "…"
# Each pattern's first group stays: it says what was taken out.
SECRETS = re.compile(
    r"""
    ((?:/|%2F)link(?:/|%2F))[\w.~%-]+               # a one-time link
    | (://)[^/\s@]+(?=@)                            # user and password of an address
    | ([?&\s](?:key|sig)=)[^\s&"']+                 # of a signed or authorised address
    | ((?:password|passwd|token|secret|signature)=)[^\s&"']+
    | (["'](?:password|passwd|csrf_token|token|secret)["']\s*:\s*["'])[^"']+   # of JSON or a dictionary
    | (\$argon2)[\w$,=+/-]+                         # the hash of a password
    """,
    re.IGNORECASE | re.VERBOSE,
)


def redacted(text: str) -> str:
    """Return `text` without the secrets in it."""
    return SECRETS.sub(lambda found: f"{found[found.lastindex or 0]}{INSTEAD}", text)
