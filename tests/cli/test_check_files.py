from __future__ import annotations

import os
from pathlib import Path

import pytest

from dopusk.cli.check_files import PathsError, documents


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.xml", "a.XML", "note.txt", "deep/c.xml", "deep/er/d.xml", "other/e[1].xml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"<a/>")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*paths: str) -> list[str]:
    return [path.as_posix() for path in documents(paths)]


def test_a_folder_stands_for_the_documents_under_it(folder: Path) -> None:
    assert names(".") == ["a.XML", "b.xml", "deep/c.xml", "deep/er/d.xml", "other/e[1].xml"]
    assert names("deep", "b.xml") == ["deep/c.xml", "deep/er/d.xml", "b.xml"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.xml", ["b.xml"]),
        ("*.[xX]*", ["a.XML", "b.xml"]),
        ("?eep/*.xml", ["deep/c.xml"]),
        ("**/[cd].xml", ["deep/c.xml", "deep/er/d.xml"]),
        ("deep/**", ["deep/c.xml", "deep/er/d.xml"]),
        ("d*", ["deep/c.xml", "deep/er/d.xml"]),
        ("**/**/er", ["deep/er/d.xml"]),
        ("other/e[1].xml", ["other/e[1].xml"]),
        ("*.txt", ["note.txt"]),
    ],
)
def test_patterns_are_resolved_without_a_shell(
    folder: Path, pattern: str, found: list[str]
) -> None:
    if os.path.normcase("A") == "a" and pattern == "*.xml":
        found = ["a.XML", *found]
    assert names(pattern) == found


def test_an_absolute_pattern(folder: Path) -> None:
    assert list(documents([str(folder / "deep" / "*.xml")])) == [folder / "deep" / "c.xml"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("absent.xml", "нет такого файла"),
        ("*.pdf", "нет файлов по этому образцу"),
        ("absent/*.xml", "нет файлов по этому образцу"),
    ],
)
def test_what_stands_for_nothing_is_refused(folder: Path, path: str, words: str) -> None:
    with pytest.raises(PathsError, match=words):
        names(path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PathsError, match=r"нет файлов \*\.xml"):
        names(str(tmp_path))


def link(target: Path, place: Path) -> None:
    try:
        place.symlink_to(target, target_is_directory=target.is_dir())
    except OSError:
        pytest.skip("this system gives no right to make links")


def test_a_loop_of_links_ends(folder: Path) -> None:
    link(folder, folder / "deep" / "up")
    link(folder / "deep", folder / "deep" / "er" / "again")
    expected = ["a.XML", "b.xml", "deep/c.xml", "deep/er/d.xml", "other/e[1].xml"]
    assert names(".") == expected
    assert names("**/c.xml") == ["deep/c.xml"]


def test_a_link_to_itself_and_a_broken_one_are_named(folder: Path) -> None:
    link(folder / "other" / "self.xml", folder / "other" / "self.xml")
    link(folder / "nowhere.xml", folder / "other" / "broken.xml")
    assert names("other") == ["other/broken.xml", "other/e[1].xml", "other/self.xml"]


def test_a_folder_that_cannot_be_listed_is_named(folder: Path) -> None:
    closed = folder / "deep" / "er"
    closed.chmod(0)
    try:
        if os.access(closed, os.R_OK):
            pytest.skip("nothing is closed to this user")
        assert names("deep") == ["deep/c.xml", "deep/er"]
    finally:
        closed.chmod(0o700)
