"""Absolute addresses come from `BRIEF_PUBLIC_URL` alone: what a request says of itself never ends in a page."""

import re

from tests.meta.sources import PRODUCT, named, tracked_files

OF_THE_REQUEST = re.compile(
    r"_external|_scheme=|SERVER_NAME|request\.(host|url|base_url|root_url|url_root|host_url|origin)\b|X-Forwarded-Host"
)
# What looks at the host, and never repeats it: whether it is ours, and whether a form came from here.
LOOKS = {"brief_audio/web/own_address.py", "brief_audio/http/error_pages.py"}


def test_nothing_makes_an_address_of_what_the_request_names() -> None:
    found = {
        named(path)
        for path in tracked_files(*PRODUCT)
        if path.suffix in {".py", ".html"} and OF_THE_REQUEST.search(path.read_text(encoding="utf-8"))
    }

    assert found <= LOOKS
