"""One core serves and another one asks, so that the load client never takes the server's time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

PINNABLE = hasattr(os, "sched_setaffinity")  # Linux
USABLE = sorted(os.sched_getaffinity(0)) if PINNABLE else []
SERVING, ASKING = USABLE[:1], USABLE[-1:]


@contextmanager
def core(cores: list[int]) -> Iterator[None]:
    """Inside, this thread runs on these cores, and so does every process that it starts."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def described() -> str:
    """The pinning and the load of the last minute: on a busy machine no ratio can be trusted."""
    load = f"load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    if len(USABLE) < 2:
        return f"{load}; server and load client share a core, so the ratios say little"
    return f"{load}; server on core {SERVING[0]}, load client on core {ASKING[0]}"
