"""What a new show may be."""

from dataclasses import replace

import pytest

from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.shows import NewShow, check_zone

NEW = NewShow("evening-brief", "Evening Brief", "Europe/London", "joe")


def test_texts_are_cleaned_into_one_line() -> None:
    checked = replace(NEW, title="  Evening\u200b \n Brief ", tagline="\tNews ").checked()

    assert (checked.title, checked.tagline) == ("Evening Brief", "News")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"slug": "Evening Brief"}, "is not a slug"),
        ({"title": " \n"}, "the title is empty"),
        ({"title": "x" * 201}, "the title has 201 characters; at most 200"),
        ({"tagline": "x" * 301}, "the tagline has 301 characters; at most 300"),
        ({"time_zone": "Europe/Atlantis"}, "'Europe/Atlantis' is not a time zone"),
        ({"time_zone": "../../etc/passwd"}, "is not a time zone"),
        ({"time_zone": "localtime"}, "'localtime' is not a time zone"),
        ({"time_zone": "posixrules"}, "'posixrules' is not a time zone"),
        ({"time_zone": "Factory"}, "'Factory' is not a time zone"),
        ({"language": "English, please"}, "is not a language tag"),
    ],
)
def test_what_cannot_stand_is_refused_in_a_sentence(change: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        replace(NEW, **change).checked()


@pytest.mark.parametrize("name", ["UTC", "Australia/Lord_Howe", "Pacific/Apia"])
def test_every_zone_of_the_database_may_be_named(name: str) -> None:
    assert check_zone(name).key == name
