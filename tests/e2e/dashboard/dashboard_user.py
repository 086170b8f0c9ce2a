"""What a person does at the dashboard: opening, writing, pressing."""

from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, expect

EMAIL = "duty@example.org"
PASSWORD = "correct horse battery staple"
GENERATED_MS = 120_000


@dataclass(frozen=True, slots=True)
class Desk:
    """One browser before the dashboard."""

    page: Page
    url: str

    def open(self, path: str) -> None:
        """Open a page that must be there."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def write_brief(self, day: str, title: str, *items: tuple[str, str]) -> str:
        """Write a brief as an editor does, item after item; return the path of its page."""
        (headline, body), *others = items
        self.open("/admin/briefs/new")
        self.page.get_by_label("Date").fill(day)
        self.page.get_by_label("Brief title").fill(title)
        self._fill(headline, body)
        self.page.get_by_role("button", name="Create draft").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        for headline, body in others:
            self.page.get_by_role("link", name="Add item").first.click()
            self._fill(headline, body)
            self.page.get_by_role("button", name="Add item").click()
            expect(self.page.get_by_role("rowheader", name=headline)).to_be_visible()
        return self.page.url.removeprefix(self.url).partition("?")[0].partition("#")[0]

    def rewrite(self, position: int, body: str) -> None:
        """Give an item of the open brief another text."""
        self.page.get_by_role("link", name=f"Edit item {position}").click()
        self.page.get_by_label("Text", exact=True).fill(body)
        self.page.get_by_role("button", name=f"Save item {position}").click()

    def generate(self, number: int) -> None:
        """Ask for rendition `number`, and watch until it is out."""
        self.ask_for(number)
        self.wait_for_rendition(number)

    def ask_for(self, number: int) -> None:
        """Press *Generate audio* and say yes."""
        self.page.get_by_role("button", name="Generate audio…").click()
        self.page.get_by_role("button", name=f"Generate version {number}").click()
        expect(self.page.locator(".flash").first).to_contain_text("Job")

    def wait_for_rendition(self, number: int) -> None:
        """Load the brief's page again and again until its rendition is there."""
        path = self.page.url.removeprefix(self.url).partition("?")[0].partition("#")[0]
        heading = self.page.get_by_role("heading", name=f"Version {number}, published")
        for _ in range(GENERATED_MS // 1000):
            with suppress(BrowserError):  # the page may be loading itself again at this very moment
                self.open(path)
            if heading.count():
                return
            self.page.wait_for_timeout(1000)
        expect(heading).to_be_visible()

    def _fill(self, headline: str, body: str) -> None:
        self.page.get_by_label("Headline").fill(headline)
        self.page.get_by_label("Text", exact=True).fill(body)
