"""The site as most tests open it, its templates compiled once for all of them.

A test has a site of its own, and with it an empty cache of templates: compiling those that it shows took a third of
the time of every test of a page.
"""

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from brief_audio.app import create_app
from tests.web.editions import SiteParts


class TemplatesInMemory(BytecodeCache):
    """What Jinja has compiled, for as long as this process lives; a template that has changed is compiled again."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = TemplatesInMemory()


def open_site(parts: SiteParts) -> Flask:
    """Return the application over these parts."""
    app = create_app(parts)
    app.jinja_env.bytecode_cache = TEMPLATES
    return app
