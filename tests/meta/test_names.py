"""Names can be guessed: one meaning each, glossary words used as defined, folders of a readable size."""

import ast
from collections import Counter, defaultdict

from tests.meta.sources import PRODUCT, PROJECT, named, python_files, tree_of

LARGEST_FOLDER = 26
# Where the class of a glossary word is defined. A word that is not here has no class of its own in the product.
GLOSSARY = {
    "Attempt": "brief_audio/services/work/attempt.py",
    "Backfill": "brief_audio/services/making/backfill.py",
    "Brief": "brief_audio/db/models/briefs.py",
    "Edition": "brief_audio/db/listening.py",
    "Event": "brief_audio/db/models/jobs.py",
    "Finding": None,
    "Item": "brief_audio/db/models/briefs.py",
    "Job": None,  # AudioGenerationJob
    "Lexicon": None,
    "LexiconRule": "brief_audio/db/models/shows.py",
    "Place": "scheduler/places.py",
    "Preview": "brief_audio/db/models/previews.py",
    "Programme": None,
    "Rendition": "brief_audio/db/models/jobs.py",
    "Schedule": "brief_audio/db/models/schedules.py",
    "Script": "brief_audio/domain/script.py",
    "Show": "brief_audio/db/models/shows.py",
    "Take": None,
    "Tick": "brief_audio/db/models/schedules.py",
    "User": "brief_audio/db/models/accounts.py",
    "Utterance": "brief_audio/domain/script.py",
    "Voice": "brief_audio/db/models/shows.py",
    "Worker": "scheduler/worker.py",
}
# Module names that say nothing: a reader guesses the file from the question.
VAGUE = {"utils", "helpers", "common", "misc", "base_utils", "stuff", "tools"}


def classes() -> dict[str, list[str]]:
    """The public classes of product and benchmarks, each with the files that define it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in python_files(*PRODUCT, "bench"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(named(path))
    return found


def test_a_public_class_name_means_one_thing() -> None:
    assert {name: places for name, places in classes().items() if len(places) > 1} == {}


def test_glossary_words_name_what_the_glossary_says() -> None:
    elsewhere = {
        name: place for name, places in classes().items() for place in places if GLOSSARY.get(name, place) != place
    }

    assert elsewhere == {}


def test_no_folder_is_too_large() -> None:
    sizes = Counter(path.parent.relative_to(PROJECT).as_posix() for path in python_files(*PRODUCT))

    assert {folder: size for folder, size in sizes.items() if size > LARGEST_FOLDER} == {}


def test_no_module_has_a_vague_name() -> None:
    assert [named(path) for path in python_files(*PRODUCT) if path.stem in VAGUE] == []
