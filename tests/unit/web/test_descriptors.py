"""How many connections the descriptors of a process allow."""

import subprocess
import sys
from resource import RLIM_INFINITY

import pytest

from brief_audio.web.descriptors import AT_LEAST, fitting

CHILD = """
import resource
from brief_audio.web.descriptors import affordable
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
print(affordable(2000), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("descriptors", "connections"),
    [(RLIM_INFINITY, 2000), (100_000, 2000), (1024, 384), (256, AT_LEAST), (0, AT_LEAST)],
)
def test_connections_fit_into_the_descriptors(descriptors: int, connections: int) -> None:
    assert fitting(descriptors, 2000) == connections


@pytest.mark.slow
@pytest.mark.parametrize(
    ("soft", "hard", "found"),
    [(256, 8000, "2000 4256 8000"), (256, 1024, "384 1024 1024"), (6000, 8000, "2000 6000 8000")],
)
def test_a_process_asks_for_what_it_needs_and_makes_do_with_what_it_gets(soft: int, hard: int, found: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD.format(soft=soft, hard=hard)], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == found
    assert ("ulimit -n" in done.stderr) is (hard < 4256)
