"""evidence.zip: the same bytes for the same members, and every changed byte is named."""

from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dopusk.evidence.archive import EvidenceError, Source, write_evidence
from dopusk.evidence.layout import Packed, end_record
from dopusk.evidence.manifest import Manifest, ManifestError, name_problem
from dopusk.evidence.reading import Archive, EvidenceLimits

SOURCES = [
    Source("report.json", b'{"verdict": "x"}' * 40),
    Source("journal.sqlite", bytes(range(256)) * 20),
    Source("files/0-корень.pem", b"-----BEGIN"),
    Source("empty", b""),
]
RUN = {"id": "r", "verdict": "соответствует"}


def write(path: Path, **options: object) -> Manifest:
    return write_evidence(path, SOURCES, run=RUN, fingerprints={"код": "0" * 64}, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("evidence") / "evidence.zip"
    write(path, sign=lambda text: b"signature of " + text[:20])
    return path.read_bytes()


def problems(data: bytes, place: Path) -> list[str]:
    path = place / "evidence.zip"
    path.write_bytes(data)
    with Archive.open(path) as archive:
        return [item.member for item in archive.verify()[1]]


def test_the_same_members_give_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "a.zip")
    write(tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert not list(tmp_path.glob(".*"))


def test_what_was_written_is_read(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(whole)
    with Archive.open(path) as archive:
        manifest, found = archive.verify()
        assert found == ()
        assert manifest is not None
        assert manifest.run == RUN
        assert archive.read("journal.sqlite") == SOURCES[1].content
        archive.extract("files/0-корень.pem", tmp_path / "out" / "x.pem")
    assert (tmp_path / "out" / "x.pem").read_bytes() == b"-----BEGIN"
    with zipfile.ZipFile(path) as other:
        assert other.testzip() is None
        assert {*other.namelist()} == {
            *(item.name for item in SOURCES),
            "manifest.json",
            "manifest.p7s",
        }


def test_every_byte_counts(whole: bytes, tmp_path: Path) -> None:
    """Flip each byte of the archive: it is found, and in a member the member is named."""
    path = tmp_path / "evidence.zip"
    path.write_bytes(whole)
    with Archive.open(path) as archive:
        spans = {name: range(item.data_offset, item.end) for name, item in archive.members.items()}
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 0x01
        try:
            named = problems(bytes(changed), tmp_path)
        except EvidenceError as error:
            pytest.fail(f"byte {at}: {error}")
        assert named, f"byte {at} changed unseen"
        own = [name for name, span in spans.items() if at in span]
        assert not own or own[0] in named, (at, own, named)


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_change_is_found(whole: bytes, tmp_path: Path, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=40))
    changed = whole[:at] + put + whole[at + cut :]
    if changed == whole:
        return
    with suppress(EvidenceError):  # refused as a whole
        assert problems(changed, tmp_path)


@pytest.mark.parametrize("name", [item.name for item in SOURCES if item.content])
def test_a_member_packed_again_with_other_contents(tmp_path: Path, name: str) -> None:
    """Somebody edits a file and packs the archive with our own writer, but keeps the manifest."""
    path = tmp_path / "evidence.zip"
    kept = write(path)
    edited = [
        Source(item.name, item.content[:-1] + b"!" if item.name == name else item.content)  # type: ignore[index]
        for item in SOURCES
    ]
    write_evidence(tmp_path / "b.zip", edited, run=RUN, fingerprints={})
    with Archive.open(tmp_path / "b.zip") as archive:
        for member in kept.members:
            found = list(archive._compare(member))
            assert [item.member for item in found] == ([name] if member.name == name else [])


def test_packed_again_by_another_program(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(whole)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.zip", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    with Archive.open(tmp_path / "b.zip") as archive:
        assert archive.verify()[1]


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/x",
        "a/../b",
        "c:x",
        "a\\b",
        "",
        "a//b",
        "con",
        "a/nul.txt",
        "x.",
        "a\nb",
        "y" * 201,
    ],
)
def test_names_that_lead_elsewhere(name: str, tmp_path: Path) -> None:
    assert name_problem(name)
    with pytest.raises(EvidenceError):
        write_evidence(tmp_path / "x.zip", [Source(name, b"")], run={}, fingerprints={})
    assert not list(tmp_path.iterdir())


def test_a_name_that_leads_elsewhere_in_a_foreign_archive(tmp_path: Path) -> None:
    packed = Packed("../../evil", 0, 0, 0, 0, 0)
    contents = packed.central()
    data = packed.local() + contents + end_record(1, len(contents), len(packed.local()))
    assert problems(data, tmp_path)[0] == "../../evil"


@pytest.mark.parametrize("data", [b"", b"x" * 100, b"not an archive at all, but a text file"])
def test_what_is_no_archive(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(EvidenceError, match="не архив улик"):
        problems(data, tmp_path)
    with pytest.raises(EvidenceError, match="не читается"):
        Archive.open(tmp_path / "absent.zip")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = [Source("report.json", bytes(40 * 1024 * 1024))]
    write_evidence(tmp_path / "b.zip", bomb, run=RUN, fingerprints={})
    with Archive.open(tmp_path / "b.zip") as archive:
        (problem,) = archive.verify()[1]
    assert problem.member == "report.json"
    assert "бомб" in problem.text


@pytest.mark.parametrize(
    "limits",
    [EvidenceLimits(max_archive=10), EvidenceLimits(max_total=10), EvidenceLimits(max_contents=9)],
)
def test_limits(whole: bytes, tmp_path: Path, limits: EvidenceLimits) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(whole)
    with pytest.raises(EvidenceError, match=r"больше|слишком"):
        Archive.open(path, limits)


def test_a_member_above_the_limit_is_not_read(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(whole)
    with Archive.open(path) as archive:
        with pytest.raises(EvidenceError, match="не читается"):
            archive.read("journal.sqlite", limit=10)
        with pytest.raises(EvidenceError, match="нет файла"):
            archive.read("absent")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "dopusk-evidence/1"}',
        '{"format": "dopusk-evidence/1", "run": [], "fingerprints": {}, "members": [], "loss": []}',
        "[" * 100_000,
    ],
)
def test_a_manifest_that_is_none(text: str) -> None:
    with pytest.raises(ManifestError):
        Manifest.read(text.encode())


@pytest.mark.parametrize(
    "change",
    [{"name": "../x"}, {"size": -1}, {"size": "1"}, {"sha256": "0"}, {"more": 1}, {"size": True}],
)
def test_a_row_of_the_manifest_that_is_none(tmp_path: Path, change: dict[str, object]) -> None:
    data = json.loads(write(tmp_path / "x.zip").dump())
    data["members"][0].update(change)
    with pytest.raises(ManifestError):
        Manifest.read(json.dumps(data).encode())
    data["members"] = [data["members"][1]] * 2
    with pytest.raises(ManifestError, match="повторяется"):
        Manifest.read(json.dumps(data).encode())
