"""Rate and memory of the formal control of a register package.

    python -m bench.bench_registers [--cases 100000] [--kind H]

The package is made on the fly. Each figure is CPU time of a process of its own, with one thread.
Peer in the same run: lxml.etree.iterparse over both files of the same package, which reads every
record and judges none.
"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dopusk.tfoms.package import PackageContext, check_package  # noqa: E402
from fixtures.registers.build import (  # noqa: E402
    Register,
    main_chunks,
    name_of,
    person_chunks,
)

MIB = 1024 * 1024
KINDS = ("H", "ДВ4", "ДВ2", "ОПВ", "C", "T")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--kind", choices=KINDS, default="H")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = written(Path(folder), Register(chosen.kind, chosen.cases))
        print(f"{chosen.kind}: {chosen.cases} cases, {sizes(package)}")
        seconds = {}
        for title, work in (("iterparse", parse), ("ФЛК", control)):
            seconds[title], memory, said = apart(work, package)
            rate = chosen.cases / seconds[title]
            peak = f"{memory:.0f} MiB" if memory else "not measured here"
            print(
                f"{title:10} {seconds[title]:7.2f} s CPU {rate:8.0f} cases/s  peak {peak}  {said}"
            )
        print(f"ratio to iterparse: {seconds['ФЛК'] / seconds['iterparse']:.2f}")


def written(folder: Path, register: Register) -> Path:
    """Write the package piece by piece; return its path."""
    main_name, person_name = name_of(register)
    path = folder / f"{main_name}.ZIP"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, chunks in (
            (main_name, main_chunks(register)),
            (person_name, person_chunks(register)),
        ):
            write(archive, f"{name}.XML", chunks)
    return path


def write(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> None:
    with archive.open(name, "w", force_zip64=True) as stream:
        for chunk in chunks:
            stream.write(chunk)


def sizes(package: Path) -> str:
    with zipfile.ZipFile(package) as archive:
        inside = sum(entry.file_size for entry in archive.infolist())
    return f"ZIP {package.stat().st_size / MIB:.1f} MiB, XML {inside / MIB:.1f} MiB"


def control(package: Path) -> str:
    report = check_package(package, package.name, PackageContext(today=date(2026, 7, 10)))
    return f"{report.cases} cases, {len(report.errors)} errors, stage {report.stage}"


def parse(package: Path) -> str:
    records = 0
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            with archive.open(name) as stream:
                for _, element in etree.iterparse(stream, tag=("ZAP", "PERS")):
                    records += 1
                    element.clear()
                    parent = element.getparent()
                    while parent is not None and element.getprevious() is not None:
                        del parent[0]
    return f"{records} records"


Work = Callable[[Path], str]


def apart(work: Work, package: Path) -> tuple[float, float, str]:
    """Return CPU seconds, peak memory (MiB; 0 where it is not known) and what the work said."""
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=measured, args=(work, package, theirs))
    process.start()
    theirs.close()
    answer: tuple[float, float, str] = ours.recv()
    process.join()
    return answer


def measured(work: Work, package: Path, pipe: object) -> None:
    start = time.process_time()
    said = work(package)
    seconds = time.process_time() - start
    pipe.send((seconds, peak(), said))  # type: ignore[attr-defined]


def peak() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (MIB if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
