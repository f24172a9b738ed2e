from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from dopusk.packs import load_pack
from dopusk.schematron import Schema, compile_schema
from dopusk.semd.xsd import load_xsd
from fixtures.documents import GOOD
from fixtures.documents.mutants import mechanical
from fixtures.documents.named import NAMED

OFFICIAL = Path(__file__).parents[2] / ".." / "shared" / "data" / "semd" / "packs" / "194"
HL7 = "urn:hl7-org:v3"


def trees() -> Iterator[etree._ElementTree]:
    for name in GOOD:
        for _, tree in mechanical(name):
            yield tree
    for mutant in NAMED:
        yield etree.fromstring(mutant.build()).getroottree()
    yield etree.fromstring(b"<other/>").getroottree()


def tripped(schema: Schema) -> set[str]:
    return {failure.assert_id for tree in trees() for failure in schema.validate(tree).failures}


def test_every_assertion_of_the_own_pack_is_tripped_by_a_mutant() -> None:
    pack = load_pack("194")
    schema = compile_schema(pack.schematron, strip_namespace=HL7, folder=pack.root)
    ids = {
        check.id
        for pattern in schema.model.patterns
        for rule in pattern.rules
        for check in rule.checks
    }
    assert ids - tripped(schema) == set()


def test_the_own_pack_lets_nothing_pass_that_the_official_one_stops() -> None:
    if not OFFICIAL.is_dir():
        pytest.skip("no official rules of kind 194 beside the project")
    pack = load_pack("194")
    own = compile_schema(pack.schematron, strip_namespace=HL7, folder=pack.root)
    own_xsd = load_xsd(pack.xsd)
    official = compile_schema(OFFICIAL / "194.sch", strip_namespace=HL7)
    official_xsd = load_xsd(OFFICIAL / "xsd" / "CDA.xsd")
    laxer = [
        described
        for name in GOOD
        for described, tree in mechanical(name)
        if not own.validate(tree).failures
        and not own_xsd.errors(tree)
        and (official.validate(tree).failures or official_xsd.errors(tree))
    ]
    assert laxer == []
