import pytest

from brief_audio.domain.errors import InvalidInputError
from brief_audio.domain.slugs import check_slug, is_slug


@pytest.mark.parametrize("slug", ["a", "morning-brief", "24-7", "a" * 63])
def test_slugs_are_returned(slug):
    assert check_slug(slug) == slug


@pytest.mark.parametrize(
    "text", ["", "A", "a_b", "-a", "a-", "a--b", "a b", "é", "a/b", "a\n", "..", "a" * 64, "\u0661"]
)
def test_anything_else_is_refused(text):
    assert not is_slug(text)
    with pytest.raises(InvalidInputError, match="is not a slug: lower-case"):
        check_slug(text)
