"""Schematron: our engines against SchXslt-style XSLT on SaxonC, rules compiled beforehand.

Run: python -m bench.bench_schematron. Figures of one run are compared as
ratios; memory is the growth of the process's peak.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

from lxml import etree

from bench.schxslt_style import svrl_stylesheet
from bench.timing import best_of
from dopusk.schematron import CDA, Schema, compile_schema
from dopusk.schematron.exact.engine import ExactEngine
from dopusk.schematron.store import Store

DATA = Path(__file__).parents[2] / "shared" / "data" / "semd"
CASES = [("194", "194_synthetic"), ("194", "194_synthetic_bad"), ("103", "103_synthetic_conflict")]
SECONDS = 3.0


def resident() -> int:
    """Return the peak resident memory of the process, bytes; 0 where it cannot be asked."""
    try:
        import resource
    except ImportError:
        return 0
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale


def main() -> None:
    if not DATA.is_dir():
        sys.exit("no official packs beside the project (../shared/data/semd)")
    before = resident()
    fast = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("194", "103"):
            times = []
            for _ in ("made", "kept"):
                start = time.perf_counter()
                path = DATA / "packs" / kind / f"{kind}.sch"
                fast[kind] = compile_schema(path, store=Store(Path(folder)))
                times.append((time.perf_counter() - start) * 1e3)
            print(f"{kind}: compiled in {times[0]:.0f} ms, from the store in {times[1]:.0f} ms")
    for kind, name in CASES:
        fast[kind].validate(etree.parse(DATA / "samples" / f"{name}.xml"))
    fast_memory = resident() - before
    print(f"{'':24}{'rules only, ms':>27}{'':16}{'bytes to findings, ms':>24}")
    print(f"{'document':24}" + 2 * f"{'fast':>8}{'exact':>9}{'SchXslt':>9}{'ratio':>8}    ")
    for kind, name in CASES:
        compare(fast[kind], name)
    grown = resident() - before - fast_memory
    print(
        f"peak memory: fast engine +{fast_memory / 2**20:.0f} MiB, "
        f"SaxonC for the rest +{grown / 2**20:.0f} MiB"
    )
    flat()


def compare(schema: Schema, name: str) -> None:
    """Print the times of the three engines over one document; their findings must be the same."""
    import saxonche

    processor = saxonche.PySaxonProcessor(license=False)
    data = (DATA / "samples" / f"{name}.xml").read_bytes()
    tree = etree.ElementTree(etree.fromstring(data))
    engine = ExactEngine(schema.model, strip_namespace=CDA)
    text = engine.prepare(tree)
    peer = processor.new_xslt30_processor().compile_stylesheet(
        stylesheet_text=svrl_stylesheet(schema.model)
    )
    node = processor.parse_xml(xml_text=text)

    def whole() -> int:
        held = processor.parse_xml(xml_text=text)
        answer = etree.fromstring(peer.transform_to_string(xdm_node=held).encode())
        return sum(1 for _ in answer.iter("{*}failed-assert", "{*}successful-report"))

    def parsed() -> etree._ElementTree:
        return etree.ElementTree(etree.fromstring(data))

    failed = len(schema.validate(tree).failures)
    assert failed == whole() == len(engine.run(tree).hits)
    rules = (
        best_of(lambda: schema.validate(tree), SECONDS),
        best_of(lambda: engine.run(tree), SECONDS),
        best_of(lambda: peer.transform_to_string(xdm_node=node), SECONDS),
    )
    everything = (
        best_of(lambda: schema.validate(parsed()), SECONDS),
        best_of(lambda: engine.run(parsed()), SECONDS),
        best_of(whole, SECONDS),
    )
    print(f"{name:24}" + "".join(map(row, (rules, everything))))


def row(times: tuple[float, float, float]) -> str:
    fast, exact, peer = (one * 1e3 for one in times)
    return f"{fast:8.2f}{exact:9.2f}{peer:9.2f}{peer / fast:7.1f}x    "


def flat() -> None:
    """Show that memory does not grow with the number of documents."""
    schema = compile_schema(DATA / "packs" / "194" / "194.sch")
    data = (DATA / "samples" / "194_synthetic_bad.xml").read_bytes()
    tracemalloc.start()
    marks = []
    for number in range(600):
        schema.validate(etree.ElementTree(etree.fromstring(data)))
        if number % 200 == 199:
            marks.append(tracemalloc.get_traced_memory()[0])
    print("held after 200, 400, 600 documents:", ", ".join(f"{mark // 1024} KiB" for mark in marks))


if __name__ == "__main__":
    main()
