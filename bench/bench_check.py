"""`dopusk check`: whole checks of a kind 194 document a second on one core, with two signatures.

Target (DESIGN): at least 150 a second. Documents differ, so that no cache answers for them. The
peer does structure and rules only: lxml's XSD and the same Schematron as XSLT on SaxonC, to SVRL.
Times are processor time of this process. Run: python -m bench.bench_check [documents in the folder]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path

from lxml import etree

from bench.bench_schematron import resident
from bench.schxslt_style import svrl_stylesheet
from dopusk import suite
from dopusk.packs import load_pack
from dopusk.packs.pack import own_packs, read_pack
from dopusk.semd import check_document
from dopusk.semd.rules import check_rules, load_rules
from dopusk.semd.value_layers import nsi_context, value_layers
from dopusk.semd.xsd import check_xsd, load_xsd
from dopusk.signature import (
    NamedContainer,
    TrustStore,
    check_container,
    check_document_signatures,
    load_credential,
    sign_detached,
)
from dopusk.wire.xml import Positions, read_xml
from fixtures.documents import good

NOW = datetime(2024, 3, 11, 12, tzinfo=UTC)
SECONDS = 3.0
CALLS = 10
Signed = tuple[bytes, bytes, bytes]
"""A document with the signatures of its author and of the organisation."""


def cost(func: Callable[[], object], seconds: float = SECONDS) -> float:
    """Return the processor seconds of one call: the best of many rounds of a few calls."""
    func()
    best, end = float("inf"), time.process_time() + seconds
    while (begin := time.process_time()) < end:
        for _ in range(CALLS):
            func()
        best = min(best, (time.process_time() - begin) / CALLS)
    return best


def documents(count: int = 40) -> list[Signed]:
    folder = suite.root() / "fixtures" / "pki" / "credentials"
    author = load_credential(folder / "author-7831.pem")
    organization = load_credential(folder / "mo-7831.pem")
    made = []
    for number in range(count):
        data = good() + f"<!-- {number} -->\n".encode()
        at = NOW - timedelta(seconds=number + 1)
        made.append(
            (
                data,
                sign_detached(data, author, signing_time=at),
                sign_detached(data, organization, signing_time=at),
            )
        )
    return made


def whole(data: bytes) -> None:
    report = check_document(data, as_of=NOW.date(), now=NOW)
    assert not any(item.blocks() for item in report.findings)


def signed(made: Signed, trust: TrustStore) -> None:
    whole(made[0])
    signatures(made, trust)


def signatures(made: Signed, trust: TrustStore) -> None:
    data, *containers = made
    for number, container in enumerate(containers):
        found = check_container(
            container,
            data,
            part=f"подпись {number}",
            expectation=None,
            trust=trust,
            created_at=NOW - timedelta(hours=1),
            received_at=NOW,
            checked_at=NOW,
        )
        assert not any(item.blocks() for item in found), found
    named = [NamedContainer(f"подпись {n}", container) for n, container in enumerate(containers)]
    check_document_signatures(named, data, kind_mo_sign_required=True)


def layers(data: bytes) -> dict[str, Callable[[], object]]:
    """Return each part of a check as a call by itself."""
    pack = load_pack("194")
    xsd, rules = (
        load_xsd(pack.xsd),
        load_rules(pack.schematron, "fast", pack.strip_namespace, pack.root),
    )
    tree = read_xml(data, part="ЭМД", prolog=True).tree
    assert tree is not None
    return {
        "bytes and XML": lambda: read_xml(data, part="ЭМД", prolog=True),
        "XSD": lambda: check_xsd(tree, xsd, Positions(data), part="ЭМД"),
        "Schematron": lambda: check_rules(tree, rules, Positions(data), source="", part="ЭМД"),
        "НСИ and identifiers": lambda: value_layers(
            tree,
            Positions(data),
            context=nsi_context("194"),
            earlier=(),
            now=NOW,
            part="ЭМД",
            file=None,
        ),
    }


def peer(data: Sequence[bytes]) -> Callable[[], object]:
    """Return a check by lxml's XSD and Schematron as XSLT on SaxonC, rules compiled beforehand."""
    import saxonche

    pack = read_pack(own_packs() / "194", active="own")
    processor = saxonche.PySaxonProcessor(license=False)
    schema = etree.XMLSchema(etree.parse(str(pack.xsd)))
    model = load_rules(pack.schematron, "fast", pack.strip_namespace, pack.root).model
    sheet = processor.new_xslt30_processor().compile_stylesheet(
        stylesheet_text=svrl_stylesheet(model)
    )
    turn = cycle(data)

    def run() -> int:
        one = next(turn)
        assert schema.validate(etree.fromstring(one))
        text = one.decode().replace(' xmlns="urn:hl7-org:v3"', "")
        answer = sheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=text))
        return sum(1 for _ in etree.fromstring(answer.encode()).iter("{*}failed-assert"))

    return run


def memory(made: Sequence[Signed], trust: TrustStore) -> None:
    """Show that memory does not grow with the number of documents."""
    turn = cycle(made)
    marks = []
    for number in range(1, 1501):
        signed(next(turn), trust)
        if number % 500 == 0:
            marks.append(resident() // 2**20)
    print("peak memory after 500, 1000, 1500 documents:", ", ".join(f"{m} MiB" for m in marks))


def folder(sizes: Sequence[int]) -> None:
    """Show that the command is linear in the number of documents."""
    day = date(2024, 3, 11).isoformat()
    with tempfile.TemporaryDirectory() as temporary:
        for jobs in (1, 2):
            for size in sizes:
                place = Path(temporary) / str(size)
                place.mkdir(exist_ok=True)
                for number in range(size):
                    (place / f"{number}.xml").write_bytes(good())
                out = Path(temporary) / f"{size}-{jobs}.jsonl"
                command = [sys.executable, "-m", "dopusk", "check", "--as-of", day]
                command += ["--jobs", str(jobs), "--out", str(out), str(place)]
                begin = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True, cwd=suite.root())
                took = time.perf_counter() - begin
                print(
                    f"dopusk check --jobs {jobs}: {size} files in {took:.1f} s, {size / took:.0f}/s"
                )


def main() -> None:
    trust = TrustStore.test_pki()
    made = documents()
    for name, part in layers(made[0][0]).items():
        print(f"  {name}: {cost(part, 1.0) * 1e3:.2f} ms")
    turn = cycle(made)
    print(f"  two signatures: {cost(lambda: signatures(next(turn), trust)) * 1e3:.2f} ms")
    plain = cost(lambda: whole(next(turn)[0]))
    print(f"a check without signatures: {plain * 1e3:.2f} ms, {1 / plain:.0f} a second")
    full = cost(lambda: signed(next(turn), trust))
    print(f"a check with two signatures: {full * 1e3:.2f} ms, {1 / full:.0f} a second")
    memory(made, trust)
    theirs = cost(peer([data for data, *_ in made]))
    print(f"peer (XSD and Schematron only): {theirs * 1e3:.2f} ms, {1 / theirs:.0f} a second")
    print(f"ratio peer / dopusk: {theirs / plain:.1f}, with two signatures {theirs / full:.1f}")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    folder([count // 2, count])


if __name__ == "__main__":
    main()
