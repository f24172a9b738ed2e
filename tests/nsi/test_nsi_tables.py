"""The tables of schemas/nsi: whole, and what the public copies say."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from lxml import etree

from dopusk.nsi import Library, library, policy
from dopusk.nsi.model import Origin, digest
from dopusk.suite import schemas

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "semd"
INDEX = tomllib.loads((schemas() / "nsi" / "index.toml").read_text(encoding="utf-8"))
HELD = [oid for oid, row in INDEX.items() if "version" in row]


@pytest.fixture
def held() -> Library:
    return library()


def test_the_index_and_the_tables_are_the_same_dictionaries(held: Library) -> None:
    tables = {file.stem for file in (schemas() / "nsi").glob("*.tsv")}
    assert set(HELD) == tables == set(held.oids())


@pytest.mark.parametrize("oid", HELD)
def test_a_table_is_what_the_index_says(held: Library, oid: str) -> None:
    (version,) = held.versions(oid)
    found = held.dictionary(oid, version)
    assert found is not None
    row = INDEX[oid]
    assert (found.passport.rows, len(found.names)) == (row["rows"], row["rows"])
    assert digest(found.names.items()) == found.passport.sha256 == row["sha256"]
    assert found.passport.origin is Origin.OWN
    assert all(code and name and code == code.strip() for code, name in found.names.items())


@pytest.mark.parametrize("oid", HELD)
def test_a_table_holds_the_rows_of_the_public_copy(held: Library, oid: str) -> None:
    row = INDEX[oid]
    copy = SHARED / "nsi" / f"{oid}_{row['version']}.json"
    if not copy.is_file():
        pytest.skip("no public copies of the dictionaries beside the project")
    rows = json.loads(copy.read_text(encoding="utf-8"))
    found = held.dictionary(oid, row["version"])
    assert found is not None
    assert dict(found.names) == {item[row["code"]]: item[row["value"]] for item in rows}


def test_passport_names_are_those_that_the_sample_cites(held: Library) -> None:
    sample = SHARED / "samples" / "194_synthetic.xml"
    if not sample.is_file():
        pytest.skip("no shared samples beside the project")
    tree = etree.parse(str(sample))
    cited = {
        item.get("codeSystem"): item.get("codeSystemName")
        for item in tree.iter(etree.Element)
        if item.get("codeSystem")
    }
    assert cited
    assert {oid: held.name(str(oid)) for oid in cited} == cited


def test_a_name_that_is_not_known_is_none(held: Library) -> None:
    assert held.knows("1.2.643.5.1.13.13.11.1006")
    assert held.name("1.2.643.5.1.13.13.11.1006") is None
    assert held.name("1.2.3") is None


def test_what_is_known_by_name_only_is_not_held(held: Library) -> None:
    payers = "1.2.643.5.1.13.13.11.1039"
    assert held.name(payers) == "Источники оплаты медицинской помощи"
    assert not held.knows(payers)
    assert held.dictionary(payers, "5.2") is None


def test_the_policy_names_dictionaries_by_oid() -> None:
    found = policy()
    kind = found.kind("194")
    assert kind.source
    assert found.posts
    named = {*kind.dictionaries, *found.posts, *found.kind("103").versions}  # type: ignore[misc]
    assert all(re.fullmatch(r"1\.2\.643\.5\.1\.13\.[\d.]+\d", oid) for oid in named)
    assert found.kind(None) == found.kind("999")
    assert found.kind("999").allowed("1.2.3") == ()


def test_dictionaries_of_the_kind_are_those_of_the_official_rules() -> None:
    rules = SHARED / "packs" / "194" / "194.sch"
    if not rules.is_file():
        pytest.skip("no official rules of kind 194 beside the project")
    named = set(re.findall(r"1\.2\.643\.5\.1\.13\.[\d.]*\d", rules.read_text(encoding="utf-8")))
    assert policy().kind("194").dictionaries <= named
