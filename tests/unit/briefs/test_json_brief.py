import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brief_audio.domain.brief_file import BriefDraft, ItemDraft, parse_brief_text
from brief_audio.domain.errors import InvalidInputError

TODAY = date(2026, 3, 20)
ITEM = {"headline": "Rates rise", "body": "It was expected."}
BRIEF: dict[str, Any] = {"show": "morning-brief", "date": "2026-03-20", "title": "Friday", "items": [ITEM]}


def parse(text: str, **given: Any) -> BriefDraft:
    return parse_brief_text(text, Path("brief.json"), **{"show": None, "local_date": None, "today": TODAY} | given)


def refusal(text: str, **given: Any) -> str:
    with pytest.raises(InvalidInputError) as caught:
        parse(text, **given)
    return str(caught.value)


def test_a_whole_brief_is_read():
    item = ITEM | {"source_url": "https://example.com/a?b=1", "voice": "joe"}

    draft = parse(json.dumps(BRIEF | {"items": [item, ITEM | {"voice": None}]}))

    assert draft == BriefDraft(
        show="morning-brief",
        local_date=date(2026, 3, 20),
        title="Friday",
        items=(
            ItemDraft("Rates rise", "It was expected.", "https://example.com/a?b=1", "joe"),
            ItemDraft("Rates rise", "It was expected."),
        ),
    )


def test_texts_are_cleaned_and_headlines_put_on_one_line():
    item = {"headline": " Rates\n rise ", "body": "cafe\u0301\x00\r\n\r\nopen"}

    assert parse(json.dumps(BRIEF | {"items": [item]})).items == (ItemDraft("Rates rise", "café\n\nopen"),)


