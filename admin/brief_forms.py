"""What editors type into a brief, checked by the rules that a brief file is checked by."""

from admin.forms import Form
from admin.sentences import sentence
from brief_audio.domain.brief_file import ItemDraft
from brief_audio.domain.brief_file.checking import LONGEST_LINE, LONGEST_URL, MOST_CHARACTERS, check_item, check_title
from brief_audio.domain.brief_file.given import Given, GivenItem
from brief_audio.domain.brief_file.problems import Problems

ITEM_FIELDS = ("headline", "body", "source_url", "voice")
LINK = "Start the link with https://, as in https://example.org/story"


def item_of(form: Form, voices: tuple[str, ...]) -> ItemDraft | None:
    """Return the item that a form has in `ITEM_FIELDS`; None where `form.problems` says what is wrong."""
    problems = Problems("")
    source_url = form.text("source_url", "The link", longest=LONGEST_URL, required=False)
    voice = form.choice("voice", "The voice", ("", *voices))
    given = GivenItem(
        place="",
        headline=Given(form.text("headline", "The headline", longest=LONGEST_LINE), "headline"),
        body=Given(form.text("body", "The text", longest=MOST_CHARACTERS, lines=True), "body"),
        source_url=Given(source_url, "source_url") if source_url else None,
        voice=Given(voice, "voice") if voice else None,
    )
    draft = check_item(given, problems)
    _refuse(form, problems)
    return draft if form.is_right else None


def title_of(form: Form) -> str | None:
    """Return the title that a form has in `title`; None where something is wrong with it."""
    problems = Problems("")
    title = check_title(Given(form.text("title", "The title", longest=LONGEST_LINE), "title"), problems)
    _refuse(form, problems)
    return title if form.is_right else None


def _refuse(form: Form, problems: Problems) -> None:
    for problem in problems.found():
        form.refuse(problem.place, LINK if problem.place == "source_url" else sentence(problem.reason))
