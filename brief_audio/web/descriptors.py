"""Compute how many connections this process can hold: each needs a file descriptor, plus one for the file it reads."""

import logging
import resource

log = logging.getLogger(__name__)
PER_CONNECTION = 2
FOR_THE_REST = 256  # databases, logs, speech processes, libraries
AT_LEAST = 16


def affordable(connections: int) -> int:
    """Raise the limit on open files as needed; return how many of `connections` it allows."""
    wanted = connections * PER_CONNECTION + FOR_THE_REST
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY != soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    found = fitting(soft, connections)
    if found < connections:
        log.warning("the site accepts only %d connections: the limit of open files is %d (ulimit -n)", found, soft)
    return found


def fitting(descriptors: int, connections: int) -> int:
    """Return how many of `connections` fit into `descriptors`."""
    if descriptors == resource.RLIM_INFINITY:
        return connections
    return max(AT_LEAST, min(connections, (descriptors - FOR_THE_REST) // PER_CONNECTION))
