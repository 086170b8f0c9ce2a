"""No log line holds a secret: no one-time link, no token, no password, however it is logged."""

import json
import logging
from collections.abc import Callable

import pytest

from brief_audio.logs import JsonFormatter, TextFormatter
from brief_audio.redaction import redacted

TOKEN = "pLOtMbWvWX0yCOr4_HfBXK-ElY0l7iP2TzQFWbkTbc0"
FORMATTERS = [JsonFormatter(), TextFormatter(is_terminal=False)]


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


ERROR = raised(RuntimeError(f"could not open /link/{TOKEN}"))
GIVEN: list[Callable[[], dict[str, object]]] = [
    lambda: {"msg": f"Exception while serving /link/{TOKEN}"},
    lambda: {"msg": "Exception on %s [%s]", "args": (f"/link/{TOKEN}", "POST")},
    lambda: {"msg": "from http://127.0.0.1:8000/login?next=%%2Flink%%2F%s", "args": (TOKEN,)},
    lambda: {"msg": "%r", "args": ({"csrf_token": TOKEN, "password": TOKEN},)},
    lambda: {"msg": "form password=%s&again=%s token=%s", "args": (TOKEN, 1, TOKEN)},
    lambda: {"msg": "cannot reach redis://:%s@cache/0", "args": (TOKEN,)},
    lambda: {"msg": "https://store.example.org/a.mp3?X-Goog-Signature=%s", "args": (TOKEN,)},
    lambda: {"msg": "failing row (7, $argon2id$v=19$m=65536,t=3,p=4$%s)", "args": (TOKEN,)},
    lambda: {"msg": "it broke", "exc_info": (RuntimeError, ERROR, ERROR.__traceback__)},
    lambda: {"msg": "it broke", "path": f"/link/{TOKEN}"},
    lambda: {"msg": "it broke", "asked": {"paths": [f"/link/{TOKEN}", ERROR]}},
]


@pytest.mark.parametrize("formatter", FORMATTERS, ids=["json", "text"])
@pytest.mark.parametrize("given", GIVEN)
def test_no_line_holds_a_secret(formatter: logging.Formatter, given: Callable[[], dict[str, object]]) -> None:
    line = formatter.format(logging.makeLogRecord({"levelname": "ERROR", **given()}))

    assert TOKEN not in line
    if isinstance(formatter, JsonFormatter):
        assert "…" in json.dumps(json.loads(line), ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        "SECRET_KEY: it is too weak: it repeats itself",
        "the password has 3 characters",
        "job 7: attempt 1, key 0f3a",
        "Listening on http://127.0.0.1:8000",
        "no such link",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text
