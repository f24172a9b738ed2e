"""Which dictionary is found: imports before the stand's own, and files that are broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dopusk.nsi import Dictionary, Library, NsiError, Origin, Passport
from dopusk.nsi.imported import imported_file, imported_files, read_imported, remove_imported
from dopusk.nsi.imported import write_imported as write
from dopusk.nsi.model import digest, version_order
from dopusk.nsi.policy import read_policy

OID = "1.2.643.5.1.13.13.99.1"


def dictionary(version: str = "1.0", name: str | None = "Имя", **names: str) -> Dictionary:
    rows = {code.lstrip("_"): value for code, value in (names or {"_1": "один"}).items()}
    passport = Passport(
        oid=OID,
        version=version,
        name=name,
        code_column="ID",
        value_column="NAME",
        rows=len(rows),
        sha256=digest(rows.items()),
        source="тест",
        origin=Origin.IMPORTED,
    )
    return Dictionary(passport, rows)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of the stand with one dictionary, version 1.0."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / f"{OID}.tsv").write_bytes("1\tодин\n2\tдва\n".encode())
    sha256 = digest([("1", "один"), ("2", "два")])
    (folder / "index.toml").write_text(
        f'[source]\ntext = "тест"\n["{OID}"]\nversion = "1.0"\nname = "Паспорт"\n'
        f'code = "ID"\nvalue = "NAME"\nrows = 2\nsha256 = "{sha256}"\n',
        encoding="utf-8",
    )
    return folder


def names(library: Library, version: str) -> dict[str, str]:
    found = library.dictionary(OID, version)
    assert found is not None
    return dict(found.names)


def test_the_own_table_is_read(own: Path, tmp_path: Path) -> None:
    library = Library(own, tmp_path / "none")
    assert library.versions(OID) == ("1.0",)
    assert names(library, "1.0") == {"1": "один", "2": "два"}
    assert library.dictionary(OID, "1.1") is None
    assert library.columns(OID) == ("ID", "NAME")
    assert library.columns("1.2.3") is None


def test_an_import_comes_before_the_own_table_of_the_same_version(
    own: Path, tmp_path: Path
) -> None:
    write(tmp_path / "user", dictionary("1.0", None, _1="первый"))
    library = Library(own, tmp_path / "user")
    assert names(library, "1.0") == {"1": "первый"}
    assert library.name(OID) == "Паспорт"


def test_versions_are_in_order_of_numbers(own: Path, tmp_path: Path) -> None:
    for version in ("2.9", "2.10", "2.1_old"):
        write(tmp_path / "user", dictionary(version))
    library = Library(own, tmp_path / "user")
    assert library.versions(OID) == ("2.10", "2.9", "2.1_old", "1.0")
    assert library.name(OID) == "Имя"
    assert library.oids() == (OID,)


@pytest.mark.parametrize(
    ("older", "newer"), [("2.9", "2.10"), ("1.99", "2.0"), ("2.1_old", "2.1_9")]
)
def test_version_order(older: str, newer: str) -> None:
    assert version_order(older) < version_order(newer)


def test_an_import_can_be_removed(tmp_path: Path) -> None:
    write(tmp_path, dictionary())
    assert remove_imported(tmp_path, OID, "1.0")
    assert not remove_imported(tmp_path, OID, "1.0")
    assert imported_files(tmp_path) == {}


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    for name in ("notes.txt", "a_b.json", ".nsi-x.part", "1.2.643.json"):
        (tmp_path / name).write_text("x")
    assert imported_files(tmp_path) == {}
    assert imported_files(tmp_path / "none") == {}
    assert imported_files(tmp_path / "notes.txt") == {}


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        json.dumps({"oid": OID}).encode(),
    ],
)
def test_a_spoilt_import_is_named(own: Path, tmp_path: Path, spoilt: bytes) -> None:
    file = imported_file(tmp_path, OID, "1.5")
    file.write_bytes(spoilt)
    library = Library(own, tmp_path)
    with pytest.raises(NsiError, match=r"1\.5\.json испорчен"):
        library.dictionary(OID, "1.5")
    assert library.name(OID) == "Паспорт"


@pytest.mark.parametrize(
    "change",
    [{"rows": [["1", "иное"]]}, {"rows": [["1"]]}, {"rows": {}}, {"version": "9"}, {"oid": 1}],
)
def test_a_changed_import_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    file = write(tmp_path, dictionary())
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **change}))
    with pytest.raises(NsiError, match="испорчен"):
        read_imported(file)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    written = dictionary("3.0", None, _1="а\tб", _2="«в» \u2028 г")
    assert read_imported(write(tmp_path, written)) == written


def test_an_interrupted_import_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, dictionary())
    before = file.read_bytes()

    def interrupted(_handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, dictionary(_1="другой"))
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(NsiError, match="Не записать"):
        write(tmp_path / "file" / "nsi", dictionary())


def test_a_changed_own_table_is_refused(own: Path, tmp_path: Path) -> None:
    (own / f"{OID}.tsv").write_bytes("1\tодин\n2\tдве\n".encode())
    with pytest.raises(NsiError, match="контрольной суммой"):
        Library(own, tmp_path).dictionary(OID, "1.0")


def test_line_ends_of_windows_do_not_matter(own: Path, tmp_path: Path) -> None:
    (own / f"{OID}.tsv").write_bytes("1\tодин\r\n2\tдва\r\n".encode())
    assert names(Library(own, tmp_path), "1.0") == {"1": "один", "2": "два"}


def test_a_missing_own_table_and_a_broken_index_are_named(own: Path, tmp_path: Path) -> None:
    (own / f"{OID}.tsv").unlink()
    with pytest.raises(NsiError, match="не читается"):
        Library(own, tmp_path).dictionary(OID, "1.0")
    (own / "index.toml").write_text("[")
    with pytest.raises(NsiError, match="TOML"):
        Library(own, tmp_path)
    with pytest.raises(NsiError, match="Не читается"):
        Library(tmp_path / "none", tmp_path)


@pytest.mark.parametrize("text", ["[", "[names]\n", "kinds = 1\n[names]\nposts = []\nlong = 1\n"])
def test_a_broken_policy_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text)
    with pytest.raises(NsiError, match=r"policy\.toml"):
        read_policy(file)
