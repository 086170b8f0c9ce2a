import re
from datetime import date
from pathlib import Path

import pytest

from brief_audio.domain.brief_file import BriefDraft, ItemDraft, parse_brief_text

PAGE = Path(__file__).parents[3].joinpath("docs/brief-files.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "name"), [("markdown", "friday.md"), ("json", "friday.json")])
def test_the_examples_of_the_page_are_the_brief_that_they_show(kind, name):
    (example,) = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)

    assert parse_brief_text(example, Path(name), show=None, local_date=None, today=date(2026, 11, 20)) == BriefDraft(
        show="morning-brief",
        local_date=date(2026, 11, 20),
        title="Friday's brief",
        items=(
            ItemDraft(
                "Rates stay where they are",
                "The central bank left its rate at 3.5%, as most expected.",
                "https://example.com/rates",
                "joe",
            ),
            ItemDraft("Trains run again", "The line along the coast reopened at 6 a.m."),
        ),
    )
