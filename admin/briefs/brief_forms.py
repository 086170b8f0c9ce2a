"""What editors type into a brief, checked by the same rules as a brief file."""

from admin.shared.forms import Form
from brief_audio.domain.brief_file import ItemDraft
from brief_audio.domain.brief_file.checks import LONGEST_LINE, LONGEST_URL, MOST_CHARACTERS, check_item, check_title
from brief_audio.domain.brief_file.problems import Problems
from brief_audio.domain.brief_file.unchecked import UncheckedItem, UncheckedText
from brief_audio.http.sentences import sentence

ITEM_FIELDS = ("headline", "body", "source_url", "voice")
LINK = "Start the link with https://, as in https://example.org/story"


def item_of(form: Form, voices: tuple[str, ...]) -> ItemDraft | None:
    """Return the item from the form's `ITEM_FIELDS`; None if `form.problems` lists a mistake."""
    problems = Problems("")
    source_url = form.text("source_url", "The link", longest=LONGEST_URL, required=False)
    voice = form.choice("voice", "The voice", ("", *voices))
    given = UncheckedItem(
        place="",
        headline=UncheckedText(form.text("headline", "The headline", longest=LONGEST_LINE), "headline"),
        body=UncheckedText(form.text("body", "The text", longest=MOST_CHARACTERS, lines=True), "body"),
        source_url=UncheckedText(source_url, "source_url") if source_url else None,
        voice=UncheckedText(voice, "voice") if voice else None,
    )
    draft = check_item(given, problems)
    _refuse(form, problems)
    return draft if form.is_right else None


def title_of(form: Form) -> str | None:
    """Return the title from the form; None if `form.problems` lists a mistake."""
    problems = Problems("")
    title = check_title(UncheckedText(form.text("title", "The title", longest=LONGEST_LINE), "title"), problems)
    _refuse(form, problems)
    return title if form.is_right else None


def _refuse(form: Form, problems: Problems) -> None:
    for problem in problems.found():
        form.refuse(problem.place, LINK if problem.place == "source_url" else sentence(problem.reason))
