"""A browser without a script: it opens pages and sends the forms that stand on them."""

import re
from dataclasses import dataclass
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser with its cookies."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def text(self, path: str) -> str:
        """Return a page that must be there."""
        response = self.client.get(path)
        assert response.status_code == 200, f"{path}: {response.status}"
        return response.get_data(as_text=True)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form, with the token that any page of this session carries."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def token(self) -> str:
        found = TOKEN.search(self.client.get("/admin/", follow_redirects=True).get_data(as_text=True))
        assert found is not None
        return unescape(found[1])

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/login", email=email, password=password, next="")
