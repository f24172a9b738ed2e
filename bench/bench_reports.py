"""Time and size of every report of a run with 5 000 messages, of one usual run and of 200 findings.

    python -m bench.bench_reports

The peer in the same run is json.dumps of the same report: it touches every byte once.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "reports")]

import sample_run  # noqa: E402

import reports  # noqa: E402
from reports import json_report  # noqa: E402

RUNS = {
    "one variant": sample_run.mixed,
    "seven variants": lambda: sample_run.mixed(sample_run.SEVEN),
    "200 findings": sample_run.many_findings,
    "5000 messages": sample_run.many_messages,
}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        for title, build in RUNS.items():
            measure(title, json_report.dump(build()), Path(name))


def measure(title: str, report: dict[str, object], folder: Path) -> None:
    print(f"{title}: {len(report['messages'])} messages, {len(report['findings'])} findings")
    start = time.perf_counter()
    json.dumps(report, ensure_ascii=False)
    base = time.perf_counter() - start
    for kind in reports.FILES:
        start = time.perf_counter()
        path = reports.write(report, folder, [kind])[kind]
        took = time.perf_counter() - start
        print(
            f"  {kind:6} {took:7.3f} s {path.stat().st_size / 1024:9.0f} kB"
            f"   {took / base:7.1f} x json.dumps"
        )
    tracemalloc.start()
    reports.write(report, folder, reports.USUAL)
    print(
        f"  peak memory of json + html + junit: {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB"
    )
    tracemalloc.stop()


if __name__ == "__main__":
    main()
