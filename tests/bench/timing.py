"""Measuring: process-CPU milliseconds, systems taking turns at each query."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

Row = dict[str, str | int | float]


def interleaved(
    bench: str, size: int, calls: Mapping[str, Callable[[str], object]], queries: Sequence[str]
) -> list[Row]:
    """Ask every system every query in turn; the first three queries only warm up.

    CPU time of the whole process, all its threads included: what other programs do does not count.
    """
    taken: dict[str, list[float]] = {name: [] for name in calls}
    gc.collect()
    for number, text in enumerate([*queries[:3], *queries]):
        for name, call in calls.items():
            started = time.process_time()
            call(text)
            if number >= 3:
                taken[name].append((time.process_time() - started) * 1000)
    return [row(bench, size, name, each) for name, each in taken.items()]


def row(bench: str, size: int, system: str, taken: Sequence[float]) -> Row:
    """One line of the result."""
    return {
        "bench": bench,
        "size": size,
        "system": system,
        "p50_ms": round(float(np.percentile(taken, 50)), 3),
        "p95_ms": round(float(np.percentile(taken, 95)), 3),
        "n": len(taken),
        "unit": "process-CPU ms",
    }


def table(rows: Sequence[Row]) -> str:
    """For a terminal, with the ratio to plain SQLite FTS5 where that was measured."""
    base = {(r["bench"], r["size"]): float(r["p50_ms"]) for r in rows if r["system"] == "fts5-sql"}
    lines = [f"{'bench':<11}{'size':>7}  {'system':<13}{'p50':>9}{'p95':>9}{'n':>5}  {'× fts5-sql':>10}"]
    for each in rows:
        reference = base.get((each["bench"], each["size"]))
        ratio = f"{float(each['p50_ms']) / reference:>10.1f}" if reference else f"{'':>10}"
        lines.append(
            f"{each['bench']:<11}{each['size']:>7}  {each['system']:<13}"
            f"{each['p50_ms']:>9.2f}{each['p95_ms']:>9.2f}{each['n']:>5}  {ratio}"
        )
    return "\n".join(lines)
