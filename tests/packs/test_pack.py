from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from dopusk.packs import PackError, load_pack, pack_kinds
from dopusk.packs.pack import digest
from dopusk.remd.kinds import kind
from dopusk.verdict import Evidence


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
    assert pack.template_id == record.template


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
    rules = etree.parse(str(load_pack(code).schematron))
    found = rules.xpath("//*[local-name()='assert' or local-name()='report']/@id")
    assert isinstance(found, list)
    assert len(found) == len(set(found))
    assert len(found) == rules.xpath("count(//*[local-name()='assert' or local-name()='report'])")
