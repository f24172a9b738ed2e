"""Timing for the benchmarks: ratios within one run are compared, not figures across machines."""

from __future__ import annotations

import time
from collections.abc import Callable


def best_of(func: Callable[[], object], seconds: float) -> float:
    """Return the seconds of the fastest of the calls that fit into `seconds` (at least three)."""
    best = float("inf")
    calls = 0
    end = time.perf_counter() + seconds
    while calls < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        func()
        best = min(best, time.perf_counter() - start)
        calls += 1
    return best
