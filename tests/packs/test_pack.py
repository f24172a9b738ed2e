from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from dopusk.packs import PackError, load_pack, pack_kinds
from dopusk.packs.pack import digest, own_packs, read_pack
from dopusk.packs.template import kind_by_template
from dopusk.remd.kinds import kind
from dopusk.schematron import SchemaError, compile_schema
from dopusk.schematron.store import Store
from dopusk.verdict import Evidence
from fixtures.documents import good


def test_own_pack_of_194() -> None:
    pack = load_pack("194")
    assert (pack.kind, pack.edition, pack.active) == ("194", 2, "own")
    assert pack.evidence is Evidence.PROFILE
    assert (pack.window_start, pack.window_end) == (date(2023, 7, 31), date(2024, 6, 30))
    assert len(pack.sha256) == 64


@pytest.mark.parametrize("code", pack_kinds())
def test_packs_agree_with_the_dictionary_of_kinds(code: str) -> None:
    pack, record = load_pack(code), kind(code)
    assert record is not None
    assert (pack.window_start, pack.window_end) == (record.start, record.end)
    assert kind_by_template(pack.template_id) == code


@pytest.mark.parametrize("code", ["999", "", "../194", "x"])
def test_a_kind_without_pack_is_refused_in_words(code: str) -> None:
    with pytest.raises(PackError, match="Нет пакета правил"):
        load_pack(code)


def test_digest_depends_on_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    first = digest(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    second = digest(tmp_path)
    (tmp_path / "b").write_bytes(b"2")
    assert len({first, second, digest(tmp_path)}) == 3


@pytest.mark.parametrize("code", pack_kinds())
def test_assertions_have_unique_ids(code: str) -> None:
    pack = load_pack(code)
    schema = compile_schema(pack.schematron, folder=pack.root)
    found = [
        check.id
        for pattern in schema.model.patterns
        for rule in pattern.rules
        for check in rule.checks
    ]
    assert len(found) == len(set(found)) > 200
    assert not any(re.match(r"[\d.]+$", name) for name in found)


def test_what_packs_share_counts_in_their_digest(tmp_path: Path) -> None:
    shutil.copytree(own_packs(), tmp_path / "semd")
    before = read_pack(tmp_path / "semd" / "194", active="own").sha256
    assert before == load_pack("194").sha256
    with (tmp_path / "semd" / "common" / "header.sch").open("a") as file:
        file.write("<!-- changed -->")
    assert read_pack(tmp_path / "semd" / "194", active="own").sha256 != before


def test_shared_rules_are_taken_only_from_the_folder_of_packs(tmp_path: Path) -> None:
    """A pack that an operator imports shares nothing: its rules stay in its own folder."""
    shutil.copytree(own_packs(), tmp_path / "semd")
    rules = tmp_path / "semd" / "194" / "194.sch"
    compile_schema(rules, folder=tmp_path / "semd")
    with pytest.raises(SchemaError, match="выходит из папки пакета"):
        compile_schema(rules)


def test_a_kept_compilation_sees_a_change_of_what_is_shared(tmp_path: Path) -> None:
    shutil.copytree(own_packs(), tmp_path / "semd")
    store, rules = Store(tmp_path / "cache"), tmp_path / "semd" / "194" / "194.sch"
    document = etree.fromstring(good()).getroottree()
    shared = tmp_path / "semd" / "common" / "header.sch"
    for code, failed in (("RU", []), ("KZ", ["У1-1-1"]), ("RU", [])):
        text = re.sub("@code = '(RU|KZ)'", f"@code = '{code}'", shared.read_text(encoding="utf-8"))
        shared.write_text(text, encoding="utf-8")
        schema = compile_schema(rules, folder=tmp_path / "semd", store=store)
        assert [item.assert_id for item in schema.validate(document).failures] == failed


@pytest.mark.parametrize("code", ["103", "306"])
def test_the_pack_says_which_side_it_takes(code: str) -> None:
    pack = load_pack(code)
    if code == "306":
        assert pack.evidence is Evidence.DERIVED
        assert "Выведено" in pack.source
    else:
        assert "держит сторону XSD" in pack.defects[0]