def test_show_and_date_may_come_from_outside():
    brief = {"title": "Friday", "items": [ITEM]}

    draft = parse(json.dumps(brief), show="evening", local_date=date(2026, 1, 2))

    assert (draft.show, draft.local_date) == ("evening", date(2026, 1, 2))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"show": "a",}', "brief.json: line 1 column 14: is not JSON: "),
        ("", "brief.json: line 1 column 1: is not JSON: "),
        ("[" * 100_000, "is nested too deeply to be a brief"),
        ("[]", "must be a JSON object, not a list"),
        ('"a"', "must be a JSON object, not text"),
        ("7" * 5000, "must be a JSON object, not a number"),
    ],
)
def test_what_is_no_json_object_is_refused(text, reason):
    assert reason in refusal(text)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"titel": "x"}, "/titel: is not a known key (known: show, date, title, items)"),
        ({"a/b~c": 1}, "/a~1b~0c: is not a known key"),
        ({"title": 5}, "/title: must be text, not a number"),
        ({"title": " "}, "/title: the title is empty"),
        ({"title": "x" * 301}, "/title: the title has 301 characters; at most 300 are allowed"),
        ({"show": None}, "/show: must be text, not null"),
        ({"show": "Morning Brief"}, "/show: 'Morning Brief' is not a slug"),
        ({"date": "20260320"}, "/date: '20260320' is not a date: give YYYY-MM-DD"),
        ({"date": "2026-02-30"}, "/date: '2026-02-30' is not a date"),
        ({"date": "2206-03-20"}, "/date: 2206-03-20 is more than two years ahead"),
        ({"date": True}, "/date: must be text, not true or false"),
        ({"items": []}, "brief.json: the brief has no items"),
        ({"items": "x"}, "/items: must be a list, not text"),
        ({"items": {}}, "/items: must be a list, not an object"),
        ({"items": [ITEM, 7]}, "/items/1: must be an object, not a number"),
        ({"items": [ITEM, {"headline": "x"}]}, "/items/1: the body is missing"),
        ({"items": [{"body": "x"}]}, "/items/0: the headline is missing"),
        ({"items": [ITEM | {"body": " \u200b"}]}, "/items/0/body: the item has no text"),
        ({"items": [ITEM | {"body": ["x"]}]}, "/items/0/body: must be text, not a list"),
        ({"items": [ITEM | {"headline": 1}]}, "/items/0/headline: must be text, not a number"),
        ({"items": [ITEM | {"image": "x"}]}, "/items/0/image: is not a known key (known: headline, body, source_url"),
        ({"items": [ITEM | {"voice": ""}]}, "/items/0/voice: the voice is empty"),
        ({"items": [ITEM | {"source_url": "ftp://example.com"}]}, "/items/0/source_url: 'ftp://example.com' is not"),
        ({"items": [ITEM | {"source_url": "javascript:alert(1)"}]}, "/items/0/source_url: "),
        ({"items": [ITEM | {"source_url": "https://"}]}, "/items/0/source_url: "),
        ({"items": [ITEM | {"source_url": "http://[::1"}]}, "/items/0/source_url: "),
        ({"items": [ITEM | {"source_url": "http://a:99999/"}]}, "/items/0/source_url: "),
        ({"items": [ITEM | {"source_url": "https://a b"}]}, "/items/0/source_url: "),
        ({"items": [ITEM | {"source_url": "https://x/\ud800"}]}, "/items/0/source_url: 'https://x/\\ud800' is not"),
        ({"items": [ITEM | {"body": "x" * 999_985}]}, "the brief has 1,000,001 characters; at most 1,000,000"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_pointer_and_nothing_else(change, reason):
    message = refusal(json.dumps(BRIEF | change))

    assert reason in message
    assert message.startswith("brief.json: ")  # one problem, not two


def test_a_date_from_outside_is_held_to_the_same_years():
    assert "--date: 1066-10-14 is before 1970" in refusal(json.dumps(BRIEF), local_date=date(1066, 10, 14))


@pytest.mark.parametrize(("key", "option"), [("show", "--show"), ("date", "--date"), ("title", "title")])
def test_a_missing_key_is_named_with_what_may_stand_in_for_it(key, option):
    message = refusal(json.dumps({name: value for name, value in BRIEF.items() if name != key}))

    assert f"the {key} is missing" in message
    assert option in message


def test_missing_items_are_no_items():
    assert refusal('{"show": "a", "date": "2026-03-20", "title": "x"}') == "brief.json: the brief has no items"


def test_a_key_that_stands_there_twice_is_refused():
    text = json.dumps(BRIEF).replace('"title"', '"title": "Thursday", "title"')
    text = text.replace('"body"', '"body": "Something else.", "body"')

    message = refusal(text)

    assert "/title: appears twice" in message
    assert "/items/0/body: appears twice" in message


def test_exactly_a_million_characters_are_accepted():
    body = "x" * (1_000_000 - len("Friday") - len("Rates rise"))

    assert parse(json.dumps(BRIEF | {"items": [ITEM | {"body": body}]})).items[0].body == body


def test_every_problem_is_reported_at_once():
    message = refusal(json.dumps({"show": "A", "date": "soon", "title": "", "itmes": [], "items": [{}, ITEM, []]}))

    assert message.splitlines() == [
        "brief.json has 7 problems:",
        "  /itmes: is not a known key (known: show, date, title, items)",
        "  /items/2: must be an object, not a list",
        "  /show: 'A' is not a slug: lower-case a-z, 0-9 and single hyphens between them, at most 63 characters",
        "  /date: 'soon' is not a date: give YYYY-MM-DD",
        "  /title: the title is empty",
        "  /items/0: the headline is missing",
        "  /items/0: the body is missing",
    ]


def test_a_flood_of_problems_is_counted_not_listed():
    message = refusal(json.dumps({f"key {number}": number for number in range(20_000)} | BRIEF))

    assert message.splitlines()[0] == "brief.json has 20000 problems:"
    assert message.splitlines()[-1] == "  and 19980 more"


def test_a_thousand_items_are_accepted_and_one_more_is_refused():
    assert len(parse(json.dumps(BRIEF | {"items": [ITEM] * 1000})).items) == 1000

    message = refusal(json.dumps(BRIEF | {"items": [ITEM] * 1001}))

    assert (
        message == "brief.json: /items/1000: is one item too many: the brief has 1,001, and at most 1,000 are allowed"
    )


@pytest.mark.parametrize("body", ["🎉 👩\u200d🚀", "—?!…", "'\u02bc'"])
def test_an_item_that_nobody_could_say_is_refused(body):
    assert "/items/0/body: the item contains nothing that can be spoken: " in refusal(
        json.dumps(BRIEF | {"items": [ITEM | {"body": body}]})
    )


HOSTILE = "\x1b]0;x\x07\u202e\r\n" * 1000


@pytest.mark.parametrize(
    "change",
    [
        {HOSTILE: 1},
        {"show": HOSTILE},
        {"date": HOSTILE},
        {"items": [ITEM | {HOSTILE: 1}]},
        {"items": [ITEM | {"source_url": HOSTILE}]},
        {"items": [ITEM | {"voice": "x" * 64}]},
        {"items": [ITEM | {"body": "\u2028…!\n" * 1000}]},
    ],
)
def test_what_a_message_repeats_is_short_and_safe_to_print(change):
    message = refusal(json.dumps(BRIEF | change))

    assert message.isprintable()
    assert len(message) < 600


@pytest.mark.parametrize("text", ['{“show”: "a"}', '{"show": “a”}', '{"show": "a”,\n"title": 1}'])
def test_curly_quotes_are_named(text):
    assert "curly quotes" in refusal(text)


def test_a_wrong_slug_from_outside_names_its_option():
    assert refusal(json.dumps(BRIEF), show="A B").startswith("brief.json: --show: 'A B' is not a slug")
