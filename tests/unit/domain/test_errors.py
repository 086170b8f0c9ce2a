"""Errors carry a code and facts, by which each face adds its own advice."""

import pytest

from brief_audio.domain.errors import NotFoundError, SpeechTimeoutError


def test_an_error_has_the_code_of_its_class_unless_it_is_given_another() -> None:
    assert NotFoundError("gone").code == "not_found"
    assert SpeechTimeoutError("slow").code == "speech_timeout"
    assert NotFoundError("there is no job 5", code="no_such_job").code == "no_such_job"
    assert NotFoundError("gone").code == "not_found"


def test_facts_are_kept_and_cannot_be_changed() -> None:
    given: dict[str, object] = {"job": 5}
    error = NotFoundError("there is no job 5", facts=given)
    given["job"] = 6

    assert error.facts == {"job": 5}
    assert NotFoundError("gone").facts == {}
    with pytest.raises(TypeError):
        error.facts["job"] = 7  # type: ignore[index]
