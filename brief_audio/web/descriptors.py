"""How many connections this process can hold: each takes a descriptor, and another for the file that it is sent."""

import logging
import resource

log = logging.getLogger(__name__)
PER_CONNECTION = 2
FOR_THE_REST = 256  # databases, logs, speech processes, libraries
AT_LEAST = 16


def affordable(connections: int) -> int:
    """Return as many connections as there may be descriptors for, having asked the system for enough of them."""
    wanted = connections * PER_CONNECTION + FOR_THE_REST
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY != soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    found = fitting(soft, connections)
    if found < connections:
        log.warning("the site holds %d connections at most: no more than %d files may be open (ulimit -n)", found, soft)
    return found


def fitting(descriptors: int, connections: int) -> int:
    """Return how many of `connections` fit into so many descriptors."""
    if descriptors == resource.RLIM_INFINITY:
        return connections
    return max(AT_LEAST, min(connections, (descriptors - FOR_THE_REST) // PER_CONNECTION))
