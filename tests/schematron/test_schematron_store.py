from __future__ import annotations

import threading
from pathlib import Path

import pytest
from schematron_samples import schema, tree

from dopusk.schematron import compile_schema
from dopusk.schematron import store as stores
from dopusk.schematron.store import Store, default_store

BODY = """<pattern><let name="n" value="3"/><rule context="b[@n = ('3', '10')][c]">
  <assert id="x" test="matches(@n, '^[0-9]$') and @n = $n"><value-of select="@n"/></assert>
</rule><rule context="d/@*"><assert id="y" test="false()">y</assert></rule></pattern>"""


def seen(data: bytes | Path, store: Store) -> list[tuple[str, str, str | None]]:
    result = compile_schema(data, store=store).validate(tree())
    return [(one.assert_id, one.message, one.attribute) for one in result.failures]


def test_a_kept_compilation_gives_the_same(tmp_path: Path) -> None:
    first = seen(schema(BODY), Store(tmp_path))
    assert first == [("x", "10", None), ("y", "y", "k"), ("y", "y", "n")]
    assert len(list(tmp_path.iterdir())) == 1
    assert seen(schema(BODY), Store(tmp_path)) == first
    assert len(list(tmp_path.iterdir())) == 1


def test_a_kept_compilation_needs_no_rules_until_something_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = schema(BODY.replace("false()", "true()").replace(" and @n = $n", ""))
    compile_schema(data, store=Store(tmp_path))
    monkeypatch.setattr("dopusk.schematron.reader.read_schema", None)
    schema_ = compile_schema(data, store=Store(tmp_path))
    document = tree()
    for element in list(document.getroot().iter("{*}b")):
        if element.get("n") == "10":
            element.set("n", "9")
    assert schema_.validate(document).passed


@pytest.mark.parametrize("damage", [b"", b"x", b"dopusk-schematron-1\n" + bytes(40)])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    first = seen(schema(BODY), Store(tmp_path))
    (held,) = tmp_path.iterdir()
    sound = held.read_bytes()
    held.write_bytes(damage)
    assert seen(schema(BODY), Store(tmp_path)) == first
    assert held.read_bytes() == sound


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("key", b"payload")
    (held,) = tmp_path.iterdir()
    sound = held.read_bytes()
    for place in range(len(sound)):
        held.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        assert store.get("key") is None
    held.write_bytes(sound)
    assert store.get("key") == b"payload"
    held.rename(tmp_path / "other.bin")
    assert store.get("other") is None


def test_many_writers_leave_whole_files(tmp_path: Path) -> None:
    store = Store(tmp_path)
    payloads = [bytes([number]) * 20_000 for number in range(8)]
    threads = [
        threading.Thread(target=lambda p=payload: [store.put("k", p) for _ in range(20)])
        for payload in payloads
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert store.get("k") in (None, *payloads)
    assert store.get("k") in payloads
    assert [path.name for path in tmp_path.iterdir()] == ["k.bin"]


def test_an_unwritable_folder_is_no_trouble(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    assert seen(schema(BODY), Store(blocked / "sub")) == seen(schema(BODY), Store(None))


def test_old_files_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_MOST", 3)
    for number in range(6):
        Store(tmp_path).put(str(number), b"x")
    assert len(list(tmp_path.iterdir())) == 3


def test_a_changed_include_is_noticed(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    part = tmp_path / "part.xml"
    text = (
        '<pattern xmlns="http://purl.oclc.org/dsdl/schematron"><rule context="f">'
        '<assert id="{}" test="false()">x</assert></rule></pattern>'
    )
    part.write_text(text.format("old"), encoding="utf-8")
    main = tmp_path / "main.sch"
    main.write_bytes(schema('<include href="part.xml"/>'))
    assert seen(main, store) == seen(main, store) == [("old", "x", None)]
    part.write_text(text.format("new"), encoding="utf-8")
    assert seen(main, store) == [("new", "x", None)]
    part.unlink()
    with pytest.raises(ValueError, match=r"part\.xml"):
        seen(main, store)


def test_the_folder_can_be_named_or_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOPUSK_CACHE", str(tmp_path))
    default_store().put("k", b"v")
    assert [path.name for path in (tmp_path / "schematron").iterdir()] == ["k.bin"]
    monkeypatch.setenv("DOPUSK_CACHE", "off")
    default_store().put("k", b"v")
    assert default_store().get("k") is None
